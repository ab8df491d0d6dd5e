/** The table that Linear exports (Settings → Import/Export → Export CSV) → histories. It has dates of the stages, but no comments. */

import type { Category } from "../core/settings.ts";
import type { ImportedIssue } from "../tracker/import.ts";
import { fitBody, fitTitle } from "./fit.ts";
import { labelSet, personOf, toImportedIssues } from "./history.ts";
import { type NamedRow, readNamedColumns } from "./named-columns.ts";
import { plainHistory } from "./plain.ts";
import type { ImportContext } from "./source.ts";
import type { SourceFile } from "./values.ts";
import { categoryOfName, type FittedStatus, fitNamedStatus, fitPriority } from "./vocabulary.ts";

const system = "linear";
const hint = "Is it the CSV file that Linear exports?";

/** Throws `invalid` with file and line. */
export async function* importLinear(
  files: AsyncIterable<SourceFile>,
  context: ImportContext,
): AsyncGenerator<ImportedIssue> {
  for await (const file of files) {
    const { rows, columns } = await readNamedColumns(file, ["ID", "Title", "Status"], hint);
    const tells = Object.entries(linkColumns).flatMap(([column, kind]) => (columns.has(column) ? kind : []));
    yield* toImportedIssues(
      rows.map((row) => plainHistory({ ...readRow(row, context), tells }, context)),
      context,
    );
  }
}

const linkColumns = {
  "Parent issue": "parent",
  "Blocked by": "blocked-by",
  "Related to": "relates",
  "Duplicate of": "duplicates",
} as const;

function readRow(row: NamedRow, context: ImportContext) {
  const { place, value, moment } = row;
  const name = nameOf(value("ID") ?? "");
  const assignee = personOf(system, { name: value("Assignee") });
  const duplicateOf = value("Duplicate of");
  const points = value("Estimate");
  if (points !== undefined && points !== "0") context.skipped?.("estimate in points");
  return {
    system,
    name,
    place,
    title: fitTitle(value("Title") ?? ""),
    body: fitBody(value("Description"), place, "Description"),
    status: statusOf(row, context),
    priority: fitPriority(context, value("Priority") ?? ""),
    due: row.day("Due Date") ?? null,
    milestone: oneLine(value("Project Milestone") ?? value("Project")),
    sprint: oneLine(value("Cycle Name") ?? cycle(value("Cycle Number") ?? value("Cycle"))),
    labels: labelSet((value("Labels") ?? "").split(",")),
    assignees: new Set(assignee === undefined ? [] : [assignee.email]),
    archived: moment("Archived") !== undefined,
    archivedAt: moment("Archived"),
    author: personOf(system, { name: value("Creator") }),
    created: moment("Created"),
    started: moment("Started"),
    closed: moment("Completed") ?? moment("Canceled"),
    updated: moment("Updated"),
    parent: value("Parent issue") === undefined ? undefined : nameOf(value("Parent issue") ?? ""),
    blockedBy: namesIn(value("Blocked by")),
    links: [
      ...namesIn(value("Related to")).map((targetName) => ({ kind: "relates", targetName }) as const),
      ...namesIn(duplicateOf).map((targetName) => ({ kind: "duplicates", targetName }) as const),
    ],
  };
}

/** Teams name their statuses; the dates say what one means. */
function statusOf({ value, moment }: NamedRow, context: ImportContext): FittedStatus {
  const name = value("Status") ?? "";
  const canceled = moment("Canceled") !== undefined;
  const category: Category =
    moment("Completed") !== undefined || canceled
      ? "done"
      : moment("Started") !== undefined && categoryOfName(name) !== "todo"
        ? "active"
        : categoryOfName(name);
  const { status, resolution } = fitNamedStatus(context, name, category);
  if (category !== "done") return { status, resolution };
  if (value("Duplicate of") !== undefined) return { status, resolution: "duplicate" };
  return { status, resolution: canceled ? "not-planned" : (resolution ?? "completed") };
}

/** Names are spelled as in `ENG-12`, but the title may follow. */
function nameOf(text: string): string {
  return /^[\p{L}\p{N}_]{1,40}-\d{1,12}/u.exec(text.trim())?.[0] ?? fitTitle(text.slice(0, 200));
}

function namesIn(text: string | undefined): string[] {
  return (text ?? "")
    .split(",")
    .filter((part) => part.trim() !== "")
    .map(nameOf);
}

function cycle(number: string | undefined): string | undefined {
  return number === undefined || !/^\d+$/.test(number) ? number : `Cycle ${number}`;
}

function oneLine(text: string | undefined): string | null {
  return [...labelSet([text ?? ""])][0] ?? null;
}
