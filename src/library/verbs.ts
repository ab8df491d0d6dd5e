/**
 * What an open tracker can do. Every verb looks at the repository as it is now, and is as good as the command of the same name: what it
 * changes is in git, flushed, when its promise is kept. Verbs of one tracker take turns, so that calling many at once is safe. Each throws
 * a TrackerError for what can't be done.
 *
 * In the examples `tracker` is open in a new repository and `login` is the only issue there. A comment behind an expression is its value.
 */
import type {
  Closing,
  Edit,
  File,
  Ids,
  ImportedIssue,
  LinkTo,
  NewIssue,
  Resolving,
  SetChange,
  SyncOptions,
  UndoOptions,
} from "./choices.ts";
import type { Questions } from "./questions.ts";
import type { Changed, ImportResult, Issue, LinkKind, SyncResult, UndoResult } from "./types.ts";

export interface Tracker extends Questions, Disposable {
  /**
   * Makes an issue.
   *
   * ```ts
   * const issue = await tracker.create({ title: "Time out sooner", priority: "high", estimate: "2h", parent: login.id });
   * [issue.priority, issue.estimate, issue.parent === login.id]; // ["high", 7200, true]
   * ```
   */
  create(issue: NewIssue): Promise<Issue>;

  /**
   * Changes fields. An empty text clears one.
   *
   * ```ts
   * const [changed] = await tracker.edit(login.id, { title: "Login fails with SSO", due: "2026-12-01" });
   * [changed?.issue.title, changed?.issue.due]; // ["Login fails with SSO", "2026-12-01"]
   * ```
   */
  edit(ids: Ids, edit: Edit): Promise<readonly Changed[]>;

  /**
   * Moves issues to a status of the workflow. Throws `conflict` where the workflow does not allow it.
   *
   * ```ts
   * const [moved] = await tracker.status([login.id], "in-progress");
   * moved?.issue.category; // "active"
   * ```
   */
  status(ids: Ids, status: string): Promise<readonly Changed[]>;

  /**
   * Closes issues. (`close` closes the tracker.)
   *
   * ```ts
   * const [closed] = await tracker.closeIssue(login.id, { as: "not-planned", comment: "It works for me" });
   * [closed?.issue.resolution, closed?.issue.comments.length]; // ["not-planned", 1]
   * ```
   */
  closeIssue(ids: Ids, how?: Closing): Promise<readonly Changed[]>;

  /**
   * Opens closed issues again.
   *
   * ```ts
   * await tracker.closeIssue(login.id);
   * const [opened] = await tracker.reopen(login.id, "It came back");
   * opened?.issue.category; // "todo"
   * ```
   */
  reopen(ids: Ids, comment?: string): Promise<readonly Changed[]>;

  /**
   * Gives issues to people, and takes them from others. People may be `@me`, and teams `@team`.
   *
   * ```ts
   * const [given] = await tracker.assign(login.id, { add: ["@me"] });
   * given?.issue.assignees; // ["ada@example.com"]
   * ```
   */
  assign(ids: Ids, change: SetChange): Promise<readonly Changed[]>;

  /**
   * Adds labels and takes labels off.
   *
   * ```ts
   * const [labelled] = await tracker.label(login.id, { add: ["bug", "auth"], remove: ["question"] });
   * labelled?.issue.labels; // ["auth", "bug"]
   * ```
   */
  label(ids: Ids, change: SetChange): Promise<readonly Changed[]>;

  /**
   * Links an issue to others. Throws `conflict` if something would then wait for itself.
   *
   * ```ts
   * const other = await tracker.create({ title: "Update the library" });
   * await tracker.link(login.id, "blocked-by", [other.id]);
   * (await tracker.show(login.id)).blocked; // true
   * ```
   */
  link(id: string, kind: LinkTo, targets: readonly string[]): Promise<readonly Changed[]>;

  /**
   * Takes links between an issue and others away, in both directions; of one kind, or all.
   *
   * ```ts
   * const other = await tracker.create({ title: "Update the library", blocking: [login.id] });
   * await tracker.unlink(login.id, [other.id]);
   * (await tracker.show(login.id)).blocked; // false
   * ```
   */
  unlink(id: string, targets: readonly string[], kind?: LinkKind): Promise<readonly Changed[]>;

  /**
   * Says something. Returns the issue and the comment's id.
   *
   * ```ts
   * const { issue, comment } = await tracker.comment(login.id, "Seen with Safari, too.");
   * issue.comments.find(({ id }) => id === comment)?.body; // "Seen with Safari, too."
   * ```
   */
  comment(id: string, text: string, options?: { readonly replyTo?: string | undefined }): Promise<Commented>;

