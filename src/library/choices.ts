/**
 * What the library's verbs take: as people type it. An issue is named by its id or a unique prefix of at least 4 digits, a person by an
 * address, a part of the name, or `@me`; dates and durations may be words, as in `friday` and `2h`.
 */
import type { Event, LinkKind, Person, Resolution } from "./types.ts";

export interface OpenOptions {
  /** A folder in the repository. Default: the process's. */
  readonly cwd?: string | undefined;
  /** Variables, as in `process.env`, which is the default. HOME, PATH, GIT_DIR and the like are read; none is changed. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** Who acts, as in `Ada <ada@example.com>`. Default: `GIT_TRACKER_ACTOR`, then git's user.name and user.email. */
  readonly actor?: string | undefined;
  /** Settings that win over those of files, as in `{ "sync.timeout": "10" }`. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
  /** Gets what is worth telling beside a result. Default: nobody is told. */
  readonly onWarning?: ((text: string) => void) | undefined;
  /** Gets how far a long piece of work is; `total` is undefined where that is not known. */
  readonly onProgress?: ((what: string, done: number, total: number | undefined) => void) | undefined;
}

/** One issue or several. Verbs that take several change all of them or none. */
export type Ids = string | readonly string[];

export interface PageOptions {
  /** So many at most. Default: all. */
  readonly limit?: number | undefined;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
}

export interface SearchOptions extends PageOptions {
  /** Narrows the search, as in `is:open label:bug`. */
  readonly query?: string | undefined;
}

export interface BoardOptions {
  /** Which issues; default: all that are not archived. */
  readonly query?: string | undefined;
  /** What the lanes are made by; `label:area/` makes one for each label that begins so. Default: one lane. */
  readonly by?: "assignee" | "priority" | "type" | "parent" | `label:${string}` | undefined;
}

/** Scalars of an issue. An empty text clears all but the title. */
export interface Scalars {
  readonly type?: string | undefined;
  readonly priority?: string | undefined;
  /** A day: `2026-12-01`, `friday`, `in 3 days`. */
  readonly due?: string | undefined;
  /** A duration: `2h`, `1d`, `PT2H30M`. */
  readonly estimate?: string | undefined;
  readonly milestone?: string | undefined;
  readonly sprint?: string | undefined;
  /** An issue that this one is a part of. */
  readonly parent?: string | undefined;
  readonly status?: string | undefined;
  /** Markdown. */
  readonly body?: string | undefined;
}

export interface NewIssue extends Scalars {
  readonly title: string;
  readonly labels?: readonly string[] | undefined;
  readonly assignees?: readonly string[] | undefined;
  /** Issues that must be done first. */
  readonly blockedBy?: readonly string[] | undefined;
  /** Issues that wait for this one. */
  readonly blocking?: readonly string[] | undefined;
}

export interface Edit extends Scalars {
  readonly title?: string | undefined;
}

/** What is put into a set and what is taken out of it. */
export interface SetChange {
  readonly add?: readonly string[] | undefined;
  readonly remove?: readonly string[] | undefined;
}

export interface Closing {
  /** Default: `completed`. */
  readonly as?: Resolution | undefined;
  readonly comment?: string | undefined;
}

/** `blocked-by`: the targets block the issue. The others start at it. */
export type LinkTo = LinkKind | "blocked-by";

export interface File {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface LogOptions {
  readonly id?: string | undefined;
  readonly author?: string | undefined;
  readonly since?: Date | undefined;
  readonly limit?: number | undefined;
}

export interface UndoOptions {
  /** The issue whose last change is taken back. Default: the last thing done in this clone, whatever it changed. */
  readonly id?: string | undefined;
}

export interface SyncOptions {
  /** Default: what the setting sync.remote, the branch or there being only one says. */
  readonly remote?: string | undefined;
  /** Default: both. */
  readonly direction?: "both" | "pull" | "push" | undefined;
  /** Only says what would happen. */
  readonly dryRun?: boolean | undefined;
}

export interface Resolving {
  /** Default: all fields that are in conflict. */
  readonly field?: string | undefined;
  /** Whose value is to hold: yours, theirs, or another one. */
  readonly take: "ours" | "theirs" | { readonly value: string };
}

/** An issue of another system. Imported again, it brings only what is new. */
export interface ImportedIssue {
  /** As in `github`. */
  readonly system: string;
  /** Its name there, as in `owner/repository#12`. */
  readonly name: string;
  /** Oldest first. The first event of the first one is `issue-created`; it gets its `nonce` and `external` from the two above. */
  readonly changes: readonly ImportedChange[];
  readonly links?: readonly ImportedLink[] | undefined;
}

/** What one person did at one moment. */
export interface ImportedChange {
  /** Unique within the issue and the same each time: it tells what is here already. */
  readonly key: string;
  readonly author: Person;
  readonly at: Date;
  /** At most one of them owns a text (`body`). */
  readonly events: readonly Event[];
}

export interface ImportedLink {
  /** `parent`: the target is above this issue. */
  readonly kind: LinkTo | "parent";
  /** The target's name in the same system. */
  readonly target: string;
  readonly author: Person;
  readonly at: Date;
}
