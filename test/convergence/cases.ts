/** The table of what concurrent edits come to. Timers and claims join it when there are any. */
import type { Case } from "./case.ts";
import { cleared, ofScalars } from "./scalar-cases.ts";
import { comments, files, sets } from "./set-cases.ts";
import { descriptions, graphs, hidden } from "./text-and-tree-cases.ts";

export const cases: readonly Case[] = [
  ...sets,
  ...files,
  ...comments,
  ...ofScalars,
  ...cleared,
  ...descriptions,
  ...graphs,
  ...hidden,
];
