/**
 * The local zone's distance from UTC, read from the system's own table. The engine knows it too, but takes five milliseconds to load what
 * it knows of the world's time zones: longer than everything else that a small change needs.
 */
import { readFileSync, statSync } from "node:fs";

/**
 * Minutes east of UTC at a moment (seconds since 1970). Undefined where there is no table, or none that can be read.
 */
export function readZoneOffset(seconds: number, variable: string | undefined): number | undefined {
  if (variable === "UTC" || variable === "UTC0" || variable === "GMT") return 0;
  const path = pathOf(variable);
  if (path === undefined) return ruleOffset(variable ?? "", seconds);
  try {
    return statSync(path).isFile() ? offsetAt(readFileSync(path), seconds) : undefined;
  } catch {
    return undefined; // No such file, or one of another make.
  }
}

/** `TZ` as in `Europe/Paris` or `:/etc/localtime`; what is no name is a rule. */
function pathOf(variable: string | undefined): string | undefined {
  if (variable === undefined) return "/etc/localtime";
  const name = variable.replace(/^:/, "");
  if (name.startsWith("/")) return name;
  return /^[A-Z][\w+-]*(?:\/[\w+-]+)+$/i.test(name) ? `/usr/share/zoneinfo/${name}` : undefined;
}

/** The table's second part has 64-bit times: RFC 8536. */
function offsetAt(file: Buffer, seconds: number): number | undefined {
  if (file.toString("latin1", 0, 4) !== "TZif" || file.readUInt8(4) < 0x32) return undefined;
  const start = headerBytes + lengthOf(file, 0, 4);
  const [, , , times = 0, types = 0] = countsAt(file, start);
  const at = start + headerBytes;
  const timeOf = (index: number) => Number(file.readBigInt64BE(at + index * 8));
  const typesAt = at + times * 8;
  const offsetOf = (type: number) => file.readInt32BE(typesAt + times + type * 6) / 60;

  const later = times > 0 ? firstAfter(times, timeOf, seconds) : 0;
  if (times > 0 && later === 0) return types > 0 ? offsetOf(0) : undefined;
  if (later < times) return offsetOf(file.readUInt8(typesAt + later - 1));
  return ruleOffset(file.toString("latin1", start + headerBytes + lengthOf(file, start, 8)).trim(), seconds);
}

const headerBytes = 44;

/** How many indicators, leap seconds, transitions, types and characters a part holds. */
function countsAt(file: Buffer, header: number): number[] {
  return [20, 24, 28, 32, 36, 40].map((offset) => file.readUInt32BE(header + offset));
}

function lengthOf(file: Buffer, header: number, timeBytes: number): number {
  const [isUtc = 0, isStandard = 0, leaps = 0, times = 0, types = 0, characters = 0] = countsAt(file, header);
  return times * (timeBytes + 1) + types * 6 + characters + leaps * (timeBytes + 4) + isStandard + isUtc;
}

function firstAfter(count: number, timeOf: (index: number) => number, seconds: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (timeOf(middle) <= seconds) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * What a rule says, as it stands at a table's end or in TZ (POSIX): `JST-9`, `<+0530>-5:30`, or with summer time
 * `CET-1CEST,M3.5.0,M10.5.0/3`. Its offsets have their sign the other way round. Undefined for days that are counted in other ways.
 */
function ruleOffset(rule: string, seconds: number): number | undefined {
  const [, winter, inSummer, summer, start, end] = rulePattern.exec(rule) ?? [];
  if (winter === undefined) return undefined;
  const standard = -minutesIn(winter) || 0;
  if (inSummer === undefined) return standard;
  if (start === undefined || end === undefined) return undefined;
  const daylight = summer ? -minutesIn(summer) || 0 : standard + 60;
  const year = new Date((seconds + standard * 60) * 1000).getUTCFullYear();
  const [from, to] = [momentIn(year, start, standard), momentIn(year, end, daylight)];
  if (from === undefined || to === undefined) return undefined;
  const isSummer = from < to ? seconds >= from && seconds < to : seconds >= from || seconds < to;
  return isSummer ? daylight : standard;
}

const rulePattern =
  /^(?:[A-Za-z]{3,}|<[+\-\w]+>)([+-]?\d{1,2}(?::\d{2}){0,2})(?:([A-Za-z]{3,}|<[+\-\w]+>)([+-]?\d{1,2}(?::\d{2}){0,2})?(?:,([^,]+),([^,]+))?)?$/;

/** `-5:30` → -330. */
function minutesIn(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.replace(/^[+-]/, "").split(":").map(Number);
  return (text.startsWith("-") ? -1 : 1) * (hours * 60 + minutes + seconds / 60);
}

/** `M3.2.0/2`: the second Sunday of March at two o'clock of the zone that ends then, in seconds since 1970. A fifth is the last. */
function momentIn(year: number, text: string, offset: number): number | undefined {
  const [, month, week, weekday, time = "2"] = /^M(\d+)\.([1-5])\.([0-6])(?:\/([+-]?[\d:]+))?$/.exec(text) ?? [];
  if (month === undefined) return undefined;
  const first = Date.UTC(year, Number(month) - 1, 1) / msPerDay;
  const length = Date.UTC(year, Number(month), 1) / msPerDay - first;
  const thursday = 4; // 1970 began with one.
  const begins = (((first + thursday) % 7) + 7) % 7;
  let day = ((Number(weekday) - begins + 7) % 7) + (Number(week) - 1) * 7;
  if (day >= length) day -= 7;
  return ((first + day) * minutesPerDay + minutesIn(time) - offset) * 60;
}

const msPerDay = 86_400_000;
const minutesPerDay = 1440;
