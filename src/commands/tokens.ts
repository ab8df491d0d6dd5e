/**
 * A command line taken apart as `parseArgs` of node:util takes it (a test holds the two together), without the millisecond that
 * loading node:util takes.
 */
import type { Flags } from "./command.ts";

export type Token =
  | { readonly kind: "word"; readonly word: string }
  /** `spelling` is how it stands there, as in `-l`. A short flag that nobody declared has its letter for a name. */
  | { readonly kind: "flag"; readonly flag: string; readonly spelling: string; readonly value: string | undefined };

/** `isWord` knows words that look like flags. */
export function readTokens(args: readonly string[], flags: Flags, isWord: (arg: string) => boolean): Token[] {
  const takesValue = (flag: string) => Object.hasOwn(flags, flag) && flags[flag]?.type !== "boolean";
  const longOf = (letter: string) => Object.keys(flags).find((flag) => flags[flag]?.short === letter) ?? letter;
  const wordOf = (word: string): Token => ({ kind: "word", word });
  const tokens: Token[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    if (arg === "--") return [...tokens, ...args.slice(at + 1).map(wordOf)];
    if (arg === "-" || !arg.startsWith("-") || isWord(arg)) {
      tokens.push(wordOf(arg));
    } else if (arg.startsWith("--")) {
      const end = arg.indexOf("=");
      const joined = end > 2;
      const flag = joined ? arg.slice(2, end) : arg.slice(2);
      const next = !joined && takesValue(flag) ? args[++at] : undefined;
      tokens.push({ kind: "flag", flag, spelling: `--${flag}`, value: joined ? arg.slice(end + 1) : next });
    } else {
      for (let i = 1; i < arg.length; i++) {
        const spelling = `-${arg.charAt(i)}`;
        const flag = longOf(arg.charAt(i));
        const last = takesValue(flag);
        const value = !last ? undefined : i + 1 < arg.length ? arg.slice(i + 1) : args[++at];
        tokens.push({ kind: "flag", flag, spelling, value });
        if (last) break;
      }
    }
  }
  return tokens;
}
