/** The systems that issues come from: a line for each, and the importer behind it, which is loaded when it is asked for. */
import { nearest, TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import type { ForeignRepository } from "../tracker/foreign.ts";
import type { ImportedIssue } from "../tracker/import.ts";
import type { CarriedStream } from "../tracker/import-streams.ts";
import type { ImportContext, SourceFolder } from "./source.ts";
import type { SourceFile } from "./values.ts";

export type Source = FileSource | FolderSource | RepositorySource | StreamSource;

interface Described {
  /** The word behind `git tracker import`. */
  readonly name: string;
  /** What it takes, as the help says it, and as it is asked for where it is missing. */
  readonly takes: string;
  /** One line of the help, or several. */
  readonly summary: string;
  readonly example: string;
  /** What to do where there are no issues. */
  readonly emptyHint?: string;
}

export interface FileSource extends Described {
  readonly kind?: "files";
  /** True if the person may say which column holds what. */
  readonly hasColumns?: true;
  readonly load: () => Promise<ReadFiles>;
}

/** It takes one folder. */
export interface FolderSource extends Described {
  readonly kind: "folder";
  readonly load: () => Promise<ReadFolder>;
}

/** It takes a repository or a bundle, and by default the repository that one stands in. */
export interface RepositorySource extends Described {
  readonly kind: "repository";
  readonly load: () => Promise<ReadRepository>;
}

/** Files that hold streams as they are stored, not histories to be told anew. */
export interface StreamSource extends Described {
  readonly kind: "streams";
  readonly load: () => Promise<(files: AsyncIterable<SourceFile>) => AsyncIterable<CarriedStream>>;
}

/** Histories from files, of which a folder that was named gives all. Yields one issue after the other. Throws `invalid` with file and line. */
export type ReadFiles = (files: AsyncIterable<SourceFile>, context: ImportContext) => AsyncIterable<ImportedIssue>;

/** As ReadFiles. */
export type ReadFolder = (folder: SourceFolder, context: ImportContext) => AsyncIterable<ImportedIssue>;

/** Histories from refs. As ReadFiles, but throws `invalid` with ref and commit. */
export type ReadRepository = (repository: ForeignRepository, context: ImportContext) => AsyncIterable<ImportedIssue>;

export const sources: readonly Source[] = [
  {
    kind: "streams",
    name: "jsonl",
    takes: "FILE…",
    summary:
      "what `git tracker export jsonl` wrote: the same issues under the same ids, and members, teams and labels;\nwhere one has moved on here, it is merged as by a sync",
    example: "git tracker import jsonl issues.jsonl",
    emptyHint: "Check the file.",
    load: async () => (await import("./jsonl.ts")).readStreams,
  },
  {
    name: "github",
    takes: "FILE|FOLDER…",
    summary:
      "issues as GitHub's REST API gives them, with their timeline events, one per line or per file,\nplain or gzip; or what `gh issue list --json …` prints",
    example:
      "gh issue list --state all --limit 10000 --json number,title,body,state,stateReason,labels,assignees,author,comments,createdAt,closedAt,milestone,url | git tracker import github -",
    load: async () => {
      const { importGitHub } = await import("./github.ts");
      return (files, context) => importGitHub({ files }, context);
    },
  },
  {
    name: "beads",
    takes: "FILE…",
    summary: "issues of beads, as `bd export` writes them into .beads/issues.jsonl",
    example: "git tracker import beads .beads/issues.jsonl",
    load: async () => (await import("./beads.ts")).importBeads,
  },
  {
    kind: "repository",
    name: "git-bug",
    takes: "[BUNDLE|REPOSITORY]",
    summary: "issues of git-bug, from refs/bugs and refs/identities; by default of the repository one stands in",
    example: "git tracker import git-bug ../other-clone",
    emptyHint: "Are they fetched? git bug pull",
    load: async () => (await import("./git-bug.ts")).importGitBug,
  },
  {
    kind: "folder",
    name: "backlog",
    takes: "FOLDER",
    summary: "tasks of Backlog.md, from its folder; what they are by now, not git's history of the files",
    example: "git tracker import backlog ./backlog",
    emptyHint: "Name the folder that `tasks` is in.",
    load: async () => (await import("./backlog.ts")).importBacklog,
  },
  {
    kind: "repository",
    name: "git-native-issue",
    takes: "[BUNDLE|REPOSITORY]",
    summary: "issues of git-native-issue, from refs/issues; by default of the repository one stands in",
    example: "git tracker import git-native-issue",
    emptyHint: "Are they fetched? git issue sync",
    load: async () => (await import("./git-native-issue.ts")).importGitNativeIssue,
  },
  {
    name: "gitlab",
    takes: "FILE|FOLDER…",
    summary:
      "a project export, packed (.tar.gz) or unpacked; issues as GitLab's REST API gives them, with their notes if they have any;\nor the CSV file of a project's issues",
    example: "git tracker import gitlab 2026-01-09_10-00-000_group_app_export.tar.gz",
    load: async () => (await import("./gitlab.ts")).importGitLab,
  },
  {
    name: "jira",
    takes: "FILE.csv|FILE.json…",
    summary:
      "what Jira's REST search gives with `fields=*all&expand=changelog`: every change, comments, links;\nor the CSV file of a search (all fields)",
    example: "git tracker import jira search.json",
    load: async () => (await import("./jira.ts")).importJira,
  },
  {
    name: "linear",
    takes: "FILE.csv",
    summary: "the CSV file that Linear exports",
    example: "git tracker import linear export.csv",
    load: async () => (await import("./linear.ts")).importLinear,
  },
  {
    name: "trello",
    takes: "FILE.json",
    summary: "a board's JSON export: cards, checklists, comments, and the moves among its last 1000 actions",
    example: "git tracker import trello board.json",
    load: async () => (await import("./trello.ts")).importTrello,
  },
  {
    name: "taskwarrior",
    takes: "FILE",
    summary: "what `task export` prints",
    example: "task export | git tracker import taskwarrior -",
    load: async () => (await import("./taskwarrior.ts")).importTaskwarrior,
  },
  {
    name: "todo.txt",
    takes: "FILE",
    summary: "a todo.txt list, one task per line",
    example: "git tracker import todo.txt todo.txt",
    load: async () => (await import("./todo-txt.ts")).importTodoTxt,
  },
  {
    name: "csv",
    takes: "FILE --map field=column,…",
    summary:
      "any table of issues with one row each: columns are known by their names, or by --map.\nFields: title, body, status, resolution, labels, assignee, author, created, updated, started, closed, due,\npriority, type, estimate, milestone, sprint, parent, blocked-by, id",
    example: "git tracker import csv tasks.csv --map title=Task,due='Finish by'",
    hasColumns: true,
    load: async () => (await import("./csv-issues.ts")).importCsv,
  },
];

/** Throws `invalid` for a system that there is no import from. */
export function findSource(name: string): Source {
  const source = sources.find((one) => one.name === name);
  if (source !== undefined) return source;
  const names = sources.map((one) => one.name);
  const near = nearest(name, names);
  throw new TrackerError(
    "invalid",
    `There is no import from \`${visible(name)}\``,
    near === undefined ? "See what there is: git tracker help import" : `Did you mean: git tracker import ${near}`,
  );
}
