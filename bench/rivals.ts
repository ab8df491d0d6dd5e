/** Other trackers on the same issues. Each is installed by its own package manager where that can be done, and left out with a reason if not. */
import { openBacklog } from "./backlog.ts";
import { openFossil } from "./fossil.ts";
import type { Trial } from "./measure.ts";
import type { Row } from "./rows.ts";
import { openTaskwarrior } from "./taskwarrior.ts";

/** A tracker that holds the made-up issues. */
export interface Rival {
  readonly version: string;
  /** By the name of our row. */
  readonly trials: Readonly<Record<RivalRow, Trial | Lacking>>;
}

export type RivalRow = (typeof rivalRows)[number];
export const rivalRows = ["new", "status", "list", "list, filtered", "show", "search", "board"] as const;

/** Why the tracker has no such command. */
export interface Lacking {
  readonly lacking: string;
}

export interface RivalSource {
  readonly name: string;
  /** Installs it if need be and gives it so many issues. Throws what is to be told if that can't be done. */
  open(issues: number): Promise<Rival>;
}

export const rivals: readonly RivalSource[] = [
  { name: "Backlog.md", open: openBacklog },
  { name: "taskwarrior", open: openTaskwarrior },
  { name: "Fossil", open: openFossil },
];

/** Those that `--rivals` means; undefined if it names none that there is. */
export function chosenRivals(choice: string): readonly RivalSource[] | undefined {
  if (choice === "all") return rivals;
  if (choice === "none") return [];
  const wanted = choice.split(",").map((name) => name.trim().toLowerCase());
  const found = rivals.filter(({ name }) => wanted.includes(name.toLowerCase()));
  return found.length === wanted.length ? found : undefined;
}

/** Our row with the rival's trial beside it. Ours is to be no slower. */
export function rivalRow(row: Row, name: string, beside: Trial): Row {
  return {
    name: row.name,
    beside: `${name}: ${beside.label}`,
    open: async () => ({ ours: (await row.open()).ours, beside }),
    target: 1,
    kind: row.kind,
  };
}
