/** Arbitrary TOML documents as people write them: every way to spell a key, a value and a table, with comments in between. */
import fc from "fast-check";
import { parse } from "smol-toml";

const partNames = ["a", "b", "c-d", "limit", "1", "two words", "dot.ted", 'quo"te', "ünï", "", "it's", "#"];

export const keyPath = fc.array(fc.constantFrom(...partNames), { minLength: 1, maxLength: 3 });

const spaces = fc.constantFrom("", " ", "  ", "\t");
const comment = fc.constantFrom("# note", "#", '# a = "b', "# [x]", "#'''");

const keyPart = fc.tuple(fc.constantFrom(...partNames), fc.constantFrom("bare", "basic", "literal")).map(spellPart);

/** A dotted key, blanks around the dots. */
const key = fc
  .tuple(fc.array(keyPart, { minLength: 1, maxLength: 3 }), fc.constantFrom(".", " . ", ".\t"))
  .map(([parts, dot]) => parts.join(dot));

const scalar = fc.constantFrom(
  ..."0 -17 1_000 0xff 3.14 -0.0 1e6 inf nan true false".split(" "),
  ..."1979-05-27T07:32:00Z,1979-05-27 07:32:00,1979-05-27,07:32:00".split(","),
  ...['""', '"x"', '"a # b"', '"\\"]"', '"\\\\"', "''", "'\\'", "'a = [1'", '"\\u00e9\\n"'],
  ...[
    '""""""',
    '"""a""b"""',
    '"""one\n# two ""\n[three]\n"""',
    '"""q"""""',
    '"""\\""""""',
    "'''\nit's\\'''",
    "''''a'''''",
  ],
);

const blank = fc.oneof(
  { weight: 4, arbitrary: spaces },
  { weight: 1, arbitrary: comment.map((text) => ` ${text}\n `) },
);

const { value } = fc.letrec<{ value: string; list: string; table: string }>((tie) => ({
  value: fc.oneof({ depthSize: "small", withCrossShrink: true }, scalar, tie("list"), tie("table")),
  list: fc
    .tuple(fc.array(fc.tuple(blank, tie("value"), blank), { maxLength: 3 }), fc.constantFrom("", ","), blank)
    .map(([items, comma, end]) => bracketed("[", items, comma, end, "]")),
  table: fc
    .tuple(
      fc.array(fc.tuple(blank, fc.tuple(key, spaces, tie("value")).map(spellPair), blank), { maxLength: 3 }),
      fc.constantFrom("", ","),
      blank,
    )
    .map(([items, comma, end]) => bracketed("{", items, comma, end, "}")),
}));

const filler = fc.oneof(fc.constantFrom("", "  "), comment);
const line = fc
  .tuple(
    spaces,
    fc.tuple(key, spaces, value).map(spellPair),
    fc.oneof(
      spaces,
      comment.map((text) => ` ${text}`),
    ),
  )
  .map(([indent, pair, end]) => indent + pair + end);
const header = fc
  .tuple(spaces, fc.constantFrom(["[", "]"], ["[", "]"], ["[[", "]]"]), spaces, key, fc.oneof(spaces, comment))
  .map(([indent, [open, close], inside, name, end]) => `${indent}${open}${inside}${name}${inside}${close}${end}`);

/** Built line by line, leaving out what the parser refuses: most random pairs of lines contradict each other. */
export const tomlText = fc
  .tuple(
    fc.array(
      fc.oneof({ weight: 2, arbitrary: filler }, { weight: 5, arbitrary: line }, { weight: 2, arbitrary: header }),
      { maxLength: 12 },
    ),
    fc.constantFrom("\n", "\r\n"),
    fc.constantFrom("", "end"),
    fc.constantFrom("", "\ufeff"),
  )
  .map(([lines, lineEnd, end, mark]) => {
    const kept: string[] = [];
    for (const next of lines) if (isToml([...kept, next].join("\n"))) kept.push(next);
    const text = kept.join("\n") + (end === "end" && kept.length > 0 ? "\n" : "");
    return mark + text.replaceAll("\n", lineEnd);
  });

function isToml(text: string): boolean {
  try {
    parse(text);
    return true;
  } catch {
    return false;
  }
}

function spellPart([name, style]: readonly [string, string]): string {
  if (style === "bare" && /^[A-Za-z0-9_-]+$/.test(name)) return name;
  if (style === "literal" && !name.includes("'")) return `'${name}'`;
  return JSON.stringify(name).replace("ü", "\\u00fc");
}

function spellPair([name, space, text]: readonly [string, string, string]): string {
  return `${name}${space}=${space}${text}`;
}

function bracketed(
  open: string,
  items: readonly (readonly [string, string, string])[],
  comma: string,
  end: string,
  close: string,
): string {
  const inside = items.map((item) => item.join("")).join(",");
  return open + inside + (items.length > 0 ? comma : "") + end + close;
}
