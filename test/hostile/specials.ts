/** The documents that no mutation arrives at: too deep, too wide, too long, or of another meaning in another reader. */

export interface Special {
  readonly name: string;
  /** Made when it is needed: some have ten million characters. */
  readonly make: () => string;
}

const issue = (fields: string) =>
  `{"number":1,"url":"https://api.github.com/repos/o/r/issues/1","title":"T",${fields}}`;
const keys = (count: number) => Array.from({ length: count }, (_, key) => `"k${key}":${key}`).join(",");

/** For everything that reads text. */
export const textSpecials: readonly Special[] = [
  { name: "nothing", make: () => "" },
  ...[
    "[",
    "{",
    '{"a":',
    "(",
    "NOT ",
    "-",
    "> ",
    "- ",
    "* ",
    "*a ",
    "_",
    "`",
    "![",
    "<",
    "[[",
    "a = [",
    "a.",
    '"',
    "\\",
    "&",
    "|",
    "#",
    "\n",
    "\n\n",
    "..",
    " ",
  ].map((part) => ({ name: `${JSON.stringify(part)} a hundred thousand times`, make: () => part.repeat(100_000) })),
  { name: "brackets 100,000 deep, closed", make: () => "[".repeat(100_000) + "]".repeat(100_000) },
  { name: "quotes 100,000 deep around text", make: () => `${">".repeat(100_000)} x` },
  { name: "a million keys", make: () => `{${keys(1_000_000)}}` },
  { name: "ten million characters", make: () => "x".repeat(10_000_000) },
  { name: "ten million characters in a text", make: () => issue(`"body":"${"x".repeat(10_000_000)}"`) },
  { name: "ten million digits", make: () => "9".repeat(10_000_000) },
  { name: "a million words", make: () => "ab ".repeat(1_000_000) },
  { name: "a million lines", make: () => "a\n".repeat(1_000_000) },
  { name: "lone surrogates", make: () => "\ud800\udc00\udc00\ud800".repeat(1000) },
  { name: "combining characters without end", make: () => `e${"\u0301".repeat(100_000)}` },
  { name: "a family without end", make: () => "👩\u200d".repeat(50_000) },
];

/** Of issues in JSON, for imports and plans. */
export const jsonSpecials: readonly Special[] = [
  { name: "an issue 100,000 deep", make: () => issue(`"x":${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`) },
  { name: "an issue with a million keys", make: () => issue(keys(1_000_000)) },
  {
    name: "an issue with __proto__",
    make: () => issue('"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}'),
  },
  {
    name: "__proto__ in a user",
    make: () => issue('"user":{"login":"ada","__proto__":{"polluted":1}},"labels":["__proto__"]'),
  },
  { name: "keys that stand twice", make: () => issue('"title":"U","title":null,"body":"a","body":["b"]') },
  { name: "lone surrogates in JSON", make: () => issue('"body":"\\ud800 \\udc00","labels":["\\udfff"]') },
  {
    name: "numbers beyond numbers",
    make: () => '{"number":1e400,"title":"T","estimate":1e400,"url":"https://api.github.com/repos/o/r/issues/1"}',
  },
  { name: "a number with ten million digits", make: () => `{"number":${"9".repeat(10_000_000)},"title":"T"}` },
  { name: "NULs", make: () => issue('"body":"a\\u0000b","user":{"login":"\\u0000"}') },
  {
    name: "a plan with __proto__",
    make: () => '[{"title":"T","key":"__proto__","blockedBy":["constructor"]},{"__proto__":{"title":"x"}}]',
  },
  { name: "a plan with a million labels", make: () => `[{"title":"T","labels":[${'"a",'.repeat(1_000_000)}"b"]}]` },
  { name: "a plan of 10,001 issues", make: () => `[${'{"title":"T"},'.repeat(10_000)}{"title":"T"}]` },
  { name: "a plan with a title of ten million", make: () => `[{"title":"${"x".repeat(10_000_000)}"}]` },
];

/** Of commits. */
export const messageSpecials: readonly Special[] = [
  { name: "an unknown format", make: () => "S\n\nEvent: issue-deleted\nFormat: 99\n" },
  { name: "an unknown event", make: () => "S\n\nEvent: __proto__\nEvent: constructor\nEvent: toString\nFormat: 1\n" },
  { name: "a million records", make: () => `S\n\n${"Event: issue-deleted\n".repeat(1_000_000)}Format: 1\n` },
  { name: "a million fields", make: () => `S\n\nEvent: issue-created\n${"Label: a\n".repeat(1_000_000)}Format: 1\n` },
  {
    name: "a million different fields",
    make: () =>
      `S\n\nEvent: label-added\n${Array.from({ length: 1_000_000 }, (_, n) => `K${n}: v\n`).join("")}Format: 1\n`,
  },
  { name: "a field that stands twice", make: () => "S\n\nEvent: title-changed\nTo: a\nTo: b\nFormat: 1\n" },
  {
    name: "a text of ten million characters",
    make: () => `S\n\n${"x".repeat(10_000_000)}\n\nEvent: comment-added\nFormat: 1\n`,
  },
  {
    name: "a duration of 400 digits",
    make: () => `S\n\nEvent: estimate-changed\nTo: PT${"9".repeat(400)}H\nFormat: 1\n`,
  },
  {
    name: "reactions named like Object's own",
    make: () =>
      "S\n\nEvent: reaction-added\nReaction: __proto__\nEvent: external-linked\nExternal: __proto__ x\nFormat: 1\n",
  },
];
