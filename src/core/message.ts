/**
 * The codec of commit messages: events ↔ `subject LF LF [ text LF LF ] records`. The records are git trailers in the last
 * paragraph; only they are parsed, so the text above may hold anything, also lines that look like records.
 */
import type { Commit, CommitContent, Oid } from "./commit.ts";
import { TrackerError } from "./errors.ts";
import {
  decodeEvent,
  encodeEvent,
  type Fields,
  type KnownEvent,
  limits,
  ownsText,
  textOf,
  type UnreadRecord,
} from "./event.ts";
import { toLine } from "./text.ts";

const formatNumber = "1";
const recordLine = /^([A-Za-z][A-Za-z0-9-]*): ?(.*)$/;

export interface Message {
  readonly subject: string;
  readonly events: readonly KnownEvent[];
  readonly unread: readonly UnreadRecord[];
}

/** Events as a commit message. Throws `invalid` if they don't fit into one: at most one may own a text. */
export function encodeMessage(subject: string, events: readonly KnownEvent[]): string {
  const owners = events.filter((event) => ownsText(event.type));
  if (owners.length > 1) throw new TrackerError("invalid", "One change can hold only one text");
  const text = owners[0] === undefined ? "" : (textOf(owners[0]) ?? "");
  const records = events.flatMap((event) => [
    `Event: ${event.type}`,
    ...encodeEvent(event).map(([key, value]) => `${key}: ${value}`),
  ]);
  const message = [
    toLine(subject) || "Change",
    ...(text === "" ? [] : [text]),
    [...records, `Format: ${formatNumber}`].join("\n"),
  ].join("\n\n");
  if (Buffer.byteLength(message) > limits.messageBytesMax) {
    throw new TrackerError(
      "invalid",
      `The text is longer than ${limits.messageBytesMax / 1024 / 1024} MiB`,
      "Attach it as a file: git tracker attach ID FILE",
    );
  }
  return `${message}\n`;
}

/** Reads a message. Never throws: what can't be read is among `unread`. */
export function decodeMessage(message: string): Message {
  const trimmed = message.endsWith("\n") ? message.slice(0, -1) : message;
  const subjectEnd = trimmed.indexOf("\n\n");
  if (subjectEnd === -1) return unreadable(trimmed, "no records");
  const recordsStart = trimmed.lastIndexOf("\n\n");
  const subject = trimmed.slice(0, subjectEnd);
  const text = subjectEnd === recordsStart ? undefined : trimmed.slice(subjectEnd + 2, recordsStart);

  const records: { type: string; fields: [string, string][] }[] = [];
  let format: string | undefined;
  for (const line of trimmed.slice(recordsStart + 2).split("\n")) {
    const match = recordLine.exec(line);
    const [, key, value] = match ?? [];
    if (key === undefined || value === undefined)
      return unreadable(subject, `not a record: ${toLine(line).slice(0, 60)}`);
    if (format !== undefined) return unreadable(subject, "something stands after Format");
    if (key === "Format") format = value;
    else if (key === "Event") records.push({ type: value, fields: [] });
    else if (records.length === 0) return unreadable(subject, "a field stands before the first Event");
    else records.at(-1)?.fields.push([key, value]);
  }
  if (format === undefined) return unreadable(subject, "no Format");
  if (format !== formatNumber) {
    return { subject, events: [], unread: records.map((record) => ({ ...record, reason: "unknown" })) };
  }
  return { subject, ...decodeRecords(records, text) };
}

/** Reads a stored commit. */
export function decodeCommit(oid: Oid, content: CommitContent, signed: "signed" | "unsigned"): Commit {
  return {
    oid,
    parents: content.parents,
    author: content.author,
    time: content.time,
    signed: signed === "signed",
    ...(content.parents.length > 1 && content.message === mergeMessage
      ? { subject: mergeSubject, events: [], unread: [] }
      : decodeMessage(content.message)),
  };
}

export const mergeSubject = "Merge concurrent changes";
export const mergeMessage = `${mergeSubject}\n\nFormat: ${formatNumber}\n`;

function decodeRecords(
  records: readonly { type: string; fields: Fields }[],
  text: string | undefined,
): Pick<Message, "events" | "unread"> {
  const owner = records.findIndex((record) => ownsText(record.type));
  const events: KnownEvent[] = [];
  const unread: UnreadRecord[] = [];
  for (const [index, record] of records.entries()) {
    const event = decodeEvent(record.type, record.fields, index === owner ? (text ?? "") : undefined);
    if ("reason" in event) unread.push(event);
    else events.push(event);
  }
  return { events, unread };
}

function unreadable(subject: string, reason: string): Message {
  return { subject: subject.split("\n", 1)[0] ?? "", events: [], unread: [{ type: "", fields: [], reason }] };
}
