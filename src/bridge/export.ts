/**
 * Issues as they leave for other programs, whole: the item that `--json` prints, the events that made it in stream order, and the git
 * objects that hold them, so that another repository can take the stream over byte for byte, signatures included.
 *
 *     {…item, "events":[{"commit","parents","author","at","zone","type","fields","text"?}],
 *      "objects":[{"oid","text"}|{"oid","base64"}]}
 *
 * An object's `text` is a commit's content as git hashes it: `tree`, `parent`, `author` with zone, message. A merge has no events and is
 * among the objects alone. `fields` is an object of its own because events have fields named `commit` and `parent` too; an event that
 * was not folded has a `reason`, and its fields are the pairs of its record.
 */
import type { Commit, Oid } from "../core/commit.ts";
import type { KnownEvent } from "../core/event.ts";

/** A commit of a stream: decoded, and as it is stored. */
export interface StoredCommit {
  readonly commit: Commit;
  /** The object's content, without git's header. */
  readonly bytes: Uint8Array;
}

export type ExportedIssue = Readonly<Record<string, unknown>> & {
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
  | { readonly oid: Oid; readonly base64: string };

/** `item` is the issue as `--json` prints it; `history` is its whole stream in stream order. Keys keep their order. */
export function exportIssue(item: object, history: readonly StoredCommit[]): ExportedIssue {
  return {
    ...item,
    events: history.flatMap(({ commit }) => exportEvents(commit)),
    objects: history.map(exportObject),
  };
}

/** One issue as one line of JSON, with its line end. It is safe to look at on a terminal. */
export function exportLine(item: object, history: readonly StoredCommit[]): string {
  return `${encode(exportIssue(item, history))}\n`;
}

/** All issues as one document, piece by piece, so that it need not be in memory as a whole. */
export function* exportDocument(issues: Iterable<ExportedIssue>): Generator<string> {
  let total = 0;
  yield '{"schema":1,"kind":"issues","items":[';
  for (const issue of issues) {
    yield `${total === 0 ? "" : ","}\n${encode(issue)}`;
    total += 1;
  }
  yield `\n],"total":${total},"next":null}\n`;
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

function exportObject({ commit: { oid }, bytes }: StoredCommit): ExportedObject {
  try {
    return { oid, text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { oid, base64: bytes.toBase64() };
  }
}

/** What JSON lets through but a terminal obeys: DEL, C1, line separators and bidirectional controls. */
const steering = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

function encode(value: unknown): string {
  return JSON.stringify(value).replace(
    steering,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
