/** What other systems say, made fit to be an event's value: titles, texts, times, statuses and people. */
import type { Actor, Moment } from "../core/commit.ts";
import { limits } from "../core/limits.ts";
import type { Category } from "../core/settings.ts";
import { toLine, toText } from "../core/text.ts";
import { firstStatus } from "../core/workflow.ts";
import { bodyBytesMax, type ImportContext } from "./source.ts";
import { refusedAt } from "./values.ts";

/** `text` as a title that can be stored: one line, never empty, cut between graphemes where it is too long. */
export function fitTitle(text: string): string {
  const line = toLine(text);
  if (line.length <= limits.titleCharactersMax) return line || "(no title)";
  const room = limits.titleCharactersMax - 1;
  let end = 0;
  for (const { segment, index } of new Intl.Segmenter().segment(line.slice(0, limits.titleCharactersMax + 1))) {
    if (index + segment.length > room) break;
    end = index + segment.length;
  }
  // Without a boundary the whole line claims to be one character: cut it anywhere.
  return `${line.slice(0, end || room).toWellFormed()}…`;
}

/** `text` as a body that can be stored. Throws `invalid`, naming the field `path`, if it is too large for one. */
export function fitBody(text: string | null | undefined, place: string, path: string): string {
  const fit = toText(text ?? "");
  if (Buffer.byteLength(fit) <= bodyBytesMax) return fit;
  const problem = `${path}: the text is larger than ${Math.floor(bodyBytesMax / 1024)} KiB`;
  throw refusedAt(place, problem, "Shorten it in the file.");
}

const timePattern = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?(?:Z|([+-])(\d\d):?(\d\d))$/;

/** The moment that an ISO 8601 time with a zone names; undefined if it names none from 1970 to 9999. */
export function readMoment(text: string): Moment | undefined {
  const [, local, sign = "+", hours = "00", minutes = "00"] = timePattern.exec(text) ?? [];
  if (local === undefined || Number(hours) > 14 || Number(minutes) > 59) return undefined;
  const milliseconds = Date.parse(`${local}Z`);
  // Date.parse may read February 30 as March 2.
  if (Number.isNaN(milliseconds) || !new Date(milliseconds).toISOString().startsWith(local)) return undefined;
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -60 : 60);
  const seconds = milliseconds / 1000 - offset;
  // Git knows no time before 1970.
  return readSeconds(seconds) && { seconds, zone: `${sign}${hours}${minutes}` };
}

/** The moment that is so many seconds after 1970 began; undefined if it is none up to the year 9999. */
export function readSeconds(seconds: number): Moment | undefined {
  return Number.isInteger(seconds) && seconds >= 0 && seconds <= secondsMax ? { seconds, zone: "+0000" } : undefined;
}

/** The end of the year 9999. */
const secondsMax = 253_402_300_799;

/**
 * The status of the workflow that another system's `name` stands for: the one that is spelled alike (`In Progress` is `in-progress`), or
 * else the first of its category, which the context is told of.
 */
export function fitStatus({ settings, mapped }: ImportContext, name: string, category: Category): string {
  const { workflow } = settings;
  const alike = workflow.statuses.find((status) => plain(status.name) === plain(name));
  if (alike !== undefined) return alike.name;
  const status = firstStatus(workflow, category);
  mapped?.("status", name, status);
  return status;
}

/**
 * The priority of the settings that another system's `name` stands for: the one that is spelled alike, or else the one as urgent as
 * `urgency` says, from 0 for the least to below 1; the context is told of that. Undefined: the settings have none.
 */
export function fitPriority({ settings, mapped }: ImportContext, name: string, urgency: number): string | undefined {
  const { priorities } = settings;
  const alike = findAlike(priorities, name);
  if (alike !== undefined) return alike;
  const level = priorities[Math.floor(urgency * priorities.length)];
  if (level !== undefined) mapped?.("priority", name, level);
  return level;
}

/** `text` as a name that fits into a record: one line, not too long. */
export function fitName(text: string): string {
  return toLine(text).slice(0, nameCharactersMax).toWellFormed().trim();
}

/** Tells names that stand more than once apart: the second `7` is `7 (2)`. */
export function createDistinct(): (name: string) => string {
  const counts = new Map<string, number>();
  return (name) => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  };
}

/** As fitStatus, among the names that the settings have for something. Undefined: none is alike. */
export function findAlike(names: readonly string[], name: string): string | undefined {
  return names.find((one) => plain(one) === plain(name));
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[\s_-]+/g, "");
}

/**
 * Somebody whom a system knows by name alone. The address follows from the name, so that every import makes the same, and lies in a
 * domain that never exists (RFC 2606).
 */
export function personWithoutEmail(system: string, name: string): Actor {
  const shown = toLine(name.replace(/[<>]/g, "")).slice(0, nameCharactersMax) || "unknown";
  const local = shown
    .toWellFormed()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}._+/-]+/gu, "-")
    .replace(/^[-.]+|[-.]+$/g, "");
  return { name: shown.toWellFormed(), email: `${local || "unknown"}@${system}.invalid` };
}

/** Somebody by what a system calls them: a name, an address, or `Name <address>`. */
export function personNamed(system: string, text: string): Actor {
  const [, name = "", email] = /^(?:([^<>]*?)\s*<)?([^\s<>@]+@[^\s<>@]+)>?$/.exec(toLine(text)) ?? [];
  if (email === undefined) return personWithoutEmail(system, text);
  return { name: name || (email.split("@")[0] ?? email), email };
}

/** Of a person's name, or a label's. */
export const nameCharactersMax = 400;
