/**
 * Days, moments and durations as people write them. A day is a date where the person is (`2026-12-01`), a moment is an instant
 * in UTC, a duration is an amount of work: its days are working days, and five of them are a week.
 */
import { TrackerError } from "./errors.ts";
import { visible } from "./text.ts";

/** What time it is where the person is. */
export interface LocalTime {
  /** Milliseconds since 1970, UTC. */
  readonly now: number;
  /** How far the local zone is east of UTC. Days in summer and in winter are both cut by this one. */
  readonly offsetMinutes: number;
}

/** `from` inclusive, `to` exclusive; at least one is there. */
export interface Range<T> {
  readonly from?: T;
  readonly to?: T;
}

/** What one written value covers, as numbers: a whole day, a minute, a single count. `to` exclusive. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A hundred years of hours: more is a slip, and sums of many stay exact. */
export const durationSecondsMax = 100 * 8766 * 3600;

/**
 * Reads a day: `2026-12-01`, `today`, `tomorrow`, `yesterday`, a weekday (the next one after today), or an offset from today
 * (`+3d`, `2w`, `-1m`, `1y`; a month is `m` or `mo`). `invalid` for anything else.
 */
export function parseDay(text: string, today: string): string {
  return writeDay(dayOf(text, today)) ?? refuseDay(text);
}

/** Reads a range of days (see `parseRange`); unlike in `parseMomentRange`, `7d` is seven days ahead. */
export function parseDayRange(text: string, today: string): Range<string> {
  return parseRange(text, (value) => wholeDay(dayOf(value, today)), writeDay);
}

/**
 * Reads a range of moments (see `parseRange`), ISO 8601 in UTC to the second. A date stands for its whole local day, a weekday
 * for the latest such day, a date-time for its minute or second (local, unless it names a zone). `7d` is an age: `<7d` is less
 * than seven days ago, `>7d` is longer ago, `7d` alone the last seven days, and `14d..7d` what lies between.
 */
export function parseMomentRange(text: string, time: LocalTime): Range<string> {
  const [, operator = "", age] = /^(>=|<=|>|<)?(\d+[a-z]+)$/i.exec(text) ?? [];
  const turned = age === undefined ? text : `${ageOperators[operator]}${age}`;
  return parseRange(turned, (value) => readMoment(value, time), writeMoment);
}

/**
 * Reads `x`, `<x`, `<=x`, `>x`, `>=x`, `x..y` (both inclusive), `x..` and `..y`. `read` says what a value covers; `write` turns a
 * bound into what the caller wants, or undefined if it can't be said.
 */
export function parseRange<T>(
  text: string,
  read: (text: string) => Span,
  write: (bound: number) => T | undefined,
): Range<T> {
  const { from, to } = readBounds(text, read);
  if (from !== undefined && to !== undefined && from >= to) return refuseRange(text, "ends before it starts");
  const bound = (value: number): T => write(value) ?? refuseRange(text.replace(/^[<>]=?/, ""), "reaches too far");
  return {
    ...(from === undefined ? {} : { from: bound(from) }),
    ...(to === undefined ? {} : { to: bound(to) }),
  };
}

/** The last second that a range ending with `moment` (exclusive) covers; `moment` as `parseMomentRange` returns it. */
export function secondBefore(moment: string): string {
  return isoSecond(Date.parse(moment) - second);
}

/** The last day that a range ending with `day` (exclusive) covers. */
export function dayBefore(day: string): string {
  return isoSecond(Date.parse(day) - dayLength).slice(0, 10);
}

/** The date it is where the person is. */
export function localDay(time: LocalTime): string {
  return new Date(time.now + time.offsetMinutes * minute).toISOString().slice(0, 10);
}

/** Reads `90m`, `2h30m`, `1.5h`, `1d` (of `hoursPerDay`), `1w` (of five days) or `PT2H30M`, in whole seconds. Else `invalid`. */
export function parseDuration(text: string, hoursPerDay: number): number {
  if (/^pt/i.test(text.trim())) return decodeDuration(text.trim().toUpperCase());
  const compact = text.trim().replace(/(?<=[a-z])\s+(?=\d)/gi, "");
  const parts = durationPattern.exec(compact);
  if (compact === "" || parts === null) return refuseDuration(text);
  const amounts = parts.slice(1).map((amount) => Number(amount ?? 0));
  const day = hoursPerDay * 3600;
  const lengths = [daysPerWeek * day, day, 3600, 60, 1];
  const seconds = Math.round(amounts.reduce((sum, amount, unit) => sum + amount * (lengths[unit] ?? 0), 0));
  return seconds <= durationSecondsMax ? seconds : refuseDuration(text);
}

