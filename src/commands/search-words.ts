/** What is searched for, told from the terms that narrow it: `login is:open` is a word and a term, `std::map` is text. */

export interface SearchWords {
  readonly text: string;
  readonly terms: readonly string[];
}

/** `fields` are the names that the query language knows. Quoted parts are text, whatever is in them. */
export function splitSearch(words: readonly string[], fields: readonly string[]): SearchWords {
  const known = new Set(fields);
  const isTerm = (token: string) => known.has(/^-?([a-z-]+):[^\s]/i.exec(token)?.[1]?.toLowerCase() ?? "");
  const tokens = words.join(" ").match(/"[^"]*"?|[^\s"]+(?:"[^"]*"?[^\s"]*)*/g) ?? [];
  return { text: tokens.filter((token) => !isTerm(token)).join(" "), terms: tokens.filter(isTerm) };
}
