/**
 * The local zone's distance from UTC, read from the system's own table. The engine knows it too, but takes five milliseconds to load what
 * it knows of the world's time zones: longer than everything else that a small change needs.
 */
import { readFileSync, statSync } from "node:fs";

/**
 * Minutes east of UTC at a moment (seconds since 1970). Undefined where the table can't say: there is none, or the moment is
 * behind its last transition in a zone that goes on changing.
 */
export function readZoneOffset(seconds: number, variable: string | undefined): number | undefined {
  if (variable === "UTC" || variable === "UTC0" || variable === "GMT") return 0;
  const path = pathOf(variable);
  if (path === undefined) return fixedOffset(`\n${variable}\n`);
  try {
    return statSync(path).isFile() ? offsetAt(readFileSync(path), seconds) : undefined;
  } catch {
    return undefined; // No such file, or one of another make.
  }
}

/** `TZ` as in `Europe/Paris` or `:/etc/localtime`; rules written out, as in `CET-1CEST`, are left to the engine. */
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
  return fixedOffset(file.toString("latin1", start + headerBytes + lengthOf(file, start, 8)));
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

/** The rule at the table's end, as in `JST-9` or `<+0530>-5:30`, if it knows no summer time. Its sign is the other way round. */
function fixedOffset(footer: string): number | undefined {
  const match = /^\n(?:[A-Za-z]{3,}|<[+\-\w]+>)([+-]?)(\d{1,2})(?::(\d{2}))?\n$/.exec(footer);
  if (match === null) return undefined;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  return match[1] === "-" || minutes === 0 ? minutes : -minutes;
}
