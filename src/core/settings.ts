/**
 * The settings that the pure core needs: what statuses, priorities and types there are. The config folder reads them from files;
 * the defaults are here because they are the product's workflow.
 */

/** What a status means: not begun, being worked on, or finished. */
export type Category = "todo" | "active" | "done";

export interface Status {
  readonly name: string;
  readonly category: Category;
  /** The WIP limit: how many issues may be in this status at once. Null: any number. */
  readonly limit: number | null;
}

export interface Workflow {
  /** In the order of the board's columns. */
  readonly statuses: readonly Status[];
  /** From a status to those that may follow it. A status that is not a key may be followed by any. */
  readonly transitions: Readonly<Record<string, readonly string[]>>;
  /** What happens to a move that exceeds a WIP limit. */
  readonly wip: "warn" | "refuse";
}

export interface Settings {
  readonly workflow: Workflow;
  /** From the least to the most urgent. */
  readonly priorities: readonly string[];
  readonly types: readonly string[];
  /** How long `1d` is, in hours. */
  readonly hoursPerDay: number;
  /** What a conflicted scalar shows meanwhile, by field: the later value, or the one before both. */
  readonly mergeStrategy: Readonly<Record<string, "last-writer" | "manual">>;
}

export const defaultSettings: Settings = {
  workflow: {
    statuses: [
      { name: "todo", category: "todo", limit: null },
      { name: "in-progress", category: "active", limit: null },
      { name: "done", category: "done", limit: null },
    ],
    transitions: {},
    wip: "warn",
  },
  priorities: ["low", "medium", "high", "urgent"],
  types: ["bug", "feature", "task"],
  hoursPerDay: 8,
  mergeStrategy: {},
};
