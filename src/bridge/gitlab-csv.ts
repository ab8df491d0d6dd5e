/** The table of issues that a GitLab project sends by mail. It has neither notes nor who did what. */

import { firstStatus } from "../core/workflow.ts";
import { fitEstimate } from "./dates.ts";
import { fitBody, fitTitle } from "./fit.ts";
import { gitLabNameIn, gitLabSystem } from "./gitlab-json.ts";
import { labelSet, personOf, type SourceHistory } from "./history.ts";
import { type NamedRow, readNamedColumns } from "./named-columns.ts";
import { plainHistory } from "./plain.ts";
import type { ImportContext } from "./source.ts";
import type { SourceFile } from "./values.ts";

/** Throws `invalid` with file and line. */
export async function readGitLabTable(
  file: SourceFile,
  project: string,
  context: ImportContext,
): Promise<SourceHistory[]> {
  const { rows } = await readNamedColumns(
    file,
    ["Title", "Issue ID", "State"],
    "Is it the CSV file of issues that GitLab exports?",
  );
  return rows.map((row) => plainHistory(readRow(row, project, context), context));
}

function readRow(row: NamedRow, project: string, { settings: { workflow }, skipped }: ImportContext) {
  const { place, value, moment } = row;
  const isClosed = /^closed$/i.test(value("State") ?? "");
  const isSet = (column: string) => /^(?:yes|true)$/i.test(value(column) ?? "");
  const accounts = (value("Assignee Username") ?? "").split(/,\s*/);
  const names = (value("Assignee") ?? "").split(/,\s*/);
  const assignees = accounts.flatMap(
    (account, index) => personOf(gitLabSystem, { name: names[index], account })?.email ?? [],
  );
  const weight = value("Weight");
  const seconds = value("Time Estimate");
  if (!["", "0"].includes(value("Time Spent") ?? "")) skipped?.("time spent");
  return {
    system: gitLabSystem,
    name: gitLabNameIn(value("URL") ?? "") ?? `${project}#${fitTitle((value("Issue ID") ?? "").slice(0, 40))}`,
    place,
    title: fitTitle(value("Title") ?? ""),
    body: fitBody(value("Description"), place, "Description"),
    tells: [],
    status: { status: firstStatus(workflow, isClosed ? "done" : "todo"), resolution: null },
    due: row.day("Due Date") ?? null,
    estimate: fitEstimate(/^\d{1,12}$/.test(seconds ?? "") ? Number(seconds) : undefined) ?? null,
    milestone: [...labelSet([value("Milestone") ?? ""])][0] ?? null,
    labels: labelSet([
      ...(value("Labels") ?? "").split(","),
      ...(isSet("Confidential") ? ["confidential"] : []),
      ...(weight === undefined ? [] : [`weight:${weight}`]),
    ]),
    assignees: new Set(assignees),
    author: personOf(gitLabSystem, { name: value("Author"), account: value("Author Username") }),
    created: moment("Created At (UTC)"),
    closed: isClosed ? moment("Closed At (UTC)") : undefined,
    updated: moment("Updated At (UTC)"),
  };
}
