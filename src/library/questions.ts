/** The verbs that answer questions and change nothing. What verbs.ts says of examples holds here, too. */
import type { BoardOptions, LogOptions, PageOptions, SearchOptions } from "./choices.ts";
import type { Board, ExportedIssue, Issue, IssueSummary, Label, LogEntry, Page, SearchHit } from "./types.ts";

export interface Questions {
  /**
   * Issues that a query means, in its order. Without a query: all that are neither archived nor deleted, closed ones too. Throws
   * `invalid` with the place in the query that makes no sense.
   *
   * ```ts
   * await tracker.create({ title: "Write the manual", labels: ["docs"] });
   * const { items } = await tracker.list("is:open label:docs sort:created-asc", { limit: 10 });
   * items.map(({ title }) => title); // ["Write the manual"]
   * ```
   */
  list(query?: string, options?: PageOptions): Promise<Page<IssueSummary>>;

  /**
   * Issues whose title, description or comments hold the words, best first. A word finds what begins with it, and `"several words"` what
   * holds them as they stand.
   *
   * ```ts
   * const { items } = await tracker.search("log", { query: "is:open" });
   * items.map(({ title, hit }) => [title, hit.field]); // [["Login fails", "title"]]
   * ```
   */
  search(text: string, options?: SearchOptions): Promise<Page<SearchHit>>;

  /**
   * One issue in full. Throws `not-found`, or `ambiguous` for a prefix of several.
   *
   * ```ts
   * const issue = await tracker.show(login.id.slice(0, 8));
   * [issue.title, issue.status, issue.comments]; // ["Login fails", "todo", []]
   * ```
   */
  show(id: string): Promise<Issue>;

  /**
   * What can be begun now: open, and nothing must be done first. The most urgent first, then the oldest.
   *
   * ```ts
   * await tracker.create({ title: "Write of it", blockedBy: [login.id] });
   * (await tracker.ready()).items.map(({ title }) => title); // ["Login fails"]
   * ```
   */
  ready(query?: string, options?: PageOptions): Promise<Page<IssueSummary>>;

  /**
   * The board: a column for each status, in lanes.
   *
   * ```ts
   * const { columns, lanes } = await tracker.board({ query: "is:open" });
   * [columns[0]?.name, lanes[0]?.cells[0]?.map(({ title }) => title)]; // ["todo", ["Login fails"]]
   * ```
   */
  board(options?: BoardOptions): Promise<Board>;

  /**
   * The labels that issues have or that the project defines, by name.
   *
   * ```ts
   * await tracker.label(login.id, { add: ["bug"] });
   * (await tracker.labels()).map(({ name, count }) => [name, count]); // [["bug", 1]]
   * ```
   */
  labels(): Promise<readonly Label[]>;

  /**
   * The audit trail of one issue or of all, newest first.
   *
   * ```ts
   * await tracker.status(login.id, "in-progress");
   * (await tracker.log({ id: login.id })).map(({ events }) => events[0]?.type); // ["status-changed", "issue-created"]
   * ```
   */
  log(options?: LogOptions): Promise<readonly LogEntry[]>;

  /**
   * The content of an attachment.
   *
   * ```ts
   * await tracker.attach(login.id, [{ name: "trace.txt", bytes: new TextEncoder().encode("timeout") }]);
   * new TextDecoder().decode(await tracker.attachment(login.id, "trace.txt")); // "timeout"
   * ```
   */
  attachment(id: string, name: string): Promise<Uint8Array>;

  /**
   * Issues with edits in conflict, each with its `conflicts`.
   *
   * ```ts
   * await tracker.conflicts(); // []
   * ```
   */
  conflicts(query?: string): Promise<readonly Issue[]>;

  /**
   * Issues with their whole histories, one after the other. The default is all, archived ones too. Other verbs wait until it is read to
   * its end or left.
   *
   * ```ts
   * const titles = [];
   * for await (const { issue, history } of tracker.exportIssues()) titles.push([issue.title, history.length]);
   * titles; // [["Login fails", 1]]
   * ```
   */
  exportIssues(query?: string): AsyncIterable<ExportedIssue>;
}
