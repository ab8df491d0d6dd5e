/** Strings that try to take over a terminal, and what no output may contain. */

const esc = "\x1b";
const c1 = (code: number) => String.fromCharCode(code);
const ends = ["\x07", `${esc}\\`, c1(0x9c), ""];

const sequences = [
  ...["2J", "H", "31m", "0m", "1A", "2K", "6n", "?1049h", "?25l", "999C", "38;5;196m", "5i", "c", "!p"].flatMap(
    (end) => [`${esc}[${end}`, `${c1(0x9b)}${end}`],
  ),
  ...[
    "0;owned",
    "2;owned",
    "4;1;red",
    "7;file:///",
    "8;;https://evil.example",
    "52;c;cm0gLXJmIC8=",
    "1337;File=:AA",
  ].flatMap((body) => ends.flatMap((end) => [`${esc}]${body}${end}`, `${c1(0x9d)}${body}${end}`])),
  ...["$q m", "+q544e", "1$r"].flatMap((body) => ends.map((end) => `${esc}P${body}${end}`)),
  ...["_apc", "^pm", "Xsos", "c", "7", "8", "D", "M", "(0", "#8", "Z"].map((end) => `${esc}${end}`),
];
const singles = [
  ...Array.from({ length: 0x20 }, (_, code) => String.fromCharCode(code)),
  ...Array.from({ length: 0x21 }, (_, i) => c1(0x7f + i)),
  ..."\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029",
];
const entities = ["&#27;[31m", "&#x1b;]0;x&#7;", "&#155;2J", "&#x202e;", "&#13;", "&#8;", "&#x7f;", "&#x2066;"];
const tricks = [
  "a\r\nb",
  "over\rwrite",
  "back\b\b\b\bspace",
  "\ud800",
  "\udc00x",
  "\u200b\u200d\ufeff",
  "\ufe0f\u20e3",
  "\u0301\u0302".repeat(50),
  "[click](\u001b]8;;https://evil.example\u0007)",
  "<a href='\u001b[2J'>x</a>",
  "```\u001b[2J\n\u001b]0;x\u0007\n```",
  "| \u001b[2J | b |\n|---|---|\n| &#27;[1A | \u202e |",
  "[x]: \u001b[2J 'y'\n\n[x]",
  "\u{e0001}\u{e0041}",
];

export const hostileStrings: readonly string[] = [
  ...sequences,
  ...singles.map((single) => `a${single}b`),
  ...singles,
  ...entities,
  ...tricks,
];

const ownSgr = new RegExp(`${esc}\\[(?:[123479]|2[23479]|3[1-69]|38;5;\\d+)m`, "g");
const forbidden = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** The first thing in an output that a terminal would obey, if any; line feeds, tabs and plain colours are let through. */
export function findSteering(output: string): string | undefined {
  // A terminal gets every line end as CR LF, so it does no harm to write them so, as files of some formats must.
  const rest = output.replace(ownSgr, "").replace(/\r\n|[\n\t]/g, "");
  const found = forbidden.exec(rest);
  if (found !== null)
    return `U+${found[0].codePointAt(0)?.toString(16)} in ${JSON.stringify(rest.slice(found.index, found.index + 40))}`;
  return rest.isWellFormed() ? undefined : "a lone surrogate";
}
