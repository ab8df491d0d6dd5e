/**
 * TOML going out: values and keys spelled as TOML. Reading it is `document.ts`; this file needs no parser, so that printing settings
 * costs nothing.
 */

export type TomlValue =
  | string
  | number
  | boolean
  | readonly TomlValue[]
  | { readonly [key: string]: TomlValue | undefined };

/** Spells a value on one line. A member that is undefined is left out. */
export function renderToml(value: TomlValue): string {
  if (typeof value === "string") return renderString(value);
  if (typeof value === "number") return renderNumber(value);
  if (typeof value === "boolean") return String(value);
  if (isList(value)) return `[${value.map(renderToml).join(", ")}]`;
  const members = Object.entries(value).flatMap(([name, member]) =>
    member === undefined ? [] : [`${renderKey([name])} = ${renderToml(member)}`],
  );
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

/** Spells a path as a dotted key, with quotes around the parts that need them. */
export function renderKey(path: readonly string[]): string {
  return path.map((part) => (/^[A-Za-z0-9_-]+$/.test(part) ? part : renderString(part))).join(".");
}

function renderString(text: string): string {
  return JSON.stringify(text.toWellFormed()).replaceAll("\x7f", "\\u007f");
}

function renderNumber(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Object.is(value, -0)) return "-0.0";
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return value.toExponential();
  return String(value);
}

/** `Array.isArray` does not narrow readonly arrays. */
function isList(value: TomlValue): value is readonly TomlValue[] {
  return Array.isArray(value);
}
