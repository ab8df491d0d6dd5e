/** The tracker as a library: everything that `import … from "git-tracker"` gives. docs/library.md introduces it. */
export type { ErrorCode } from "../core/errors.ts";
export { TrackerError } from "../core/errors.ts";
export type * from "./choices.ts";
export { openTracker } from "./open.ts";
export type { Questions } from "./questions.ts";
export type * from "./types.ts";
export type { Commented, Tracker } from "./verbs.ts";
