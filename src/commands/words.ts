/** Telling ids from the names that follow them, as in `assign 4f2a 9c1d ada`. */
import { TrackerError } from "../core/errors.ts";

/** The ids at the front, up to the first word that can't be one; the rest are names. */
export function splitIds(words: readonly string[]): {
  readonly ids: readonly string[];
  readonly names: readonly string[];
} {
  const end = words.findIndex((word) => !isIdLike(word));
  return end === -1 ? { ids: words, names: [] } : { ids: words.slice(0, end), names: words.slice(end) };
}

/** As `splitIds`, with names from a flag, which leaves no doubt: then all words are ids. At least one of each. */
export function idsAndNames(
  words: readonly string[],
  { flag, names }: { readonly flag: string; readonly names: readonly string[] },
): { readonly ids: readonly string[]; readonly names: readonly string[] } {
  if (names.length > 0) return { ids: words, names };
  const split = splitIds(words);
  if (split.ids.length === 0) {
    throw new TrackerError("invalid", "No issue is named: the ids come first", "See them with: git tracker list");
  }
  if (split.names.length === 0) {
    const hint = `If one of the words is a name, say so: ${flag} NAME`;
    throw new TrackerError("invalid", "All of these words look like ids, and a name must follow them", hint);
  }
  return split;
}

function isIdLike(word: string): boolean {
  return word === "@" || word === "@last" || /^[0-9a-f]{4,64}$/i.test(word);
}
