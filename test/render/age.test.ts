import { expect, test } from "bun:test";
import { renderAge, renderAgo, renderDayDistance, renderDuration, renderTime } from "../../src/render/age.ts";
import { now, style } from "./sample.ts";

const day = 24 * 3600;
const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString();

test("ages in their largest unit", () => {
  const ages = [
    0,
    59,
    60,
    3599,
    3600,
    day - 1,
    day,
    7 * day - 1,
    7 * day,
    29 * day,
    30 * day,
    364 * day,
    365 * day,
    800 * day,
  ];
  expect(ages.map((seconds) => renderAge(ago(seconds), now))).toEqual([
    "now",
    "now",
    "1m",
    "59m",
    "1h",
    "23h",
    "1d",
    "6d",
    "1w",
    "4w",
    "1mo",
    "12mo",
    "1y",
    "2y",
  ]);
});

test("a clock that runs ahead gives no negative age", () => {
  expect(renderAge(ago(-30), now)).toBe("now");
  expect(renderAge(ago(-2 * 3600), now)).toBe("in 2h");
  expect(renderAge("nonsense", now)).toBe("?");
});

test("ages in a sentence", () => {
  expect([0, 60, -3600].map((seconds) => renderAgo(ago(seconds), now))).toEqual(["just now", "1m ago", "in 1h"]);
  expect(renderAgo("", now)).toBe("?");
});

test("times are the reader's", () => {
  expect(renderTime("2026-03-10T23:30:00Z", style({ zoneOffset: () => 60 }))).toBe("2026-03-11 00:30");
  expect(renderTime("2026-03-10T23:30:00Z", style({ zoneOffset: () => -330 }))).toBe("2026-03-10 18:00");
  expect(renderTime("nonsense", style())).toBe("?");
  expect(renderTime("+275760-09-13T00:00:00.000Z", style({ zoneOffset: () => 60 }))).toBe("?");
});

test("days are counted in the reader's calendar", () => {
  const lateEvening = style({ now: Date.parse("2026-03-10T23:30:00Z"), zoneOffset: () => 60 });
  expect(renderDayDistance("2026-03-11", lateEvening)).toBe("today");
  expect(renderDayDistance("2026-03-10", lateEvening)).toBe("1d ago");
  expect(renderDayDistance("2026-03-16", lateEvening)).toBe("in 5d");
  expect(renderDayDistance("nonsense", lateEvening)).toBe("?");
});

test("durations as they are typed", () => {
  expect(
    [0, 45, 60, 5400, 9000, 8 * 3600, 37800, 3 * 8 * 3600 + 60].map((seconds) => renderDuration(seconds, 8)),
  ).toEqual(["0s", "45s", "1m", "1h30m", "2h30m", "1d", "1d2h30m", "3d1m"]);
  expect(renderDuration(8 * 3600, 24)).toBe("8h");
  expect(renderDuration(7200, 0)).toBe("2h");
});
