/** The verbs `sync`, `pull` and `push` of all that is looked at together: each repository in its turn, whatever became of those before it. */
import type { TrackerError } from "../core/errors.ts";
import { refusalOf } from "./refusal.ts";
import { type SyncChoice, type SyncReport, syncIssues } from "./sync.ts";
import type { Workspace } from "./workspace.ts";

export type SyncOutcome = { readonly name: string | undefined } & (
  | { readonly report: SyncReport; readonly error?: undefined }
  | { readonly report?: undefined; readonly error: TrackerError }
);

export async function syncAll({ members, failures }: Workspace, choice: SyncChoice): Promise<SyncOutcome[]> {
  const outcomes: SyncOutcome[] = [...failures];
  for (const { name, tracker } of members) {
    try {
      outcomes.push({ name, report: await syncIssues(tracker, choice) });
    } catch (error) {
      outcomes.push({ name, error: refusalOf(error) });
    }
  }
  return outcomes;
}