  /**
   * Changes a comment; it is named by its id or a unique prefix.
   *
   * ```ts
   * const { comment } = await tracker.comment(login.id, "Only wit Safari");
   * const { issue } = await tracker.editComment(login.id, comment, "Only with Safari");
   * issue.comments[0]?.body; // "Only with Safari"
   * ```
   */
  editComment(id: string, comment: string, text: string): Promise<Commented>;

  /**
   * Takes a comment out of sight. It stays in the history.
   *
   * ```ts
   * const { comment } = await tracker.comment(login.id, "Wrong issue");
   * (await tracker.deleteComment(login.id, comment)).issue.comments; // []
   * ```
   */
  deleteComment(id: string, comment: string): Promise<Commented>;

  /**
   * Attaches files; one of the same name is replaced.
   *
   * ```ts
   * const issue = await tracker.attach(login.id, [{ name: "trace.txt", bytes: new TextEncoder().encode("timeout") }]);
   * issue.attachments.map(({ name, size }) => [name, size]); // [["trace.txt", 7]]
   * ```
   */
  attach(id: string, files: readonly File[]): Promise<Issue>;

  /**
   * Takes an attachment off. It stays in the history.
   *
   * ```ts
   * await tracker.attach(login.id, [{ name: "trace.txt", bytes: new TextEncoder().encode("timeout") }]);
   * (await tracker.detach(login.id, "trace.txt")).attachments; // []
   * ```
   */
  detach(id: string, name: string): Promise<Issue>;

  /**
   * Puts issues away: lists, boards and searches leave them out unless asked with `is:archived`.
   *
   * ```ts
   * await tracker.archive(login.id);
   * (await tracker.list()).total; // 0
   * ```
   */
  archive(ids: Ids): Promise<readonly Changed[]>;

  /**
   * Deletes issues. The history stays, and `restore` brings them back.
   *
   * ```ts
   * const [deleted] = await tracker.delete(login.id);
   * deleted?.issue.deleted; // true
   * ```
   */
  delete(ids: Ids): Promise<readonly Changed[]>;

  /**
   * Brings archived and deleted issues back.
   *
   * ```ts
   * await tracker.delete(login.id);
   * await tracker.restore(login.id);
   * (await tracker.list()).total; // 1
   * ```
   */
  restore(ids: Ids): Promise<readonly Changed[]>;

  /**
   * Takes back the last thing that was done in this clone, or an issue's last change, by writing its inverse.
   *
   * ```ts
   * await tracker.edit(login.id, { title: "Oops" });
   * const { items } = await tracker.undo();
   * items[0]?.issue.title; // "Login fails"
   * ```
   */
  undo(options?: UndoOptions): Promise<UndoResult>;

  /**
   * Exchanges everything with a remote. Throws `unavailable` if it can't be reached; what it or this clone refused is in `refused`.
   *
   * ```ts
   * const { issues } = await tracker.sync({ remote: "origin" });
   * issues.map(({ title, sent }) => [title, sent]); // [["Login fails", true]]
   * ```
   */
  sync(options?: SyncOptions): Promise<SyncResult>;

  /**
   * Settles conflicts of an issue. Throws `not-found` if there are none.
   *
   * ```ts
   * for (const { id } of await tracker.conflicts()) await tracker.resolve(id, { take: "theirs" });
   * (await tracker.conflicts()).length; // 0
   * ```
   */
  resolve(id: string, how: Resolving): Promise<readonly Changed[]>;

  /**
   * Takes issues over from another system: all of them or none. Their authors and times stay, and what was imported before is not
   * imported again.
   *
   * ```ts
   * const grace = { name: "Grace", email: "grace@example.com" };
   * const at = new Date("2026-01-15T12:00:00Z");
   * const created = { type: "issue-created", title: "From elsewhere", status: "todo" };
   * const issue = { system: "desk", name: "17", changes: [{ key: "17", author: grace, at, events: [created] }] };
   * const first = await tracker.importIssues([issue]);
   * const again = await tracker.importIssues([issue]);
   * [first.created, again.created, again.unchanged]; // [1, 0, 1]
   * ```
   */
  importIssues(issues: Iterable<ImportedIssue> | AsyncIterable<ImportedIssue>): Promise<ImportResult>;

  /**
   * Closes the tracker, as `using` does. What is still being done ends first.
   *
   * ```ts
   * tracker.close();
   * ```
   */
  close(): void;
}

/** What became of a comment. */
export interface Commented {
  readonly issue: Issue;
  /** The comment's id. */
  readonly comment: string;
}
