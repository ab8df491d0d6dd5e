/** What callers give that the verbs themselves don't look at: a command line can't say it, or its own parser has refused it. */
import { resolve } from "node:path";
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import { statIfAny } from "../platform/files.ts";
import type { BoardOptions, LogOptions, NewIssue, PageOptions } from "./choices.ts";

export function checkFolder(cwd: string): void {
  if (statIfAny(resolve(cwd))?.isDirectory() === true) return;
  throw new TrackerError("not-found", `There is no folder ${visible(cwd)}`, "Give `cwd` a folder of the repository.");
}

export function checkPage<T extends PageOptions>(options: T): T {
  const { limit } = options;
  if (limit === undefined || (Number.isSafeInteger(limit) && limit >= 0)) return options;
  throw new TrackerError("invalid", `${limit} is no limit`, "It is a whole number, or left out for all.");
}

/** Callers without types may leave it out. */
export function checkNew(issue: Partial<NewIssue>): NewIssue {
  const { title } = issue;
  if (typeof title === "string") return { ...issue, title };
  throw new TrackerError("invalid", "An issue needs a title", 'As in: create({ title: "What is to be done" })');
}

export function checkLanes(by: BoardOptions["by"]): string | null {
  if (by === undefined || /^(?:assignee|priority|type|parent|label:.*)$/s.test(by)) return by ?? null;
  throw new TrackerError(
    "invalid",
    `Lanes can't be made by ${visible(by)}`,
    "`by` takes assignee, priority, type, parent or label:PREFIX.",
  );
}

/** In seconds since 1970. */
export function checkSince(since: LogOptions["since"]): number | undefined {
  const seconds = since === undefined ? undefined : Math.floor(since.getTime() / 1000);
  if (!Number.isNaN(seconds)) return seconds;
  throw new TrackerError("invalid", "`since` is no time", 'As in: since: new Date("2026-12-01T08:00:00Z")');
}
