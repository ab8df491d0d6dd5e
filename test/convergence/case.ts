/**
 * A row of the table of what concurrent edits come to: what Ada, Ben and Cyn did at once, and the state and the conflicts that all of them have
 * then, in whatever order they sync. Of edits that are equally deep Ben's are later than Ada's, and Cyn's later than Ben's.
 */
import type { EventDraft } from "../../src/core/event.ts";
import { nameObject } from "../../src/store/objects.ts";

/**
 * A command line, its words parted by single blanks: `#` is the issue, `#2` another one, `%` the first comment. Or an event that no
 * command writes yet.
 */
export type Change = string | EventDraft;

export interface Outcome {
  /** What `show --json` says of it, among other things. */
  readonly state: Readonly<Record<string, unknown>>;
  /** By field, in the order of the stream. */
  readonly conflicts?: Readonly<Record<string, readonly (string | null)[]>>;
}

export interface Doing {
  readonly a?: readonly Change[];
  readonly b?: readonly Change[];
  readonly c?: readonly Change[];
}

export interface Case extends Doing, Outcome {
  readonly name: string;
  /** The words of the `new` that made it, after the title. */
  readonly begin?: string;
  /** What Ada did before anybody else had it. */
  readonly before?: readonly Change[];
  /** What happens when all have seen that, and what comes of it. */
  readonly next?: Doing & Outcome;
}

/** The name of a file's content. */
export const blob = (text: string) => nameObject("sha1", { type: "blob", bytes: new TextEncoder().encode(text) }).oid;
