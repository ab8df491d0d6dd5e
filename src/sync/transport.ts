/** The port of transports: how refs and the histories behind them get from one repository to another. */
import type { Oid } from "../core/commit.ts";

/** A remote ref of ours, named after `refs/git-tracker/`. */
export interface Wanted {
  readonly name: string;
  readonly tip: Oid;
}

/** What is to be at the remote; it moves only from `from`, and only forward. */
export interface Sending {
  readonly name: string;
  readonly from: Oid | undefined;
  readonly to: Oid;
}

/** What to do where the other side names its objects by another hash. Ids are such names, so whole histories can't come along. */
export const otherHashHint =
  "Take what GitHub would know of its issues: in a clone of it, git tracker export github -o FILE; here, git tracker import github FILE";

export interface Refused {
  readonly name: string;
  /** In the words of whoever refused it. */
  readonly reason: string;
  /** `here`: it was looked at and not taken, or not sent. */
  readonly by: "here" | "remote";
  /** The tip that could not be fetched, where it is the tip's fault: asking for it again would come to the same. */
  readonly tip?: Oid | undefined;
}

export interface Sent {
  readonly refused: readonly Refused[];
  /** Somebody else was faster: these are to be fetched again. */
  readonly outrun: readonly Refused[];
}

export interface Transport {
  /** The tips of all refs below `refs/git-tracker/` there, named after that, whatever their names are. Throws `unavailable` or `not-permitted`. */
  list(): Promise<Map<string, Oid>>;
  /**
   * Brings these tips with all that they stand on, and has the remote's tracking refs point to them. One that can't be taken is refused,
   * the others come.
   */
  fetch(wanted: readonly Wanted[]): Promise<Refused[]>;
  /** All in one exchange. */
  push(sendings: readonly Sending[]): Promise<Sent>;
}
