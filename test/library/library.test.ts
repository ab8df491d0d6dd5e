/** The library beside its examples: its values are those of `--json`, its verbs take turns, and its errors say what to do. */
import { describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { definitions } from "../../src/commands/schema-parts.ts";
import { kinds, schemaOf } from "../../src/commands/schemas.ts";
import { openTracker, type Tracker, TrackerError } from "../../src/library/index.ts";
import { violations } from "../support/json-schema.ts";
import { makeRepository, type TestRepository } from "../support/repository.ts";

const open = (repository: TestRepository, cwd = repository.cwd, actor = "Ada <ada@example.com>") =>
  openTracker({ cwd, environment: repository.env, actor });

async function refusal(work: Promise<unknown>): Promise<TrackerError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof TrackerError) return error;
  throw new Error("It was not refused", { cause: error });
}

/** The fields that the schema of a definition asks for. */
function fieldsOf(name: "issue" | "summary" | "logEntry"): string[] {
  const { properties, required } = definitions[name] as { properties: object; required?: readonly string[] };
  return Object.keys(properties).filter((field) => required === undefined || required.includes(field));
}

describe("values", () => {
  test("have every field that --json has, with the same meaning", async () => {
    using repository = makeRepository();
    using tracker = await open(repository);
    const parent = await tracker.create({ title: "Whole", labels: ["a"], assignees: ["@me"], due: "2026-12-01" });
    const { id } = await tracker.create({ title: "Part", parent: parent.id, blockedBy: [parent.id], body: "text" });
    const { issue } = await tracker.comment(id, "said");
    const strip = (value: object, more: readonly string[]) =>
      Object.fromEntries(Object.entries(value).filter(([field]) => !more.includes(field)));
    // What only summaries of the library have: `--json` leaves them out.
    const more = ["category", "archived", "deleted", "conflicted"];
    const conflicts = issue.conflicts.map(({ field, sides }) => ({ field, sides, values: sides.map((s) => s.value) }));
    const item = { ...strip(issue, more), repository: null, conflicts };
    const schema = schemaOf("issue");
    if (schema === undefined) throw new Error("There is no schema of issues");
    expect(violations({ schema: 1, kind: "issue", item }, schema)).toEqual([]);
    expect(fieldsOf("summary").filter((field) => !(field in issue) && field !== "repository")).toEqual([]);
    const [entry] = await tracker.log({ id });
    expect(fieldsOf("logEntry").filter((field) => !(field in (entry ?? {})) && field !== "what")).toEqual([]);
    const board = await tracker.board();
    expect(Object.keys(board).sort()).toEqual(Object.keys(kinds.board?.properties ?? {}).sort());
  });

  test("hold nothing that is not in their types", async () => {
    using repository = makeRepository();
    using tracker = await open(repository);
    const issue = await tracker.create({ title: "One" });
    expect(structuredClone(issue)).toEqual(issue);
    expect(Object.keys(issue)).not.toContain("generation");
  });
});

