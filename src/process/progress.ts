/** Progress of long work on a terminal: what, how many, how long to go; from half a second on, and gone when it is done. */
import type { Clock } from "../platform/clock.ts";
import type { Progress } from "../tracker/tracker.ts";

const quietMs = 500;
const redrawMs = 100;

/** `isWatched` is asked once it has taken long enough to matter. */
export function createProgress(clock: Clock, isWatched: () => boolean, write: (text: string) => void): Progress {
  let task = "";
  let begun = 0;
  let drawn = 0;
  let watched: boolean | undefined;
  return (what, done, total, note) => {
    const now = clock.now();
    if (what !== task) {
      task = what;
      begun = now;
      drawn = 0;
    }
    const finished = total !== undefined && done >= total;
    if (finished && drawn > 0) write("\r\x1b[K");
    if (finished || now - begun < quietMs || now - drawn < redrawMs) return;
    watched ??= isWatched();
    if (!watched) return;
    drawn = now;
    const left =
      total === undefined || done === 0
        ? ""
        : `, ${Math.ceil((((now - begun) / done) * (total - done)) / 1000)} s to go`;
    write(
      `\r\x1b[K${what}: ${done}${total === undefined ? "" : ` of ${total}`}${note === undefined ? "" : `, ${note}`}${left}`,
    );
  };
}
