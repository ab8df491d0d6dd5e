/**
 * Issues as they leave for other programs, whole: what they are now, the events that made them so in stream order, and the git objects
 * that hold these, so that another repository can take the stream over byte for byte, signatures and files included.
 *
 *     {…what it is now, "events":[{"commit","parents","author","at","zone","type","fields","text"?}],
 *      "objects":[{"oid","text"}|{"oid","base64"}|{"oid","type":"tree"|"blob","base64"}]}
 *
 * An object's `text` is a commit's content as git hashes it: `tree`, `parent`, `author` with zone, message. A merge has no events and is
 * among the objects alone. `fields` is an object of its own because events have fields named `commit` and `parent` too; an event that
 * was not folded has a `reason`, and its fields are the pairs of its record.
 *
 * A line of `jsonl` says only what follows from its own stream, not what settings or other issues make of it: so a repository that took
 * it over writes the same line. The document says what `--json` says.
 */
import type { Commit, Oid } from "../core/commit.ts";
import type { KnownEvent } from "../core/event.ts";
import { foldStream } from "../core/fold.ts";
import type { Issue } from "../core/issue.ts";
import type { Exported, ExportedFile, ExportedIssue, ExportedStream } from "../tracker/export.ts";
import { safeJson } from "./safe-json.ts";

export type WholeIssue = Readonly<Record<string, unknown>> & {
  readonly events: readonly ExportedEvent[];
  readonly objects: readonly ExportedObject[];
};

export interface ExportedEvent {
  readonly commit: Oid;
  readonly parents: readonly Oid[];
  readonly author: Commit["author"];
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly zone: string;
  readonly type: string;
  readonly fields: unknown;
  readonly text?: string;
  readonly reason?: string;
}

export type ExportedObject =
  | { readonly oid: Oid; readonly text: string }
  /** What is not UTF-8, as another program may have written it. */
  | { readonly oid: Oid; readonly base64: string }
  | { readonly oid: Oid; readonly type: ExportedFile["type"]; readonly base64: string };

/** The project's stream, and then one issue after the other, each on a line of its own that is safe to look at on a terminal. */
export async function* exportLines({ issues, project }: Exported): AsyncGenerator<string> {
  const stream = await project();
  if (stream !== undefined) {
    yield `${safeJson({ schema: 1, kind: "project", revision: stream.tip, objects: await exportObjects(stream) })}\n`;
  }
  for await (const issue of issues) {
    yield `${safeJson({ schema: 1, kind: "issue", ...stateOf(issue), ...(await exportHistory(issue)) })}\n`;
  }
}

/** All issues as one document, as in `{"schema":1,"kind":"issues","items":[…],"total":2,"next":null}`. */
export async function* exportDocument(
  { issues }: Pick<Exported, "issues">,
  itemOf: (issue: ExportedIssue) => object,
): AsyncGenerator<string> {
  let total = 0;
  yield '{"schema":1,"kind":"issues","items":[';
  for await (const issue of issues) {
    const whole: WholeIssue = { ...itemOf(issue), ...(await exportHistory(issue)) };
    yield `${total === 0 ? "" : ","}\n${safeJson(whole)}`;
    total += 1;
  }
  yield `\n],"total":${total},"next":null}\n`;
}

/** Of an issue's state, what is written as it is. */
const stateFields = [
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
  "due",
  "estimate",
  "parent",
  "sprint",
  "milestone",
  "rank",
  "externalIds",
  "archived",
  "deleted",
  "revision",
  "body",
  "attachments",
  "commits",
] as const satisfies readonly (keyof Issue)[];

/** What the stream alone comes to, under the names that `--json` has for it. */
function stateOf({ view, tip, commits }: ExportedIssue): object {
  const folded = foldStream(view.id, tip, commits);
  if (typeof folded === "string") return { id: view.id, revision: tip };
  const { issue } = folded;
  return {
    ...Object.fromEntries(stateFields.map((field) => [field, issue[field]])),
    links: issue.links.map(({ kind, target }) => ({ kind, target })),
    comments: issue.comments.filter(({ deleted }) => !deleted),
  };
}

async function exportHistory(issue: ExportedIssue): Promise<{ events: ExportedEvent[]; objects: ExportedObject[] }> {
  return { events: issue.commits.flatMap(exportEvents), objects: await exportObjects(issue) };
}

async function exportObjects({ history, files }: ExportedStream): Promise<ExportedObject[]> {
  const held = (await files()).map(({ oid, type, bytes }) => ({ oid, type, base64: bytes.toBase64() }));
  return [...history.map(exportCommit), ...held];
}

function exportEvents(commit: Commit): ExportedEvent[] {
  const { oid, parents, author, time } = commit;
  const at = new Date(time.seconds * 1000).toISOString().replace(".000Z", "Z");
  const stamp = { commit: oid, parents, author: { name: author.name, email: author.email }, at, zone: time.zone };
  return [
    ...commit.events.map((event) => ({ ...stamp, ...exportKnown(event) })),
    ...commit.unread.map(({ type, fields, reason }) => ({ ...stamp, type, fields, reason })),
  ];
}

function exportKnown(event: KnownEvent): Pick<ExportedEvent, "type" | "fields" | "text"> {
  const { type, ...fields } = event;
  if (!("body" in fields)) return { type, fields };
  const { body, ...others } = fields;
  return { type, fields: others, ...(body === undefined ? {} : { text: body }) };
}

function exportCommit({ oid, bytes }: ExportedStream["history"][number]): ExportedObject {
  try {
    return { oid, text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { oid, base64: bytes.toBase64() };
  }
}
