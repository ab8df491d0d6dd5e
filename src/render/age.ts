/**
 * Times and durations as people read them: how long ago, which day, how much work.
 */
import type { Style } from "./style.ts";

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;
const units = [
  { name: "y", seconds: 365 * day },
  { name: "mo", seconds: 30 * day },
  { name: "w", seconds: 7 * day },
  { name: "d", seconds: day },
  { name: "h", seconds: hour },
  { name: "m", seconds: minute },
] as const;

/**
 * How long before `now` (milliseconds since 1970) an ISO moment was, in its largest unit: `3m`, `2h`, `5d`, `3w`, `7mo`, `2y`; `now`
 * within a minute; `in 2h` if it is yet to come, because somebody's clock is wrong. `?` for what is no time.
 */
export function renderAge(at: string, now: number): string {
  const seconds = (now - Date.parse(at)) / 1000;
  if (Number.isNaN(seconds)) return "?";
  const amount = largestUnit(Math.abs(seconds));
  if (amount === undefined) return "now";
  return seconds < 0 ? `in ${amount}` : amount;
}

/** As `renderAge` for the middle of a sentence: `3m ago`, `just now`, `in 2h`. */
export function renderAgo(at: string, now: number): string {
  const age = renderAge(at, now);
  if (age === "now") return "just now";
  return age === "?" || age.startsWith("in ") ? age : `${age} ago`;
}

/** An ISO moment as the reader's clock and calendar showed it: `2026-12-01 14:03`. */
export function renderTime(at: string, { zoneOffset }: Pick<Style, "zoneOffset">): string {
  const moment = Date.parse(at);
  if (Number.isNaN(moment)) return "?";
  return isoMinutes(moment + zoneOffset(moment) * 60_000);
}

/** How far a day (`2026-12-01`) is from the reader's today: `today`, `in 5d`, `3d ago`. */
export function renderDayDistance(date: string, { now, zoneOffset }: Pick<Style, "now" | "zoneOffset">): string {
  const days = dayNumber(Date.parse(date)) - dayNumber(now + zoneOffset(now) * 60_000);
  if (Number.isNaN(days)) return "?";
  if (days === 0) return "today";
  const amount = largestUnit(Math.abs(days) * day);
  return days > 0 ? `in ${amount}` : `${amount} ago`;
}

/**
 * Seconds of work as they are typed, largest unit first: `1d4h30m`, where a day has `hoursPerDay` hours. Seconds are shown only
 * below a minute.
 */
export function renderDuration(seconds: number, hoursPerDay: number): string {
  if (seconds < minute) return `${Math.max(0, Math.floor(seconds))}s`;
  const secondsPerDay = hoursPerDay * hour;
  const days = secondsPerDay > 0 ? Math.floor(seconds / secondsPerDay) : 0;
  const rest = seconds - days * secondsPerDay;
  const parts = [
    [days, "d"],
    [Math.floor(rest / hour), "h"],
    [Math.floor((rest % hour) / minute), "m"],
  ] as const;
  return parts.map(([amount, unit]) => (amount > 0 ? `${amount}${unit}` : "")).join("") || "0m";
}

function largestUnit(seconds: number): string | undefined {
  const unit = units.find((candidate) => seconds >= candidate.seconds);
  return unit && `${Math.floor(seconds / unit.seconds)}${unit.name}`;
}

function dayNumber(moment: number): number {
  return Math.floor(moment / (day * 1000));
}

/** The latest moment that a JavaScript date can hold, in milliseconds either side of 1970. */
const momentMax = 8.64e15;

function isoMinutes(moment: number): string {
  if (Math.abs(moment) > momentMax) return "?";
  return new Date(moment).toISOString().replace(/^(.+)T(\d\d:\d\d).*$/, "$1 $2");
}