describe("verbs", () => {
  test("of one tracker take turns, and none is lost", async () => {
    using repository = makeRepository();
    using tracker = await open(repository);
    const { id } = await tracker.create({ title: "One" });
    await Promise.all(Array.from({ length: 8 }, (_, at) => tracker.comment(id, `comment ${at}`)));
    const { comments } = await tracker.show(id);
    expect(comments.map(({ body }) => body)).toEqual(Array.from({ length: 8 }, (_, at) => `comment ${at}`));
  });

  test("of several trackers, too", async () => {
    using repository = makeRepository();
    const trackers = await Promise.all([open(repository), open(repository), open(repository)]);
    await Promise.all(trackers.map((tracker, at) => tracker.create({ title: `Issue ${at}` })));
    for (const tracker of trackers) expect((await tracker.list()).total).toBe(3);
    for (const tracker of trackers) tracker.close();
  });

  test("see what others wrote meanwhile", async () => {
    using repository = makeRepository();
    using tracker = await open(repository);
    using other = await open(repository, repository.cwd, "Grace <grace@example.com>");
    const { id } = await tracker.create({ title: "One" });
    await other.edit(id, { title: "Two" });
    expect((await tracker.show(id)).title).toBe("Two");
    expect((await tracker.log({ author: "grace" })).length).toBe(1);
  });

  test("go on with another turn where one was left halfway", async () => {
    using repository = makeRepository();
    using tracker = await open(repository);
    await tracker.create({ title: "One" });
    await tracker.create({ title: "Two" });
    for await (const { issue } of tracker.exportIssues()) {
      expect(["One", "Two"]).toContain(issue.title);
      break;
    }
    expect((await tracker.list()).total).toBe(2);
  });

  test("settle what two clones did at once", async () => {
    using repository = makeRepository();
    const hub = join(repository.root, "hub");
    repository.git("init", "--quiet", "--bare", hub);
    const clones = ["a", "b"].map((name) => join(repository.root, name));
    for (const clone of clones) repository.git("clone", "--quiet", hub, clone);
    const [a, b] = (await Promise.all(clones.map((clone) => open(repository, clone)))) as [Tracker, Tracker];
    const { id } = await a.create({ title: "One" });
    await a.sync();
    await b.sync();
    await a.edit(id, { title: "Of a" });
    await b.edit(id, { title: "Of b" });
    await a.sync();
    const { issues } = await b.sync();
    expect(issues).toMatchObject([{ id, came: "merged", sent: true, conflicted: true }]);
    const [conflicted] = await b.conflicts();
    expect(conflicted?.conflicts[0]?.sides.map(({ value }) => value).sort()).toEqual(["Of a", "Of b"]);
    await b.resolve(id, { take: { value: "Of both" } });
    await b.sync();
    await a.sync();
    expect(await a.conflicts()).toEqual([]);
    expect((await a.show(id)).title).toBe("Of both");
    a.close();
    b.close();
  });
});

describe("what can't be done", () => {
  test.each([
    ["an issue that is not there", "not-found", (tracker: Tracker) => tracker.show("ffffffff")],
    ["a query that makes no sense", "invalid", (tracker: Tracker) => tracker.list("is:purple")],
    ["an issue without a title", "invalid", (tracker: Tracker) => tracker.create({ title: " " })],
    ["an issue of a caller without types", "invalid", (tracker: Tracker) => tracker.create(JSON.parse("{}"))],
    ["a limit that is none", "invalid", (tracker: Tracker) => tracker.list("", { limit: -1 })],
    ["a time that is none", "invalid", (tracker: Tracker) => tracker.log({ since: new Date("soon") })],
    ["lanes by nothing", "invalid", (tracker: Tracker) => tracker.board({ by: JSON.parse('"purple"') })],
    ["a remote that is not there", "not-found", (tracker: Tracker) => tracker.sync({ remote: "nowhere" })],
    [
      "an import that makes no sense",
      "invalid",
      (tracker: Tracker) =>
        tracker.importIssues([
          {
            system: "desk",
            name: "1",
            changes: [
              {
                key: "1",
                author: { name: "Ada", email: "ada@example.com" },
                at: new Date(0),
                events: [{ type: "issue-created", status: "todo" }],
              },
            ],
          },
        ]),
    ],
  ] as const)("is refused with its code: %s", async (_, code, work) => {
    using repository = makeRepository();
    using tracker = await open(repository);
    const error = await refusal(work(tracker));
    expect([error.code, error.message === ""]).toEqual([code, false]);
    expect((await tracker.list()).total).toBe(0);
  });

  test("is told when opening, too", async () => {
    using repository = makeRepository();
    rmSync(join(repository.cwd, ".git"), { recursive: true });
    expect((await refusal(open(repository))).code).toBe("not-found");
    expect((await refusal(open(repository, join(repository.cwd, "no such folder")))).code).toBe("not-found");
  });

  test("includes all that is asked of a closed tracker; what was asked before is done", async () => {
    using repository = makeRepository();
    const tracker = await open(repository);
    const making = tracker.create({ title: "One" });
    tracker.close();
    tracker.close();
    expect((await refusal(tracker.list())).code).toBe("invalid");
    expect((await making).title).toBe("One");
  });
});
