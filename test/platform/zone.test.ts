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
      for (let year = 1971; year < 2060; year++) {
        for (const month of [0, 3, 6, 9]) {
          const seconds = Date.UTC(year, month, 12, 3, 4, 5) / 1000;
          const offset = readZoneOffset(seconds, zone);
          expect([zone, year, month, offset]).toEqual([zone, year, month, expected(zone, seconds)]);
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

const summer = Date.UTC(2026, 6, 1) / 1000;
const winter = Date.UTC(2026, 0, 1) / 1000;

test.each([
  ["JST-9", 540, 540],
  ["<+0530>-5:30", 330, 330],
  ["XYZ3:30", -210, -210],
  ["CET-1CEST,M3.5.0,M10.5.0/3", 60, 120],
  ["EST5EDT,M3.2.0,M11.1.0", -300, -240],
  ["AEST-10AEDT,M10.1.0,M4.1.0/3", 660, 600],
  ["<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", 660, 630],
] as const)("TZ=%s is a rule", (variable, inWinter, inSummer) => {
  expect([winter, summer].map((seconds) => readZoneOffset(seconds, variable))).toEqual([inWinter, inSummer]);
});

test("summer time begins and ends at its moment", () => {
  const rule = "CET-1CEST,M3.5.0,M10.5.0/3";
  const moments = ["2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z", "2026-10-25T00:59:59Z", "2026-10-25T01:00:00Z"];
  expect(moments.map((moment) => readZoneOffset(Date.parse(moment) / 1000, rule))).toEqual([60, 120, 120, 60]);
});

test("a zone is written as git writes it", () => {
  expect(createSystemClock("UTC").zone(0)).toBe("+0000");
  if (!hasTables) return;
  expect(createSystemClock("Asia/Kolkata").zone(Date.UTC(2026, 0, 1))).toBe("+0530");
  expect(createSystemClock("America/St_Johns").zone(Date.UTC(2026, 0, 1))).toBe("-0330");
});
