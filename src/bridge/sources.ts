/** The systems that issues come from: a line for each, and the importer behind it, which is loaded when it is asked for. */
import { nearest, TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import type { ForeignRepository } from "../tracker/foreign.ts";
import type { ImportedIssue } from "../tracker/import.ts";
import type { ImportContext, SourceFolder } from "./source.ts";
import type { SourceFile } from "./values.ts";

export type Source = FileSource | FolderSource | RepositorySource;

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

/** Histories from files, of which a folder that was named gives all. Yields one issue after the other. Throws `invalid` with file and line. */
export type ReadFiles = (files: AsyncIterable<SourceFile>, context: ImportContext) => AsyncIterable<ImportedIssue>;

/** As ReadFiles. */
export type ReadFolder = (folder: SourceFolder, context: ImportContext) => AsyncIterable<ImportedIssue>;

/** Histories from refs. As ReadFiles, but throws `invalid` with ref and commit. */
export type ReadRepository = (repository: ForeignRepository, context: ImportContext) => AsyncIterable<ImportedIssue>;

export const sources: readonly Source[] = [
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
