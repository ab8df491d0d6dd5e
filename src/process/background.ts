/** What happens after a command's answer is out: a sync may be started beside it, and one that failed before is told. */
import { systemRefusal, TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import type { Variables } from "../platform/git.ts";
import { startDetached } from "../platform/process.ts";
import { takeFailure, wantsAutoSync } from "../tracker/auto-sync.ts";
import type { Tracker } from "../tracker/tracker.ts";

export interface Background {
  readonly tracker: Tracker;
  /** How this program is started: itself, or what runs it and where it is. */
  readonly program: readonly string[];
  readonly cwd: string;
  readonly environment: Variables;
  /** Undefined: nobody is there to be told. */
  readonly tell: ((text: string) => void) | undefined;
}

/** Never fails the command that is done: what can't be started now is started by a later one. */
export async function afterCommand({ tracker, program, cwd, environment, tell }: Background): Promise<void> {
  try {
    if (tell !== undefined) {
      const failure = await takeFailure(tracker);
      if (failure !== undefined) {
        const hint = failure.hint === null ? "" : `\nhint: ${visible(failure.hint)}`;
        tell(`warning: the last automatic sync failed: ${visible(failure.message)}${hint}\n`);
      }
    }
    // A sync doesn't start another.
    const env = { ...environment, GIT_TRACKER_SYNC_AUTO: "off" };
    if (await wantsAutoSync(tracker)) startDetached([...program, "sync", "--auto"], cwd, env);
  } catch (error) {
    if (!(error instanceof TrackerError) && systemRefusal(error) === undefined) throw error;
  }
}
