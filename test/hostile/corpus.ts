/** D4's corpus: 500 texts that try to drive a terminal or to mislead who reads it, made by rule, and bytes that are no text at all. */
import { hostileStrings } from "../render/hostile.ts";

const esc = "\x1b";
const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => String.fromCharCode(from + at));

const finals = range(0x40, 0x7e).flatMap((final) => [`${esc}[1;2${final}`, `a\x9b?25${final}b`]);
const oscs = [0, 1, 2, 3, 4, 7, 8, 9, 10, 11, 12, 50, 52, 104, 133, 777, 1337].flatMap((number) => [
  `${esc}]${number};x${esc}\\y`,
  `\x9d${number};x\x9cy`,
  `${esc}]${number};not closed`,
]);
const strings = ["P", "X", "^", "_", "k"].flatMap((kind) => [
  `${esc}${kind}x${esc}\\`,
  `${esc}${kind}not closed`,
  `${esc}${esc}${kind}x\x07`,
]);
const escapes = range(0x20, 0x2f).map((middle) => `${esc}${middle}Bx`);
const split = [
  `${esc}\n[2J`,
  `${esc}\t[2J`,
  `${esc}\u200b[2J`,
  `${esc}${esc}[2J`,
  "\x9b\x9b2J",
  `${esc}[31`,
  `${esc}[`,
  esc,
  `${esc}[38;5;`,
];
const places = [`${esc}[2J`, "\x9b2J", "\u202e", "\r", "\b", "\x7f", "\x85"].flatMap((piece) => [
  `${piece} at the start`,
  `at the end ${piece}`,
  `**${piece}** and \`${piece}\``,
  `- [ ] ${piece}`,
  `> ${piece}`,
  `# ${piece}`,
  `[${piece}](https://example.com/${piece} "${piece}")`,
  `![${piece}](${piece})`,
  `\`\`\`${piece}\n${piece}\n\`\`\``,
  `|${piece}|b|\n|--|--|\n|${piece}|c|`,
  `<${piece}@example.com>`,
  `<b title="${piece}">${piece}</b>`,
  piece.repeat(50),
]);
const bidi = [..."\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"].flatMap((control) => [
  `file${control}gpj.exe`,
  `${control}שלום abc`,
]);
const entities = [0, 7, 8, 9, 10, 13, 27, 127, 133, 144, 155, 157, 0x202e, 0x2066, 0x2028, 0xd800, 0xfeff].flatMap(
  (code) => [`a&#${code};b`, `[a](x&#x${code.toString(16)};[2J)`],
);
const shapes = [
  ..."\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e\u3164\ufff9\ufffb\ufffc\ufffd\u034f\ufe0e\ufe0f\u20e3"
    .split("")
    .map((c) => `a${c}b`),
  ...[
    "宽的字符",
    "한국어",
    "カタカナ",
    "ｗｉｄｅ",
    "שלום",
    "العربية",
    "ไทยก็",
    "हिन्दी",
    "﷽",
    "꧁꧂",
    "👩‍👩‍👧‍👦",
    "🏳️‍🌈",
    "🇩🇪🇩",
    "👋🏿",
    "1️⃣",
  ],
  ...[
    "e\u0301",
    "z\u0335\u0321\u034e".repeat(30),
    "\t\ta\tb",
    " ".repeat(300),
    "\u3000",
    "\u2003".repeat(9),
    "\u{e0041}\u{e007f}",
    "\u{10ffff}",
    "\ue000",
  ],
  ...[
    "=cmd|' /C calc'!A0",
    "+1+1",
    "@SUM(1)",
    "-2+3",
    "%s%n",
    "{title}",
    "`id`",
    "$(id)",
    "<script>alert(1)</script>",
    "javascript:alert(1)",
  ],
  ...[
    "x".repeat(2000),
    "宽".repeat(500),
    "👩‍👩‍👧".repeat(100),
    "a b ".repeat(400),
    "\u0301".repeat(500),
    "\u202e".repeat(200),
  ],
];

export const corpus: readonly string[] = [
  ...new Set([
    ...hostileStrings,
    ...finals,
    ...oscs,
    ...strings,
    ...escapes,
    ...split,
    ...places,
    ...bidi,
    ...entities,
    ...shapes,
  ]),
];

/** What is no UTF-8, as it can stand in a commit: C1 as single bytes, cut and overlong sequences, surrogates. */
export const rawBytes: readonly Uint8Array[] = [
  ...Array.from({ length: 32 }, (_, at) => [0x61, 0x80 + at, 0x32, 0x4a]),
  ...[[0xc0, 0x9b, 0x5b], [0xe0, 0x80, 0x9b], [0xf0, 0x80, 0x80, 0x9b], [0xc2], [0xe2, 0x80], [0xf4, 0x90, 0x80, 0x80]],
  ...[
    [0xed, 0xa0, 0x80],
    [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80],
    [0xff, 0xfe, 0x1b, 0x5b],
    [0xc2, 0x9b, 0x32, 0x4a],
    [0xef, 0xbf],
  ],
].map((bytes) => Uint8Array.from(bytes));
