/** Calendars, read by who knows nothing but the RFC's grammar: random issues give well-formed lines, whatever people wrote. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { exportCalendar } from "../../src/bridge/export-ical.ts";
import { defaultSettings } from "../../src/core/settings.ts";
import { visible } from "../../src/core/text.ts";
import { issue, oid } from "../render/sample.ts";
import { leave, story, tell, viewsOf, withTrackers, written } from "./leaving.ts";

describe("ical", () => {
  /** A content line: its name, and its value as it is written. */
  const contentLine =
    /^(BEGIN|END|VERSION|PRODID|UID|DTSTAMP|CREATED|LAST-MODIFIED|SUMMARY|DESCRIPTION|STATUS|COMPLETED|DUE;VALUE=DATE|PRIORITY|CATEGORIES|RELATED-TO|RELATED-TO;RELTYPE=DEPENDS-ON|COMMENT):((?:\P{Cc}|\t)*)$/u;

  function linesOf(file: string): (readonly [name: string, value: string])[] {
    expect(file.endsWith("\r\n")).toBe(true);
    const physical = file.slice(0, -2).split("\r\n");
    for (const each of physical) expect(Buffer.byteLength(each)).toBeLessThanOrEqual(75);
    return file
      .slice(0, -2)
      .replaceAll("\r\n ", "")
      .split("\r\n")
      .map((each) => {
        const [, name = "", value = ""] = contentLine.exec(each) ?? expect(each).toMatch(contentLine) ?? [];
        return [name, value] as const;
      });
  }

  const plain = (value: string) =>
    value.replace(/\\([\\;,nN])/g, (_, escaped: string) => (/n/i.test(escaped) ? "\n" : escaped));

  test("every issue is one task of well-formed lines, and its texts come back", async () => {
    const property = fc.asyncProperty(story, async (issues) => {
      await withTrackers(async (from) => {
        await tell(from, issues);
        const views = await viewsOf(from);
        const exported = await leave(from);
        async function* each() {
          for await (const { view } of exported.issues) yield view;
        }
        const file = await written(exportCalendar(each(), defaultSettings));
        const lines = linesOf(file);
        const values = (name: string) => lines.flatMap(([each, value]) => (each === name ? [value] : []));
        expect(values("BEGIN")).toEqual(["VCALENDAR", ...views.map(() => "VTODO")]);
        expect(values("END")).toEqual([...views.map(() => "VTODO"), "VCALENDAR"]);
        expect(values("UID")).toEqual(views.map(({ id }) => `${id}@git-tracker`));
        expect(values("SUMMARY").map(plain)).toEqual(views.map(({ title }) => title));
        expect(values("DESCRIPTION").map(plain)).toEqual(
          views.flatMap(({ body }) => (body === "" ? [] : [visible(body, "lines")])),
        );
        expect(values("CATEGORIES").map((value) => value.split(/(?<!\\),/).map(plain))).toEqual(
          views.flatMap(({ labels }) => (labels.length === 0 ? [] : [[...labels]])),
        );
        expect(values("DUE;VALUE=DATE")).toEqual(
          views.flatMap(({ due }) => (due === null ? [] : [due.replaceAll("-", "")])),
        );
        for (const value of values("DTSTAMP")) expect(value).toMatch(/^\d{8}T\d{6}Z$/);
      });
    });
    await fc.assert(property, { numRuns: 60 });
  }, 60_000);

  test.each([
    ["todo", null, "NEEDS-ACTION"],
    ["active", null, "IN-PROCESS"],
    ["done", "completed", "COMPLETED"],
    ["done", "not-planned", "CANCELLED"],
  ] as const)("%s, %s is %s", async (category, resolution, status) => {
    async function* one() {
      yield issue({ id: oid("a"), category, resolution });
    }
    expect(await written(exportCalendar(one(), defaultSettings))).toContain(`\r\nSTATUS:${status}\r\n`);
  });

  test.each([
    ["urgent", 1],
    ["low", 9],
    ["nobody's", 0],
  ] as const)("%s is priority %d", async (priority, number) => {
    async function* one() {
      yield issue({ priority });
    }
    expect(await written(exportCalendar(one(), defaultSettings))).toContain(`\r\nPRIORITY:${number}\r\n`);
  });
});
