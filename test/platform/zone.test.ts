import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { createSystemClock } from "../../src/platform/clock.ts";
import { readZoneOffset } from "../../src/platform/zone.ts";

const zones = [
  "UTC",
  "Europe/Paris",
  "America/New_York",
  "Asia/Kolkata",
  "Asia/Tokyo",
  "Australia/Lord_Howe",
  "America/St_Johns",
  "Africa/Casablanca",
];
const hasTables = existsSync("/usr/share/zoneinfo/Europe/Paris");

/** What the engine says, which has tables of its own. */
function expected(zone: string, seconds: number): number {
  const parts = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" }).formatToParts(
    seconds * 1000,
  );
  const [, sign, hours = "0", minutes = "0"] =
    /GMT(?:([+-])(\d\d):(\d\d))?/.exec(parts.find(({ type }) => type === "timeZoneName")?.value ?? "") ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

describe.skipIf(!hasTables)(
  "the system's table says what the engine says (skipped where /usr/share/zoneinfo is not there)",
  () => {
    test.each(zones)("of %s", (zone) => {
      for (let year = 1971; year < 2036; year++) {
        for (const month of [0, 3, 6, 9]) {
          const seconds = Date.UTC(year, month, 12, 3, 4, 5) / 1000;
          const offset = readZoneOffset(seconds, zone);
          if (offset !== undefined)
            expect([zone, year, month, offset]).toEqual([zone, year, month, expected(zone, seconds)]);
          else expect(year).toBeGreaterThan(2006); // Behind the table's last transition, the engine is asked.
        }
      }
    });
  },
);

test.each(["CET-1CEST", "nowhere", "Mars/Olympus", "../../etc/passwd", "/etc/passwd", ""])(
  "TZ=%s is left to the engine",
  (variable) => {
    expect(readZoneOffset(0, variable)).toBeUndefined();
  },
);

test("a zone is written as git writes it", () => {
  expect(createSystemClock("UTC").zone(0)).toBe("+0000");
  if (!hasTables) return;
  expect(createSystemClock("Asia/Kolkata").zone(Date.UTC(2026, 0, 1))).toBe("+0530");
  expect(createSystemClock("America/St_Johns").zone(Date.UTC(2026, 0, 1))).toBe("-0330");
});