/** Spells seconds as events store them: `PT2H30M`, and `PT0S` for none. */
export function encodeDuration(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 3600), "H"],
    [Math.floor((seconds % 3600) / 60), "M"],
    [seconds % 60, "S"],
  ] as const;
  const text = parts.map(([amount, unit]) => (amount === 0 ? "" : `${amount}${unit}`)).join("");
  return `PT${text || "0S"}`;
}

/** Seconds. What is longer than the longest duration is read as that one, so that a stored event can't make a sum meaningless. */
export function decodeDuration(iso: string): number {
  const parts = /^PT(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/.exec(iso);
  if (parts === null) return refuseDuration(iso);
  const [hours, minutes, seconds] = parts.slice(1).map((amount) => Number(amount ?? 0));
  return Math.min((hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0), durationSecondsMax);
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const dayLength = 24 * hour;
const daysPerWeek = 5;
/** Enough for every message to show what was meant. */
const shownCharactersMax = 60;

const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const durationPattern = (() => {
  const amounts = ["w", "d", "h", "m(?:in)?", "s"].map((unit) => `(?:(\\d{1,9}(?:\\.\\d{1,9})?)${unit})?`);
  return new RegExp(`^${amounts.join("")}$`, "i");
})();
/** The older, the smaller is the moment: what compares ages compares moments the other way round. */
const ageOperators: Readonly<Record<string, string>> = { "": ">=", "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

function readBounds(text: string, read: (text: string) => Span): Partial<Span> {
  const [, operator, operand = ""] = /^(>=|<=|>|<)(.*)$/s.exec(text) ?? [];
  if (operator !== undefined)
    return compared(operator, operand === "" ? refuseRange(text, "is cut off") : read(operand));
  const dots = text.indexOf("..");
  if (dots === -1) return read(text);
  const [first, last] = [text.slice(0, dots), text.slice(dots + 2)];
  if (first === "" && last === "") return refuseRange(text, "has neither start nor end");
  return { ...(first === "" ? {} : { from: read(first).from }), ...(last === "" ? {} : { to: read(last).to }) };
}

function compared(operator: string, { from, to }: Span): Partial<Span> {
  if (operator === ">") return { from: to };
  if (operator === ">=") return { from };
  return { to: operator === "<" ? from : to };
}

function dayOf(text: string, today: string): number {
  return readDay(text, today, "next") ?? refuseDay(text);
}

/** The day's midnight in UTC, as if the person lived there. Undefined: it is no day. */
function readDay(text: string, today: string, weekday: "next" | "latest"): number | undefined {
  const word = text.trim().toLowerCase();
  const start = Date.parse(today);
  const days = ["yesterday", "today", "tomorrow"].indexOf(word) - 1;
  if (days >= -1) return start + days * dayLength;
  const wanted = weekdays.findIndex((name) => name === word || name.slice(0, 3) === word);
  if (wanted !== -1) return start + daysTo(wanted, new Date(start).getUTCDay(), weekday) * dayLength;
  const [, sign, amount, unit] = /^([+-]?)(\d{1,4})(d|w|mo?|y)$/.exec(word) ?? [];
  if (unit !== undefined) return shifted(start, sign === "-" ? -Number(amount) : Number(amount), unit);
  const date = /^\d{4}-\d\d-\d\d$/.test(word) ? Date.parse(word) : Number.NaN;
  // Date.parse may read February 30 as March 2.
  return writeDay(date) === word ? date : undefined;
}

function daysTo(weekday: number, todays: number, direction: "next" | "latest"): number {
  return direction === "next" ? ((weekday - todays + 6) % 7) + 1 : -((todays - weekday + 7) % 7);
}

/** Months and years by the calendar: a month after January 31 is the last day of February. */
function shifted(start: number, amount: number, unit: string): number {
  if (unit === "d" || unit === "w") return start + amount * (unit === "w" ? 7 : 1) * dayLength;
  const months = unit === "y" ? amount * 12 : amount;
  const date = new Date(start);
  const monthDay = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const lastDay = new Date(date);
  lastDay.setUTCMonth(lastDay.getUTCMonth() + 1, 0);
  return date.setUTCDate(Math.min(monthDay, lastDay.getUTCDate()));
}

function readMoment(text: string, time: LocalTime): Span {
  const offset = time.offsetMinutes * minute;
  const [, amount, unit] = /^(\d+)([a-z]+)$/i.exec(text) ?? [];
  if (unit !== undefined) return readAge(Number(amount), unit.toLowerCase(), text, time);
  if (/^\d{4}-\d\d-\d\d[t ]/i.test(text)) return readDateTime(text, offset);
  const day = readDay(text, localDay(time), "latest");
  return day === undefined ? refuseMoment(text) : wholeDay(day - offset);
}

/** The second that lies that long before now. */
function readAge(amount: number, unit: string, text: string, { now, offsetMinutes }: LocalTime): Span {
  const start = Math.floor(now / second) * second;
  if (unit === "m")
    throw new TrackerError(
      "invalid",
      `${quoted(text)} could be minutes or months.`,
      `Write ${amount}min or ${amount}mo.`,
    );
  if (amount > 9999 || !["min", "h", "d", "w", "mo", "y"].includes(unit)) return refuseMoment(text);
  const from =
    unit === "min" || unit === "h"
      ? start - amount * (unit === "h" ? hour : minute)
      : shifted(start + offsetMinutes * minute, -amount, unit) - offsetMinutes * minute;
  return { from, to: from + second };
}

function readDateTime(text: string, offset: number): Span {
  const pattern = /^(\d{4}-\d\d-\d\d)[t ](\d\d:\d\d)(?::(\d\d)(?:\.\d{1,9})?)?(z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?$/i;
  const [, day = "", clock, seconds, zone] = pattern.exec(text) ?? [];
  // A fraction of a second is dropped: git keeps none.
  const local = `${day}T${clock}:${seconds ?? "00"}`;
  const from = zoned(Date.parse(`${local}Z`), zone, offset);
  const real = Number.isFinite(from) && new Date(`${local}Z`).toISOString().startsWith(local);
  return real ? { from, to: from + (seconds === undefined ? minute : second) } : refuseMoment(text);
}

function zoned(local: number, zone: string | undefined, offset: number): number {
  if (zone === undefined) return local - offset;
  if (zone.toUpperCase() === "Z") return local;
  const size = Number(zone.slice(1, 3)) * hour + Number(zone.slice(-2)) * minute;
  return zone.startsWith("-") ? local + size : local - size;
}

function wholeDay(from: number): Span {
  return { from, to: from + dayLength };
}

/** Undefined outside of the years that four digits can say: only those sort as text. */
function writeMoment(milliseconds: number): string | undefined {
  const year = new Date(milliseconds).getUTCFullYear();
  return year >= 0 && year <= 9999 ? isoSecond(milliseconds) : undefined;
}

/** As the fold writes times, so that the two compare as text. */
function isoSecond(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(".000Z", "Z");
}

function writeDay(milliseconds: number): string | undefined {
  return writeMoment(milliseconds)?.slice(0, 10);
}

function refuseDay(text: string): never {
  const forms = "Write it as 2026-12-01, today, tomorrow, yesterday, fri, +3d, +2w, -1m or +1y.";
  throw new TrackerError("invalid", `${quoted(text)} is not a date.`, forms);
}

function refuseMoment(text: string): never {
  const forms =
    "Write it as 2026-12-01, 2026-12-01T14:30, today, yesterday, fri, or as an age: 30min, 3h, 7d, 2w, 1mo, 1y.";
  throw new TrackerError("invalid", `${quoted(text)} is not a date or an age.`, forms);
}

function refuseDuration(text: string): never {
  throw new TrackerError("invalid", `${quoted(text)} is not a duration.`, "Write it as 90m, 2h30m, 1.5h, 1d or 1w.");
}

function refuseRange(text: string, problem: string): never {
  const forms = "Write a range as 1..5, 1.., ..5, <5, <=5, >5 or >=5, the smaller or earlier end first.";
  throw new TrackerError("invalid", `${quoted(text)} ${problem}.`, forms);
}

function quoted(text: string): string {
  return `\`${visible(text.slice(0, shownCharactersMax))}\``;
}
