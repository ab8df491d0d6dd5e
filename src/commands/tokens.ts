/**
 * A command line taken apart as `parseArgs` of node:util takes it (a test holds them together), without the millisecond that loading
 * node:util takes.
 */
import type { Flags } from "./command.ts";

export type Token =
  | { readonly word: string }
  /** `spelling` is how it stands there, as in `-l`; a flag that nobody declared has the name that it is spelled with. */
  | {
      readonly flag: string;
      readonly spelling: string;
      readonly value: string | undefined;
    };

/** `isWord` tells words that look like flags. */
export function readTokens(args: readonly string[], flags: Flags, isWord: (arg: string) => boolean): Token[] {
  const takesValue = (flag: string) => Object.hasOwn(flags, flag) && flags[flag]?.type !== "boolean";
  const longOf = (short: string) => Object.keys(flags).find((flag) => flags[flag]?.short === short) ?? short;
  const tokens: Token[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    if (arg === "--") return [...tokens, ...args.slice(at + 1).map((word) => ({ word }))];
    if (arg === "-" || !arg.startsWith("-") || isWord(arg)) {
      tokens.push({ word: arg });
    } else if (arg.startsWith("--")) {
      const end = arg.indexOf("=", 3);
      const flag = end === -1 ? arg.slice(2) : arg.slice(2, end);
      const next = end === -1 && takesValue(flag) ? args[++at] : undefined;
      tokens.push({
        flag,
        spelling: `--${flag}`,
        value: end === -1 ? next : arg.slice(end + 1),
      });
    } else {
      for (let i = 1; i < arg.length; i++) {
        const spelling = `-${arg.charAt(i)}`;
        const flag = longOf(arg.charAt(i));
        if (takesValue(flag)) {
          tokens.push({
            flag,
            spelling,
            value: i + 1 < arg.length ? arg.slice(i + 1) : args[++at],
          });
          break;
        }
        tokens.push({ flag, spelling, value: undefined });
      }
    }
  }
  return tokens;
}
