/**
 * Times and days as other programs write them in tables: ISO 8601, `03/Sep/26 9:05 AM`, `Wed May 13 2026 11:21:41 GMT+0000`,
 * `20260115T120000Z`, `9/3/2026 14:30`. What names no zone is UTC.
 */
import type { Moment } from "../core/commit.ts";
import { encodeDuration } from "../core/when.ts";
import { readMoment } from "./fit.ts";

/** What comes first in `9/3/2026`. */
export type DateOrder = "day-first" | "month-first";

/** The moment that `text` names, from 1970 to 9999; undefined if it names none, or if only `order` could tell which. */
export function readAnyMoment(text: string, order?: DateOrder): Moment | undefined {
  const trimmed = text.trim();
  for (const read of [readIso, readCompact, readNamedMonth, readScript]) {
    const moment = read(trimmed);
    if (moment !== undefined) return moment;
  }
  return readNumeric(trimmed, order);
}

/** The day of `readAnyMoment` where it was written, as `2026-12-01`. */
export function readAnyDay(text: string, order?: DateOrder): string | undefined {
  const moment = readAnyMoment(text, order);
  return moment === undefined ? undefined : dayOf(moment);
}

/** The day that a moment is in, in its own zone. */
export function dayOf({ seconds, zone }: Moment): string {
  const minutes = (zone.startsWith("-") ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3)));
  return new Date((seconds + minutes * 60) * 1000).toISOString().slice(0, 10);
}

/** The order that the dates like `9/3/2026` among `texts` are written in; undefined if none of them tells. */
export function orderOf(texts: Iterable<string>): DateOrder | undefined {
  for (const text of texts) {
    const [, first = "", second = ""] = numericPattern.exec(text.trim()) ?? [];
    if (Number(first) > 12) return "day-first";
    if (Number(second) > 12) return "month-first";
  }
  return undefined;
}

/** How to write what can't be read. */
export function timeHint(text: string): string {
  const ambiguous = numericPattern.test(text.trim()) ? "Nothing tells the day from the month. " : "";
  return `${ambiguous}Write times as 2026-12-01 or 2026-12-01T09:30:00Z.`;
}

/** Seconds as events store an estimate; undefined for none, and for what is too long to be one. */
export function fitEstimate(seconds: number | null | undefined): string | undefined {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return undefined;
  const whole = Math.round(seconds);
  return whole > 0 && whole <= secondsMax ? encodeDuration(whole) : undefined;
}

/** A hundred years of work. */
const secondsMax = 100 * 8766 * 3600;
const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const clock = "(?:,?[ T]+(\\d{1,2}):(\\d\\d)(?::(\\d\\d)(?:\\.\\d{1,9})?)?\\s*([ap]m)?)?";
const numericPattern = new RegExp(`^(\\d{1,2})[/.-](\\d{1,2})[/.-](\\d{4}|\\d\\d)${clock}$`, "i");
const isoPattern = new RegExp(`^(\\d{4})[-/](\\d{1,2})[-/](\\d{1,2})${clock}\\s*(Z|UTC|[+-]\\d\\d:?\\d\\d)?$`, "i");
const namedPattern = new RegExp(`^(\\d{1,2})[/ .-]([a-z]{3})[a-z]*\\.?[/ .,-]+(\\d{4}|\\d\\d)${clock}$`, "i");

function readIso(text: string): Moment | undefined {
  const [, year = "", month = "", day = "", hour, minute, second, half, zone] = isoPattern.exec(text) ?? [];
  return momentOf(year, month, day, { hour, minute, second, half }, zone);
}

/** As taskwarrior writes it. */
function readCompact(text: string): Moment | undefined {
  const [, year = "", month = "", day = "", hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)Z)?$/.exec(text) ?? [];
  return momentOf(year, month, day, { hour, minute, second, half: undefined }, undefined);
}

/** As Jira's tables have it by default. */
function readNamedMonth(text: string): Moment | undefined {
  const [, day = "", name = "", year = "", hour, minute, second, half] = namedPattern.exec(text) ?? [];
  const month = String(months.indexOf(name.toLowerCase()) + 1);
  return momentOf(fullYear(year), month, day, { hour, minute, second, half }, undefined);
}

/** As JavaScript prints a date, with or without its zone's name in parentheses. */
function readScript(text: string): Moment | undefined {
  const pattern =
    /^(?:[a-z]{3},? )?([a-z]{3}) (\d{1,2}),? (\d{4})(?:,? (\d\d):(\d\d):(\d\d))?(?: (?:GMT|UTC)([+-]\d{4})?)?(?: \([^()]{1,60}\))?$/i;
  const [, name = "", day = "", year = "", hour, minute, second, zone] = pattern.exec(text) ?? [];
  const month = String(months.indexOf(name.toLowerCase()) + 1);
  return momentOf(year, month, day, { hour, minute, second, half: undefined }, zone);
}

function readNumeric(text: string, order: DateOrder | undefined): Moment | undefined {
  const [, first = "", second = "", year = "", hour, minute, seconds, half] = numericPattern.exec(text) ?? [];
  const told = order ?? orderOf([text]) ?? (first === second ? "day-first" : undefined);
  if (told === undefined) return undefined;
  const [day, month] = told === "day-first" ? [first, second] : [second, first];
  return momentOf(fullYear(year), month, day, { hour, minute, second: seconds, half }, undefined);
}

interface ClockParts {
  readonly hour: string | undefined;
  readonly minute: string | undefined;
  readonly second: string | undefined;
  readonly half: string | undefined;
}

function momentOf(year: string, month: string, day: string, time: ClockParts, zone: string | undefined) {
  if (year === "") return undefined;
  const { hour = "0", minute = "00", second = "00", half } = time;
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (half.toLowerCase() === "pm" ? 12 : 0);
  const two = (value: string | number) => String(value).padStart(2, "0");
  const offset = zone === undefined || /^(?:Z|UTC)$/i.test(zone) ? "+0000" : zone;
  return readMoment(`${year}-${two(month)}-${two(day)}T${two(hours)}:${minute}:${second}${offset}`);
}

function fullYear(year: string): string {
  return year.length === 2 ? `20${year}` : year;
}
