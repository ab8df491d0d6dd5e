/** The plan of a sync: the tips that both sides have in, what has to be looked at, and what is to be sent, out. Pure. */
import type { Oid } from "../core/commit.ts";

/** A stream that the two sides don't agree on. Undefined: that side doesn't have it. */
export interface Difference {
  /** The ref's name after `refs/git-tracker/`, as in `issues/<id>`. */
  readonly name: string;
  readonly here: Oid | undefined;
  readonly there: Oid | undefined;
}

/** All streams whose tips differ, in order of name. */
export function differences(here: ReadonlyMap<string, Oid>, there: ReadonlyMap<string, Oid>): Difference[] {
  const names = new Set([...here.keys(), ...there.keys()]);
  return [...names]
    .filter((name) => here.get(name) !== there.get(name))
    .sort()
    .map((name) => ({ name, here: here.get(name), there: there.get(name) }));
}

/** How two tips of one stream stand to each other. */
export type Relation =
  | "new" // Only the other side has it.
  | "behind" // The other side's tip follows ours.
  | "ahead" // Ours follows the other side's.
  | "diverged";

/** `inTheirs` and `inOurs` say what the two tips reach. */
export function relationOf(
  { here, there }: Difference,
  inTheirs: (oid: Oid) => boolean,
  inOurs: (oid: Oid) => boolean,
): Relation {
  if (here === undefined || there === undefined) return here === undefined ? "new" : "ahead";
  if (inTheirs(here)) return "behind";
  return inOurs(there) ? "ahead" : "diverged";
}
