import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { TrackerError } from "../../src/core/errors.ts";
import {
  dayBefore,
  decodeDuration,
  durationSecondsMax,
  encodeDuration,
  localDay,
  parseDay,
  parseDayRange,
  parseDuration,
  parseMomentRange,
  secondBefore,
} from "../../src/core/when.ts";

/** A Wednesday. */
const today = "2026-06-17";
/** 14:34:56.789 on that day, two hours east of UTC. */
const time = { now: Date.UTC(2026, 5, 17, 12, 34, 56, 789), offsetMinutes: 120 };

function refusal(run: () => unknown): TrackerError {
  try {
    run();
  } catch (error) {
    if (error instanceof TrackerError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("parseDay", () => {
  test.each([
    ["2026-12-01", "2026-12-01"],
    ["2024-02-29", "2024-02-29"],
    ["today", "2026-06-17"],
    [" Tomorrow ", "2026-06-18"],
    ["yesterday", "2026-06-16"],
    ["thu", "2026-06-18"],
    ["wed", "2026-06-24"],
    ["Sunday", "2026-06-21"],
    ["tuesday", "2026-06-23"],
    ["+3d", "2026-06-20"],
    ["3d", "2026-06-20"],
    ["+2w", "2026-07-01"],
    ["-1m", "2026-05-17"],
    ["1mo", "2026-07-17"],
    ["1y", "2027-06-17"],
    ["-0d", "2026-06-17"],
  ])("reads %p", (text, day) => {
    expect(parseDay(text, today)).toBe(day);
  });

  test.each([
    ["2026-01-31", "+1m", "2026-02-28"],
    ["2024-01-31", "+1m", "2024-02-29"],
    ["2024-02-29", "+1y", "2025-02-28"],
    ["2026-03-31", "-1m", "2026-02-28"],
    ["2026-12-31", "+2m", "2027-02-28"],
    ["2026-01-15", "-1m", "2025-12-15"],
  ])("keeps to the calendar: %p and %p", (from, offset, day) => {
    expect(parseDay(offset, from)).toBe(day);
  });

  test.each([
    "",
    "2026-02-30",
    "2026-13-01",
    "2026-1-1",
    "01/12/2026",
    "someday",
    "mo",
    "+3",
    "3h",
    "+9999y",
    "-9999y",
    "1d2",
  ])("refuses %p", (text) => {
    const { code, message, hint } = refusal(() => parseDay(text, today));
    expect([code, message]).toEqual(["invalid", `\`${text}\` is not a date.`]);
    expect(hint).toContain("2026-12-01, today, tomorrow");
  });

  test("shows what it refuses without its control characters", () => {
    expect(refusal(() => parseDay("\u001b[2J", today)).message).toBe("`␛[2J` is not a date.");
  });

  test("weekdays lie one to seven days ahead, whatever day it is", () => {
    fc.assert(
      fc.property(fc.nat(40_000), fc.constantFrom("mon", "tue", "wed", "thu", "fri", "sat", "sun"), (days, weekday) => {
        const start = parseDay("2000-01-01", today);
        const from = new Date(Date.parse(start) + days * 86_400_000).toISOString().slice(0, 10);
        const day = new Date(parseDay(weekday, from));
        expect(day.toUTCString().slice(0, 3).toLowerCase()).toBe(weekday);
        const ahead = (day.getTime() - Date.parse(from)) / 86_400_000;
        expect(ahead >= 1 && ahead <= 7).toBe(true);
      }),
    );
  });
});

describe("parseDayRange", () => {
  test.each([
    ["2026-12-01", { from: "2026-12-01", to: "2026-12-02" }],
    ["<2026-12-01", { to: "2026-12-01" }],
    ["<=2026-12-01", { to: "2026-12-02" }],
    [">2026-12-31", { from: "2027-01-01" }],
    [">=tomorrow", { from: "2026-06-18" }],
    ["<7d", { to: "2026-06-24" }],
    ["today..fri", { from: "2026-06-17", to: "2026-06-20" }],
    ["today..", { from: "2026-06-17" }],
    ["..today", { to: "2026-06-18" }],
    [">=9999-12-31", { from: "9999-12-31" }],
  ])("reads %p", (text, range) => {
    expect(parseDayRange(text, today)).toEqual(range);
  });

  test.each([
    ["fri..today", "`fri..today` ends before it starts."],
    ["tomorrow..today", "`tomorrow..today` ends before it starts."],
    ["..", "`..` has neither start nor end."],
    [">", "`>` is cut off."],
    [">9999-12-31", "`9999-12-31` reaches too far."],
    ["9999-12-31", "`9999-12-31` reaches too far."],
    ["today..x", "`x` is not a date."],
    ["=today", "`=today` is not a date."],
  ])("refuses %p", (text, message) => {
    expect(refusal(() => parseDayRange(text, today)).message).toBe(message);
  });
});

describe("parseMomentRange", () => {
  test.each([
    // A date is the whole local day.
    ["2026-01-01", { from: "2025-12-31T22:00:00Z", to: "2026-01-01T22:00:00Z" }],
    [">2026-01-01", { from: "2026-01-01T22:00:00Z" }],
    ["<=2026-01-01", { to: "2026-01-01T22:00:00Z" }],
    ["2026-01-01..2026-02-01", { from: "2025-12-31T22:00:00Z", to: "2026-02-01T22:00:00Z" }],
    ["today", { from: "2026-06-16T22:00:00Z", to: "2026-06-17T22:00:00Z" }],
    // A weekday is past, or today.
    [">=wed", { from: "2026-06-16T22:00:00Z" }],
    [">=thursday", { from: "2026-06-10T22:00:00Z" }],
    // A date-time is the minute or second that it says.
    ["2026-01-01T12:30", { from: "2026-01-01T10:30:00Z", to: "2026-01-01T10:31:00Z" }],
    [">=2026-01-01 12:30:15", { from: "2026-01-01T10:30:15Z" }],
    ["2026-01-01T12:30:15.500Z", { from: "2026-01-01T12:30:15Z", to: "2026-01-01T12:30:16Z" }],
    ["<2026-01-01t12:30-0530", { to: "2026-01-01T18:00:00Z" }],
    ["<2026-01-01T12:30+05:30", { to: "2026-01-01T07:00:00Z" }],
    // An age compares the other way round.
    ["7d", { from: "2026-06-10T12:34:56Z" }],
    ["<=7d", { from: "2026-06-10T12:34:56Z" }],
    ["<7d", { from: "2026-06-10T12:34:57Z" }],
    [">7d", { to: "2026-06-10T12:34:56Z" }],
    [">=7d", { to: "2026-06-10T12:34:57Z" }],
    [">90min", { to: "2026-06-17T11:04:56Z" }],
    [">3h", { to: "2026-06-17T09:34:56Z" }],
    [">2W", { to: "2026-06-03T12:34:56Z" }],
    [">1mo", { to: "2026-05-17T12:34:56Z" }],
    [">1y", { to: "2025-06-17T12:34:56Z" }],
    ["14d..7d", { from: "2026-06-03T12:34:56Z", to: "2026-06-10T12:34:57Z" }],
    ["7d..today", { from: "2026-06-10T12:34:56Z", to: "2026-06-17T22:00:00Z" }],
    // An offset with a sign is a day.
    ["-7d", { from: "2026-06-09T22:00:00Z", to: "2026-06-10T22:00:00Z" }],
  ])("reads %p", (text, range) => {
    expect(parseMomentRange(text, time)).toEqual(range);
  });

  test.each([
    ["30m", "`30m` could be minutes or months."],
    ["7days", "`7days` is not a date or an age."],
    ["99999d", "`99999d` is not a date or an age."],
    ["2026-01-01T24:00", "`2026-01-01T24:00` is not a date or an age."],
    ["2026-02-30T12:00", "`2026-02-30T12:00` is not a date or an age."],
    ["2026-01-01T12", "`2026-01-01T12` is not a date or an age."],
    [">9999y", "`9999y` reaches too far."],
    ["7d..14d", "`7d..14d` ends before it starts."],
    ["whenever", "`whenever` is not a date or an age."],
  ])("refuses %p", (text, message) => {
    expect(refusal(() => parseMomentRange(text, time)).message).toBe(message);
  });

  test("days follow each other without a gap, in every zone", () => {
    const zones = fc.integer({ min: -12 * 60, max: 14 * 60 });
    fc.assert(
      fc.property(fc.nat(30_000), zones, (days, offsetMinutes) => {
        const day = new Date(days * 86_400_000).toISOString().slice(0, 10);
        const next = parseDay("+1d", day);
        const zoned = { ...time, offsetMinutes };
        const { to } = parseMomentRange(day, zoned);
        expect(parseMomentRange(next, zoned).from).toBe(to ?? "");
        expect(parseMomentRange(`>${day}`, zoned)).toEqual(parseMomentRange(`>=${next}`, zoned));
      }),
    );
  });

  test("today is the day on the person's clock", () => {
    expect(localDay({ now: Date.UTC(2026, 0, 1, 23), offsetMinutes: 120 })).toBe("2026-01-02");
    expect(localDay({ now: Date.UTC(2026, 0, 1, 1), offsetMinutes: -120 })).toBe("2025-12-31");
  });
});

test("the last second and day of a range", () => {
  expect(secondBefore("2026-01-01T00:00:00Z")).toBe("2025-12-31T23:59:59Z");
  expect(dayBefore("2026-03-01")).toBe("2026-02-28");
});

describe("durations", () => {
  test.each([
    ["90m", 5400],
    ["90min", 5400],
    ["2h30m", 9000],
    [" 2h 30m ", 9000],
    ["1.5h", 5400],
    ["1d", 28_800],
    ["1w", 144_000],
    ["1w2d3h4m5s", 144_000 + 57_600 + 10_800 + 240 + 5],
    ["0h", 0],
    ["1.333m", 80],
    ["PT2H30M", 9000],
    ["pt45s", 45],
  ])("reads %p", (text, seconds) => {
    expect(parseDuration(text, 8)).toBe(seconds);
  });

  test("a day has as many hours as the settings say", () => {
    expect(parseDuration("1w1d", 7.5)).toBe(6 * 7.5 * 3600);
  });

  test.each(["", " ", "3", "h", "30m2h", "1h1h", "-1h", "1.h", "1 5h", "1x", "P1D", "PT", "99999999w"])(
    "refuses %p",
    (text) => {
      const { code, message, hint } = refusal(() => parseDuration(text, 8));
      expect([code, message]).toEqual(["invalid", `\`${text}\` is not a duration.`]);
      expect(hint).toContain("2h30m");
    },
  );

  test.each([
    [0, "PT0S"],
    [9000, "PT2H30M"],
    [3600, "PT1H"],
    [59, "PT59S"],
    [90_061, "PT25H1M1S"],
  ])("%p seconds are stored as %p", (seconds, iso) => {
    expect(encodeDuration(seconds)).toBe(iso);
  });

  test("what is stored is read back, by both readers", () => {
    fc.assert(
      fc.property(fc.nat(durationSecondsMax), (seconds) => {
        const iso = encodeDuration(seconds);
        expect(decodeDuration(iso)).toBe(seconds);
        expect(parseDuration(iso, 8)).toBe(seconds);
      }),
    );
  });

  test("a stored duration of any length stays a number that adds up", () => {
    expect(decodeDuration(`PT${"9".repeat(400)}H`)).toBe(durationSecondsMax);
  });
});

test("no text makes anything but a refusal", () => {
  const pieces = fc.constantFrom(
    "..",
    "<",
    ">=",
    "2026-02-28",
    "T12:30",
    "Z",
    "+",
    "-",
    "9999",
    "1",
    ".",
    "d",
    "mo",
    "h",
    " ",
  );
  const texts = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(pieces, { maxLength: 6 }).map((parts) => parts.join("")),
  );
  const readers = [
    (text: string) => parseDay(text, today),
    (text: string) => parseDayRange(text, today),
    (text: string) => parseMomentRange(text, time),
    (text: string) => parseDuration(text, 8),
  ];
  fc.assert(
    fc.property(texts, fc.constantFrom(...readers), (text, read) => {
      try {
        read(text);
      } catch (error) {
        if (!(error instanceof TrackerError) || error.code !== "invalid") throw error;
      }
    }),
    { numRuns: 2000 },
  );
});
