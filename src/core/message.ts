/**
 * The codec of commit messages: events ↔ `subject LF LF [ text LF LF ] records`. The records are git trailers in the last
 * paragraph; only they are parsed, so the text above may hold anything, also lines that look like records.
 */
import type { Commit, CommitContent, Oid } from "./commit.ts";
import { TrackerError } from "./errors.ts";
import { issueEvents, type KnownEvent } from "./event.ts";
import { limits } from "./limits.ts";
import { toLine } from "./text.ts";
import { isUnread, type Typed, type UnreadRecord, type Vocabulary } from "./vocabulary.ts";

const formatNumber = "1";
/** Ends of lines to others, though not to us: no record holds one. */
const oddLine = /[\r\u2028\u2029]/;
const keyPattern = /^[A-Za-z][A-Za-z0-9-]*$/;

export interface Message<E = KnownEvent> {
  readonly subject: string;
  readonly events: readonly E[];
  readonly unread: readonly UnreadRecord[];
}

/** Messages and commits of one kind of stream. */
export interface Codec<E> {
  /** Events as a commit message. Throws `invalid` if they don't fit into one: at most one may own a text. */
  encodeMessage(subject: string, events: readonly E[]): string;
  /** Reads a message. Never throws: what can't be read is among `unread`. */
  decodeMessage(message: string): Message<E>;
  /** Reads a stored commit. */
  decodeCommit(oid: Oid, content: CommitContent, signed: "signed" | "unsigned"): Commit<E>;
}

export function codecOf<E extends Typed>(vocabulary: Vocabulary<E>): Codec<E> {
  return {
    encodeMessage: (subject, events) => encode(vocabulary, subject, events),
    decodeMessage: (message) => decode(vocabulary, message),
    decodeCommit: (oid, content, signed) => decodeStored(vocabulary, oid, content, signed),
  };
}

/** That of issues. */
export const { encodeMessage, decodeMessage, decodeCommit } = codecOf(issueEvents);

function encode<E extends Typed>(vocabulary: Vocabulary<E>, subject: string, events: readonly E[]): string {
  const owners = events.filter((event) => vocabulary.ownsText(event.type));
  if (owners.length > 1) throw new TrackerError("invalid", "One change can hold only one text");
  const text = owners[0] === undefined ? "" : (vocabulary.textOf(owners[0]) ?? "");
  const records = events.flatMap((event) => [
    `Event: ${event.type}`,
    ...vocabulary.encode(event).map(([key, value]) => `${key}: ${value}`),
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

function decode<E extends Typed>(vocabulary: Vocabulary<E>, message: string): Message<E> {
  const trimmed = message.endsWith("\n") ? message.slice(0, -1) : message;
  const subjectEnd = trimmed.indexOf("\n\n");
  if (subjectEnd === -1) return unreadable(trimmed, "no records");
  const recordsStart = trimmed.lastIndexOf("\n\n");
  const subject = trimmed.slice(0, subjectEnd);
  const text = subjectEnd === recordsStart ? undefined : trimmed.slice(subjectEnd + 2, recordsStart);

  const paragraph = trimmed.slice(recordsStart + 2);
  const hasOddLines = oddLine.test(paragraph);
  const records: EventRecord[] = [];
  let record: EventRecord | undefined;
  let format: string | undefined;
  for (let start = 0, end = 0; start <= paragraph.length; start = end + 1) {
    end = paragraph.indexOf("\n", start);
    if (end === -1) end = paragraph.length;
    const colon = paragraph.indexOf(":", start);
    const key = colon > end ? undefined : keyBetween(paragraph, start, colon);
    if (key === undefined || (hasOddLines && oddLine.test(paragraph.slice(start, end))))
      return unreadable(subject, `not a record: ${toLine(paragraph.slice(start, end)).slice(0, 60)}`);
    const value = paragraph.slice(paragraph[colon + 1] === " " ? colon + 2 : colon + 1, end);
    if (format !== undefined) return unreadable(subject, "something stands after Format");
    if (key === "Format") format = value;
    else if (key === "Event") {
      record = { type: value, fields: [] };
      records.push(record);
    } else if (record === undefined) return unreadable(subject, "a field stands before the first Event");
    else record.fields.push([key, value]);
  }
  if (format === undefined) return unreadable(subject, "no Format");
  if (format !== formatNumber) {
    return { subject, events: [], unread: records.map((record) => ({ ...record, reason: "unknown" })) };
  }
  return { subject, ...decodeRecords(vocabulary, records, text) };
}

/** The end of the year 9999: a commit that claims to be later counts as of then, since no later date can be written down. */
const secondsMax = 253_402_300_799;

function decodeStored<E extends Typed>(
  vocabulary: Vocabulary<E>,
  oid: Oid,
  content: CommitContent,
  signed: "signed" | "unsigned",
): Commit<E> {
  const { parents, author, time, message } = content;
  const { subject, events, unread } =
    parents.length > 1 && message === mergeMessage
      ? { subject: mergeSubject, events: [], unread: [] }
      : decode(vocabulary, message);
  const seconds = Math.min(Math.max(time.seconds, 0), secondsMax);
  return {
    oid,
    parents,
    author,
    time: { seconds, zone: time.zone },
    signed: signed === "signed",
    subject,
    events,
    unread,
  };
}

export const mergeSubject = "Merge concurrent changes";
/** The message of the commit that every project's stream begins with. */
export const rootMessage = `Begin the project\n\nFormat: ${formatNumber}\n`;
export const mergeMessage = `${mergeSubject}\n\nFormat: ${formatNumber}\n`;

interface EventRecord {
  readonly type: string;
  readonly fields: [string, string][];
}

function decodeRecords<E extends Typed>(
  vocabulary: Vocabulary<E>,
  records: readonly EventRecord[],
  text: string | undefined,
): Pick<Message<E>, "events" | "unread"> {
  const events: E[] = [];
  const unread: UnreadRecord[] = [];
  let isOwned = false;
  for (const { type, fields } of records) {
    const isOwner: boolean = !isOwned && vocabulary.ownsText(type);
    isOwned ||= isOwner;
    const event = vocabulary.decode(type, fields, isOwner ? (text ?? "") : undefined);
    if (isUnread(event)) unread.push(event);
    else events.push(event);
  }
  return { events, unread };
}

const keysMax = 1000;
/** Those that were seen: there are few. */
const keys = new Set<string>();

/** The key of a record; undefined if what stands there is none. */
function keyBetween(text: string, start: number, end: number): string | undefined {
  // Every second key is one of these.
  if (end === start + 5 && text.startsWith("Event", start)) return "Event";
  if (end === start + 6 && text.startsWith("Format", start)) return "Format";
  const key = text.slice(start, Math.max(start, end));
  if (keys.has(key)) return key;
  if (!keyPattern.test(key)) return undefined;
  if (keys.size < keysMax) keys.add(key);
  return key;
}

function unreadable(subject: string, reason: string): Message<never> {
  return { subject: subject.split("\n", 1)[0] ?? "", events: [], unread: [{ type: "", fields: [], reason }] };
}
