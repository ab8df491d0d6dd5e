/**
 * A conflict as a text to be put together by hand: what all agree on as it is, and what they don't between marks, as git has them. Pure:
 * no editor here.
 */
import { TrackerError } from "../core/errors.ts";
import type { ConflictValue } from "../core/issue.ts";
import { mergeRegions, type Region } from "../core/merge.ts";
import { visible } from "../core/text.ts";
import { renderAgo } from "../render/age.ts";
import type { OpenConflict } from "../tracker/conflicts.ts";

export interface MarkedText {
  readonly text: string;
  /** The lines in it that only part the sides. */
  readonly marks: readonly string[];
}

/** `now` in milliseconds since 1970. */
export function markedText({ conflict, base }: Pick<OpenConflict, "conflict" | "base">, now: number): MarkedText {
  const { field, values } = conflict;
  const labels = values.map((value) => labelOf(value, now));
  const [a, b, ...others] = values.map(({ value }) => value ?? "");
  const regions: Region[] =
    field === "description" && a !== undefined && b !== undefined && others.length === 0
      ? mergeRegions(base, a, b)
      : [{ sides: values.map(({ value }) => (value ?? "").split("\n")) }];
  const marks = labels.map((label, at) => markBefore(at, labels.length, label));
  const end = `>>>>>>> ${labels.at(-1)}`;
  const lines = regions.flatMap((region) => ("lines" in region ? region.lines : between(marks, region.sides, end)));
  return { text: lines.join("\n"), marks: [...marks, end] };
}

/** Throws `invalid` if a mark stands in it yet. A line of `=======` may be part of a text, so alone it is none. */
export function checkMarks(saved: string, marks: readonly string[]): void {
  const left = saved.split("\n").find((line) => line !== plainMark && marks.includes(line.trimEnd()));
  if (left === undefined) return;
  throw new TrackerError(
    "invalid",
    `This mark is still there: ${left}`,
    "Take out all lines with <<<<<<< and >>>>>>>.",
  );
}

const plainMark = "=======";

/** As git marks two sides; where there are more, those in the middle say whose they are, too. */
function markBefore(at: number, count: number, label: string): string {
  if (at === 0) return `<<<<<<< ${label}`;
  return at === count - 1 ? plainMark : `${plainMark} ${label}`;
}

function between(marks: readonly string[], sides: Extract<Region, { sides: unknown }>["sides"], end: string): string[] {
  return [...sides.flatMap((lines, at) => [marks[at] ?? plainMark, ...lines]), end];
}

function labelOf({ value, author, at }: ConflictValue, now: number): string {
  return `${visible(author.name)}, ${renderAgo(at, now)}${value === null ? ": none" : ""}`;
}
