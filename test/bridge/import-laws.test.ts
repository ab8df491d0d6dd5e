/** What holds for every importer: nothing twice, only what changed, and no input makes anything that can't be stored. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { ReadFiles } from "../../src/bridge/sources.ts";
import { TrackerError } from "../../src/core/errors.ts";
import { parseEvent } from "../../src/core/event.ts";
import { type ImportedIssue, importIssues } from "../../src/tracker/import.ts";
import { makeRepository, type TestRepository } from "../support/repository.ts";
import { trackerAt } from "../support/tracker.ts";
import { type Export, exports } from "./exports.ts";
import { importing } from "./importing.ts";

async function take(repository: TestRepository, { read, name }: Export, text: string) {
  const { issues } = await importing(read, { [name]: text });
  const tracker = await trackerAt(repository);
  const result = await importIssues(tracker, issues);
  tracker.close();
  return result;
}

const refsOf = (repository: TestRepository) =>
  repository.git("for-each-ref", "--format=%(refname) %(objectname)", "refs/git-tracker");

describe.each(exports.map((one) => [one.name, one] as const))("%s", (_, one) => {
  test("is imported once, and in every clone alike", async () => {
    using here = makeRepository();
    using there = makeRepository();
    const first = await take(here, one, one.text);
    expect(first.created).toBeGreaterThan(0);
    const refs = refsOf(here);
    expect(await take(here, one, one.text)).toMatchObject({
      created: 0,
      updated: 0,
      commits: 0,
      unchanged: first.created,
    });
    await take(there, one, one.text);
    expect([refsOf(here), refsOf(there)]).toEqual([refs, refs]);
    expect(here.git("fsck", "--strict", "--no-dangling", "--no-progress").replace(/^notice: .*\n/gm, "")).toBe("");
  });

  test("of any broken kind is refused or makes what can be stored", async () => {
    await fc.assert(
      fc.asyncProperty(brokenText(one), async (text) => {
        for (const issue of await issuesOr(one.read, one.name, text)) expect(faultsOf(issue)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});

async function issuesOr(read: ReadFiles, name: string, text: string): Promise<readonly ImportedIssue[]> {
  try {
    return (await importing(read, { [name]: text })).issues;
  } catch (error) {
    if (error instanceof TrackerError) return [];
    throw error;
  }
}

/** What could not be stored: drafts that are no events, and changes of comments that nobody made. */
function faultsOf({ commits }: ImportedIssue): string[] {
  const keys = new Set<string>();
  return commits.flatMap(({ key, drafts }, index) => {
    const faults = drafts.flatMap((draft) => {
      if ("commentKey" in draft) return keys.has(draft.commentKey) ? [] : [`no comment ${draft.commentKey}`];
      const event = parseEvent(draft);
      return typeof event === "string" ? [`${draft.type}: ${event}`] : [];
    });
    const isFirst = drafts[0]?.type === "issue-created";
    const texts = drafts.filter((draft) => "body" in draft).length;
    const isTwice = keys.has(key);
    keys.add(key);
    if (isFirst !== (index === 0)) faults.push("not one beginning");
    return [...faults, ...(texts > 1 ? ["two texts"] : []), ...(isTwice ? [`key ${key} twice`] : [])];
  });
}

const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    1e308,
    "",
    "x",
    [],
    {},
    [[]],
    "\ud800",
    "\0",
    "\u202e",
    "__proto__",
    "2026-02-30",
    "9999-12-31T23:59:59Z",
    "x".repeat(2000),
  ),
  fc.constantFrom<unknown>({ name: "x" }, { id: "1" }, [{ id: 1 }], { type: "doc", content: [{}] }, { toString: "x" }),
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
);

/** The export with some of its values replaced, or some of its characters. */
function brokenText({ name, text }: Export): fc.Arbitrary<string> {
  if (!name.endsWith(".json")) {
    const pieces = fc.constantFrom(
      '"',
      ",",
      "\n",
      "\r",
      "\0",
      "2026-13-01",
      "",
      "\ud800",
      "x ",
      "id:1 ",
      "due:1 ",
      "x".repeat(2000),
    );
    return fc
      .array(fc.tuple(fc.nat(text.length), pieces, fc.nat(5)), { maxLength: 4 })
      .map((changes) =>
        changes.reduce((now, [at, piece, cut]) => now.slice(0, at) + piece + now.slice(at + cut), text),
      );
  }
  return fc.array(fc.tuple(fc.nat(400), odd), { minLength: 1, maxLength: 3 }).map((changes) => {
    let value: unknown = JSON.parse(text);
    for (const [target, instead] of changes) {
      let index = 0;
      const places = JSON.stringify(value).split(/[{[,]/).length;
      value = JSON.parse(JSON.stringify(value), (_, inner: unknown) => (index++ === target % places ? instead : inner));
    }
    return JSON.stringify(value) ?? "";
  });
}

describe("a change at the source", () => {
  const changes: readonly (readonly [name: string, from: string, to: string, commits: number])[] = [
    ["search.json", '"High"', '"Low"', 1],
    ["search.json", '"Hello"', '"Hello, all"', 1],
    ["board.json", '"Pump"', '"The pump"', 1],
    ["board.json", '"state":"complete"', '"state":"incomplete"', 1],
    ["issues.json", '"labels":["bug"]', '"labels":["bug","ui"]', 1],
    ["issues.json", '"Hm"', '"Hm!"', 1],
    ["tasks.json", '"status":"pending"', '"status":"completed","end":"20260113T120000Z"', 1],
    ["linear.csv", '"Todo"', '"In Progress"', 1],
    ["todo.txt", "(A)", "(B)", 1],
    ["t.csv", "Two,,", "Two,,c", 1],
    ["search.csv", "Done,Fixed", "To Do,", 1],
  ];
  test.each(changes)("in %s, %s -> %s, comes alone", async (name, from, to, commits) => {
    const one = exports.find((each) => each.name === name);
    if (one === undefined || !one.text.includes(from)) throw new Error(`No ${from} in ${name}`);
    using repository = makeRepository();
    await take(repository, one, one.text);
    expect(await take(repository, one, one.text.replace(from, to))).toMatchObject({ created: 0, updated: 1, commits });
    expect(await take(repository, one, one.text.replace(from, to))).toMatchObject({ updated: 0, commits: 0 });
  });
});
