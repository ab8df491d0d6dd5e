/** The table that Jira makes of a search (Export → CSV, all fields). Columns repeat where a field has several values. */
import type { Moment } from "../core/commit.ts";
import { fitEstimate, readAnyMoment } from "./dates.ts";
import { fitBody, fitTitle } from "./fit.ts";
import { labelSet, personOf, type SourceHistory } from "./history.ts";
import { fitJiraStatus, jiraSystem } from "./jira-words.ts";
import { type NamedRow, readNamedColumns } from "./named-columns.ts";
import { type PlainComment, type PlainIssue, plainHistory } from "./plain.ts";
import type { ImportContext } from "./source.ts";
import type { SourceFile } from "./values.ts";
import { fitPriority, fitType } from "./vocabulary.ts";
import { wikiToMarkdown } from "./wiki-markup.ts";

/** Throws `invalid` with file and line. */
export async function readJiraTable(file: SourceFile, context: ImportContext): Promise<SourceHistory[]> {
  const hint = "Is it the CSV file of a search in Jira, with all fields?";
  const { rows, columns } = await readNamedColumns(file, ["Summary", "Issue key", "Status"], hint);
  const keys = new Map(
    rows.flatMap(({ value }) => {
      const [key, id] = [value("Issue key"), value("Issue id")];
      return key === undefined || id === undefined ? [] : [[id, key] as const];
    }),
  );
  const accounts = accountsIn(rows);
  // A column that no issue has a value for isn't there.
  const tells = Object.entries(linkColumns).flatMap(([column, kind]) => (columns.has(column) ? kind : []));
  return rows.map((row) => plainHistory(readRow(row, { keys, accounts, tells }, context), context));
}

const linkColumns = {
  "Parent key": "parent",
  "Inward issue link (Blocks)": "blocked-by",
  "Outward issue link (Blocks)": "blocks",
  "Outward issue link (Duplicate)": "duplicates",
  "Outward issue link (Relates)": "relates",
} as const;

interface Names {
  /** Issue id → key. */
  readonly keys: ReadonlyMap<string, string>;
  /** Account id → name. */
  readonly accounts: ReadonlyMap<string, string>;
  readonly tells: PlainIssue["tells"];
}

function accountsIn(rows: readonly NamedRow[]): Map<string, string> {
  const accounts = new Map<string, string>();
  for (const { value } of rows) {
    for (const role of ["Assignee", "Reporter", "Creator"]) {
      const [name, id] = [value(role), value(`${role} Id`)];
      if (name !== undefined && id !== undefined) accounts.set(id, name);
    }
  }
  return accounts;
}

function readRow(row: NamedRow, { keys, accounts, tells }: Names, context: ImportContext) {
  const { place, value, values } = row;
  const person = (role: string) => personOf(jiraSystem, { name: value(role), account: value(`${role} Id`) });
  const markdown = (text: string) => wikiToMarkdown(text, (account) => accounts.get(account) ?? account);
  const assignee = person("Assignee");
  const parent = value("Parent key") ?? value("Parent id") ?? value("Parent") ?? value("Custom field (Epic Link)");
  const seconds = value("Original estimate");
  for (const _ of values("Attachment")) context.skipped?.("attachment");
  return {
    system: jiraSystem,
    name: fitTitle(value("Issue key") ?? ""),
    place,
    title: fitTitle(value("Summary") ?? ""),
    body: fitBody(markdown(value("Description") ?? ""), place, "Description"),
    status: fitJiraStatus(context, {
      name: value("Status") ?? "",
      category: value("Status Category"),
      resolution: value("Resolution"),
    }),
    type: fitType(context, value("Issue Type") ?? ""),
    priority: fitPriority(context, value("Priority") ?? ""),
    due: row.day("Due date") ?? null,
    estimate: fitEstimate(/^\d{1,12}$/.test(seconds ?? "") ? Number(seconds) : undefined) ?? null,
    milestone: [...labelSet([...values("Fix Version/s"), ...values("Fix versions")])][0] ?? null,
    sprint: [...labelSet(values("Sprint"))].at(-1) ?? null,
    labels: labelSet([
      ...values("Labels").flatMap((text) => text.split(/\s+/)),
      ...[...values("Component/s"), ...values("Components")].map((name) => `component:${name}`),
    ]),
    assignees: new Set(assignee === undefined ? [] : [assignee.email]),
    author: person("Reporter") ?? person("Creator"),
    created: row.moment("Created"),
    closed: row.moment("Resolved"),
    updated: row.moment("Updated"),
    comments: values("Comment").flatMap((text) => readComment(text, { place, accounts, markdown })),
    parent: parent === undefined ? undefined : (keys.get(parent) ?? parent),
    tells,
    blockedBy: values("Inward issue link (Blocks)"),
    links: [
      ...values("Outward issue link (Blocks)").map((targetName) => ({ kind: "blocks", targetName }) as const),
      ...values("Outward issue link (Duplicate)").map((targetName) => ({ kind: "duplicates", targetName }) as const),
      ...[...values("Outward issue link (Relates)"), ...values("Outward issue link (Cloners)")].map(
        (targetName) => ({ kind: "relates", targetName }) as const,
      ),
    ],
  };
}

interface CommentReading {
  readonly place: string;
  readonly accounts: ReadonlyMap<string, string>;
  readonly markdown: (text: string) => string;
}

/** `03/Sep/26 9:05 AM;account or name;text`. */
function readComment(text: string, { place, accounts, markdown }: CommentReading): PlainComment[] {
  const [, date = "", account = "", said] = /^([^;\n]{1,60});([^;\n]{0,200});([\s\S]*)$/.exec(text) ?? [];
  const time: Moment | undefined = said === undefined ? undefined : readAnyMoment(date);
  const body = fitBody(markdown(time === undefined ? text : (said ?? "")), place, "Comment");
  if (body === "") return [];
  const author =
    time === undefined ? undefined : personOf(jiraSystem, { name: accounts.get(account) ?? account, account });
  return [{ author, time, body }];
}
