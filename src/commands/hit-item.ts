/** What a search found, as JSON: the issue, and where in it. */
import type { SearchHit } from "../core/view.ts";
import { type Item, summaryFields, summaryItem } from "../render/json.ts";

export const hitFields = [...summaryFields, "hit"] as const;

export function issueHit({ issue, field, excerpt }: SearchHit): Item {
  return { ...summaryItem(issue), hit: { field, excerpt } };
}
