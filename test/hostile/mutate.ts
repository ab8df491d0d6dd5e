/**
 * Documents that were valid and had a few things done to them: such get further into a decoder than random text does. Bytes are
 * mutated as Latin-1 texts, a character for each.
 */
import fc from "fast-check";

/** Numbers from 0 to 1 stand for places, so that an edit fits any document. */
interface Edit {
  readonly kind: "delete" | "repeat" | "insert" | "replace" | "swap" | "cut" | "move line";
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Pieces that mean something to one of the decoders. */
const pieces = [
  ..."\0\n\r\t \x1b\x7f\x80\x9b\xff\"'\\{}[](),:;=<>#-*`|&%$@!^~/",
  ...["\n\n", "\r\n", "\\u0000", "\\ud800", "\ud800", "\udc00", "\ufeff", "\u202e", "\u2028", "👩‍👩‍👧", "e\u0301"],
  ...[
    "null",
    "true",
    "1e400",
    "-0",
    "9007199254740993",
    "NaN",
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
  ],
  ...[
    "Event: issue-deleted\n",
    "Format: 1",
    "Format: 2",
    "\n\nFormat: 1\n",
    "parent ",
    "author ",
    "gpgsig ",
    "encoding utf-16\n",
  ],
  ...[
    "0".repeat(40),
    "f".repeat(64),
    "refs/git-tracker/issues/",
    "[[",
    '"""',
    "'''",
    "..",
    ">=",
    "OR ",
    "NOT ",
    "sort:",
  ],
  ...["9".repeat(400), "x".repeat(5000), "(".repeat(100), "[".repeat(200), "> ".repeat(50), "- ".repeat(50)],
];

// Not fc.double, which draws bit patterns: nearly all of them are next to 0.
const place = fc.integer({ min: 0, max: 10_000 }).map((number) => number / 10_000);
const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom("delete", "repeat", "insert", "insert", "replace", "replace", "swap", "cut", "move line"),
  from: place,
  to: place,
  text: fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: "binary", maxLength: 6 })),
});

/** One of the documents, or parts of two, after up to eight edits; now and then something made up from scratch. */
export function mutated(documents: readonly string[]): fc.Arbitrary<string> {
  const document = fc.constantFrom(...documents);
  const start = fc.oneof(
    { weight: 6, arbitrary: document },
    {
      weight: 2,
      arbitrary: fc.tuple(document, document, place, place).map(([a, b, x, y]) => before(a, x) + after(b, y)),
    },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 200 }) },
    { weight: 1, arbitrary: fc.array(fc.constantFrom(...pieces), { maxLength: 20 }).map((parts) => parts.join("")) },
  );
  return fc
    .tuple(start, fc.array(edit, { maxLength: 8 }))
    .map(([text, edits]) => edits.reduce(apply, text).slice(0, charactersMax));
}

/** The same of bytes. */
export function mutatedBytes(documents: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const texts = documents.map((bytes) => Buffer.from(bytes).toString("latin1"));
  return mutated(texts).map((text) => Uint8Array.from(Buffer.from(text, "latin1")));
}

const charactersMax = 64 * 1024;

function apply(text: string, { kind, from, to, text: inserted }: Edit): string {
  const [start, end] = [Math.min(from, to), Math.max(from, to)];
  const near = Math.floor(start * text.length);
  const far = Math.min(text.length, near + Math.floor((end - start) * 40));
  switch (kind) {
    case "delete":
      return text.slice(0, near) + text.slice(far);
    case "repeat":
      return text.slice(0, far) + text.slice(near, far).repeat(3) + text.slice(far);
    case "insert":
      return text.slice(0, near) + inserted + text.slice(near);
    case "replace":
      return text.slice(0, near) + inserted + text.slice(near + 1);
    case "swap":
      return text.slice(0, near) + text.slice(far) + text.slice(near, far);
    case "cut":
      return before(text, end);
    case "move line": {
      const lines = text.split("\n");
      const [line = ""] = lines.splice(Math.floor(start * (lines.length - 1)), 1);
      lines.splice(Math.floor(end * lines.length), 0, line);
      return lines.join("\n");
    }
  }
}

function before(text: string, at: number): string {
  return text.slice(0, Math.floor(at * text.length));
}

function after(text: string, at: number): string {
  return text.slice(Math.floor(at * text.length));
}
