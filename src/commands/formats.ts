/** The formats that issues leave in: a line for each, and the writer behind it, which is loaded when it is asked for. */
import { nearest, TrackerError } from "../core/errors.ts";
import type { Settings } from "../core/settings.ts";
import { visible } from "../core/text.ts";
import type { IssueView } from "../core/view.ts";
import type { Exported, ExportedIssue } from "../tracker/export.ts";

export interface Format {
  /** The word behind `git tracker export`. */
  readonly name: string;
  /** One line of the help. */
  readonly summary: string;
  /** What its files are called, as the examples show it. */
  readonly extension: string;
  /** True if what is written is JSON anyway. */
  readonly isJson?: true;
  /** True if the person may say which fields are written. */
  readonly hasFields?: true;
  readonly load: () => Promise<WriteFormat>;
}

/** Texts that make up the file, one after the other. Nothing but the issue at hand need be in memory. */
export type WriteFormat = (exported: Exported, context: FormatContext) => AsyncIterable<string>;

export interface FormatContext {
  readonly settings: Settings;
  /** Empty: the format's own. */
  readonly fields: readonly string[];
}

export const formats: readonly Format[] = [
  {
    name: "jsonl",
    summary: "whole histories, signatures and files included, one issue per line, and members, teams and labels",
    extension: "jsonl",
    isJson: true,
    load: async () => (await import("../bridge/export.ts")).exportLines,
  },
  {
    name: "json",
    summary: "one document: the fields that --json prints, the events, and the git objects that hold them",
    extension: "json",
    isJson: true,
    load: async () => {
      const { exportDocument } = await import("../bridge/export.ts");
      const { issueItem } = await import("../render/json.ts");
      return (exported) => exportDocument(exported, ({ view }) => issueItem(view));
    },
  },
  {
    name: "csv",
    summary: "a table, one row per issue; --fields chooses the columns",
    extension: "csv",
    hasFields: true,
    load: async () => {
      const { csvFile } = await import("../render/csv.ts");
      const { checkField, issueFields, issueItem } = await import("../render/json.ts");
      return ({ issues }, { fields }) => {
        const columns = fields.length === 0 ? csvFields : fields.map((field) => checkField(field, issueFields));
        return csvFile(
          each(issues, ({ view }) => issueItem(view)),
          columns,
        );
      };
    },
  },
  {
    name: "markdown",
    summary: "one document to read: titles, facts, texts and comments",
    extension: "md",
    load: async () => {
      const { markdownDocument } = await import("../render/markdown-document.ts");
      return ({ issues }) => markdownDocument(viewsOf(issues));
    },
  },
  {
    name: "html",
    summary: "one page to read and search in a browser, also from a disk",
    extension: "html",
    load: async () => {
      const { renderPage } = await import("../render/page.ts");
      return ({ issues, summaries }) => {
        const labels = [...new Set(summaries.flatMap((summary) => summary.labels))].sort();
        return renderPage(viewsOf(issues), { count: summaries.length, labels });
      };
    },
  },
  {
    name: "github",
    summary:
      "as GitHub's API gives issues with their timelines, one per line: for `import github`, and what else reads that",
    extension: "jsonl",
    isJson: true,
    load: async () => {
      const { exportGitHub } = await import("../bridge/export-github.ts");
      return (exported, { settings }) => exportGitHub(exported, settings);
    },
  },
  {
    name: "taskwarrior",
    summary: "tasks for `task import`",
    extension: "json",
    isJson: true,
    load: async () => (await import("../bridge/export-taskwarrior.ts")).exportTasks,
  },
  {
    name: "ical",
    summary: "tasks for calendars (RFC 5545, VTODO)",
    extension: "ics",
    load: async () => {
      const { exportCalendar } = await import("../bridge/export-ical.ts");
      return ({ issues }, { settings }) => exportCalendar(viewsOf(issues), settings);
    },
  },
];

/** Throws `invalid` for a format that there is none of. */
export function findFormat(name: string): Format {
  const format = formats.find((one) => one.name === name);
  if (format !== undefined) return format;
  const names = formats.map((one) => one.name);
  const near = nearest(name, names);
  throw new TrackerError(
    "invalid",
    `There is no export as \`${visible(name)}\``,
    near === undefined ? `There is: ${names.join(", ")}.` : `Did you mean: git tracker export ${near}`,
  );
}

/** What a person wants to see of every issue in a table, `import csv` knowing the names. */
const csvFields = [
  "id",
  "title",
  "status",
  "resolution",
  "type",
  "priority",
  "labels",
  "assignees",
  "author",
  "createdAt",
  "updatedAt",
  "closedAt",
  "due",
  "estimate",
  "milestone",
  "sprint",
  "parent",
  "blockedBy",
  "body",
];

function viewsOf(issues: AsyncIterable<ExportedIssue>): AsyncIterable<IssueView> {
  return each(issues, ({ view }) => view);
}

async function* each<T, U>(items: AsyncIterable<T>, one: (item: T) => U): AsyncGenerator<U> {
  for await (const item of items) yield one(item);
}
