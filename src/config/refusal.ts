/** How a mistake in the settings is told: where it is, the line with a caret under it, what is wrong, and what the key means. */
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import type { LayerName } from "./load.ts";
import { type Item, locate, type Path, type Span, scan } from "./scan.ts";
import type { Setting } from "./schema.ts";

/** What a value came from. */
export type Source =
  | {
      readonly kind: "file";
      readonly layer: LayerName;
      readonly file: string;
      readonly text: string;
      /** Scanned on first use: runs without a mistake need no positions. */
      readonly items: () => readonly Item[];
    }
  | { readonly kind: "variable"; readonly layer: LayerName; readonly variable: string }
  | { readonly kind: "typed"; readonly layer: LayerName };

export function fileSource(layer: LayerName, file: string, text: string): Source {
  let items: readonly Item[] | undefined;
  return {
    kind: "file",
    layer,
    file,
    text,
    items: () => {
      items ??= scan(text);
      return items;
    },
  };
}

/** The line of a file, counted from 1, in which `path` stands. */
export function lineOf(source: Source, path: Path): number | undefined {
  if (source.kind !== "file") return undefined;
  const item = locate(source.items(), path);
  return item === undefined ? undefined : positionOf(source.text, item.key.start).line;
}

/** The refusal of what stands at `path`; the caret is under its key or under its value. */
export function refusal(
  source: Source,
  path: Path,
  part: "key" | "value",
  sentence: string,
  hint: string,
): TrackerError {
  const place = placeOf(source, path, part);
  const start = place.name === undefined ? "" : `${visible(place.name)}: `;
  const end = place.excerpt === undefined ? "" : `\n\n${place.excerpt}`;
  return new TrackerError("invalid", `${start}${visible(sentence)}${end}`, visible(hint));
}

/** What a setting means, as a hint. */
export function meaningOf(setting: Setting, key: string): string {
  return `${key}: ${setting.meaning}`;
}

interface Place {
  readonly name?: string;
  readonly excerpt?: string;
}

function placeOf(source: Source, path: Path, part: "key" | "value"): Place {
  if (source.kind === "variable") return { name: source.variable };
  if (source.kind === "typed") return {};
  const item = locate(source.items(), path);
  if (item === undefined) return { name: source.file };
  const { line, column, excerpt } = positionOf(source.text, spanOf(item, path, part).start);
  return { name: `${source.file}:${line}:${column}`, excerpt };
}

/** An item inside of what is looked for tells where that begins, so its own value is not the one meant. */
function spanOf(item: Item, path: Path, part: "key" | "value"): Span {
  return part === "key" || item.kind === "header" || item.path.length > path.length ? item.key : item.value;
}

/** Lines may be of any length; this much of one fits a terminal. */
const excerptCharactersMax = 120;

function positionOf(text: string, offset: number): { line: number; column: number; excerpt: string } {
  const before = text.slice(text.startsWith("\ufeff") ? 1 : 0, offset).split("\n");
  const line = before.length;
  const start = before.at(-1) ?? "";
  const whole = text.slice(offset - start.length).split("\n", 1)[0] ?? "";
  const label = `${line}:  `;
  const from = start.length < excerptCharactersMax ? 0 : start.length - excerptCharactersMax / 2;
  const indent = visible(whole.slice(from, start.length), "lines").replace(/[^\t]+/g, (run) =>
    " ".repeat(Bun.stringWidth(run)),
  );
  const shown = visible(whole.slice(from, from + excerptCharactersMax).trimEnd(), "lines");
  const excerpt = `${label}${shown}\n${" ".repeat(label.length)}${indent}^`;
  return { line, column: start.length + 1, excerpt };
}
