/** What other trackers keep in the repository that one stands in. */
import { foreignRefs } from "../store/refs.ts";
import type { Tracker } from "./tracker.ts";

export interface ForeignIssues {
  /** As `git tracker import` calls it. */
  readonly system: "git-bug" | "git-native-issue";
  readonly count: number;
}

/** Only those that there are. */
export async function foreignIssues({ store }: Tracker): Promise<ForeignIssues[]> {
  const bugs = await store.listRefs(foreignRefs["git-bug's bugs"]);
  const issues = await store.listRefs(foreignRefs["git-native-issue's issues"]);
  return [
    { system: "git-bug" as const, count: bugs.size },
    { system: "git-native-issue" as const, count: issues.size },
  ].filter(({ count }) => count > 0);
}
