import { expect, test } from "bun:test";
import { join } from "node:path";
import { type ConfigLayer, loadConfig } from "../../src/config/load.ts";
import { type Config, defaultConfig, environmentName, settings } from "../../src/config/schema.ts";
import { TrackerError } from "../../src/core/errors.ts";

const repository = (text: string): ConfigLayer => ({ name: "repository", file: "git-tracker.toml", text });
const environment = (values: Record<string, string>): ConfigLayer => ({ name: "environment", values });

async function configOf(...layers: ConfigLayer[]): Promise<Config> {
  return (await loadConfig(layers)).config;
}

async function refusalOf(...layers: ConfigLayer[]): Promise<TrackerError> {
  const error: unknown = await loadConfig(layers).catch((thrown: unknown) => thrown);
  if (!(error instanceof TrackerError)) throw new Error("expected a refusal", { cause: error });
  expect(error.code).toBe("invalid");
  return error;
}

test("without files there are the defaults", async () => {
  const { config, origin } = await loadConfig([{ name: "user" }, repository("\n  # nothing yet\n"), environment({})]);
  expect(config).toBe(defaultConfig);
  expect(origin("list.limit")).toEqual({ layer: "default" });
});

test("combining a layer that only repeats a default gives the defaults", async () => {
  expect(await configOf(repository("list.limit = 50"))).toEqual(defaultConfig);
});

test("without anything to combine neither the parser nor the schemas are loaded", () => {
  const script = `
    const { loadConfig } = await import(${JSON.stringify(join(import.meta.dir, "../../src/config/load.ts"))});
    const loaded = () => Object.keys(require.cache).filter((file) => /smol-toml|valibot/.test(file)).length > 0;
    await loadConfig([{ name: "user" }, { name: "repository", text: "# x" }, { name: "environment", values: { GIT_TRACKER_ACTOR: "a" } }]);
    const before = loaded();
    await loadConfig([{ name: "repository", text: "list.limit = 1" }]);
    console.log(before, loaded());`;
  const { stdout } = Bun.spawnSync([process.execPath, "-e", script]);
  expect(stdout.toString()).toBe("false true\n");
});

test("a later layer overrides an earlier one, and every value knows where it comes from", async () => {
  const { config, origin } = await loadConfig([
    { name: "user", file: "user.toml", text: "color = 'never'\npager = 'less'\nlist.limit = 1\nhours-per-day = 6" },
    repository("[list]\nlimit = 2\nquery = 'is:ready'\n[merge.strategy]\nstatus = 'manual'\ndue = 'manual'"),
    { name: "local", file: "local.toml", text: "# mine\nlist.limit = 3\nmerge.strategy.due = 'last-writer'" },
    environment({ GIT_TRACKER_LIST_LIMIT: "4", GIT_TRACKER_HOURS_PER_DAY: "7.5" }),
    { name: "flags", values: { "list.limit": "5", color: undefined } },
  ]);
  expect(config).toMatchObject({
    listLimit: 5,
    hoursPerDay: 7.5,
    listQuery: "is:ready",
    color: "never",
    pager: "less",
  });
  expect(config.mergeStrategy).toEqual({ status: "manual", due: "last-writer" });
  expect(origin("list.limit")).toEqual({ layer: "flags" });
  expect(origin("hours-per-day")).toEqual({ layer: "environment", variable: "GIT_TRACKER_HOURS_PER_DAY" });
  expect(origin("list.query")).toEqual({ layer: "repository", file: "git-tracker.toml", line: 3 });
  expect(origin("merge.strategy.due")).toEqual({ layer: "local", file: "local.toml", line: 3 });
  expect(origin("color")).toEqual({ layer: "user", file: "user.toml", line: 1 });
  expect(origin("types")).toEqual({ layer: "default" });
});

test("every setting can be set in a file", async () => {
  const config = await configOf({
    name: "local",
    text: `
      priorities = ["p2", "p1"]
      types = ["bug", "chore"]
      hours-per-day = 6
      durability = "fast"
      signing = { sign = "never", key = "~/.ssh/id.pub", format = "ssh", require = "yes", since = "2026-12-01" }
      sync = { remote = "upstream", timeout = 5, auto = "interval", interval = 60, max-size = 7 }
      color = "always"
      pager = "less -R"
      editor = "vim"
      upgrade.url = "https://example.com"
      default = { status = "open", type = "chore", priority = "p1" }
      board.by = "label:area/"
      list = { limit = 10, query = "is:ready" }
      branch.template = "{slug}"
      [workflow]
      wip = "refuse"
      transitions = { open = ["in review"], closed = [] }
      [[workflow.statuses]]
      name = "open"
      category = "todo"
      [[workflow.statuses]]
      name = "in review"
      category = "active"
      limit = 2
      [[workflow.statuses]]
      name = "closed"
      category = "done"
      [merge.strategy]
      status = "manual"
      [templates.bug]
      title = "Bug: "
      body = "## Steps\\r\\n"
      labels = ["triage"]
      type = "bug"
      priority = "p2"`,
  });
  expect(config).toEqual({
    workflow: {
      statuses: [
        { name: "open", category: "todo", limit: null },
        { name: "in review", category: "active", limit: 2 },
        { name: "closed", category: "done", limit: null },
      ],
      transitions: { open: ["in review"], closed: [] },
      wip: "refuse",
    },
    priorities: ["p2", "p1"],
    types: ["bug", "chore"],
    hoursPerDay: 6,
    mergeStrategy: { status: "manual" },
    defaultStatus: "open",
    defaultType: "chore",
    defaultPriority: "p1",
    boardBy: "label:area/",
    listLimit: 10,
    listQuery: "is:ready",
    syncRemote: "upstream",
    syncTimeout: 5,
    syncAuto: "interval",
    syncInterval: 60,
    syncMaxSize: 7,
    durability: "fast",
    signingSign: "never",
    signingKey: "~/.ssh/id.pub",
    signingFormat: "ssh",
    signingRequire: "yes",
    signingSince: "2026-12-01",
    color: "always",
    pager: "less -R",
    editor: "vim",
    upgradeUrl: "https://example.com",
    branchTemplate: "{slug}",
    templates: { bug: { title: "Bug: ", body: "## Steps", labels: ["triage"], type: "bug", priority: "p2" } },
  });
});

test("a date is one that there is", async () => {
  expect((await refusalOf(repository("signing.since = '2026-02-30'"))).message).toContain(
    "expected a date like 2026-12-01",
  );
  expect(await configOf(repository("signing.since = ''"))).toMatchObject({ signingSince: null });
});

test("statuses without a category have that of their place, and new issues get the first", async () => {
  const config = await configOf(
    repository("workflow.statuses = ['backlog', 'doing', { name = 'qa', limit = 2 }, 'closed']"),
  );
  expect(config.workflow.statuses.map(({ category, limit }) => [category, limit])).toEqual([
    ["todo", null],
    ["active", null],
    ["active", 2],
    ["done", null],
  ]);
  expect(config.defaultStatus).toBe("backlog");
});

test("an empty text takes back what a weaker layer set", async () => {
  const user: ConfigLayer = { name: "user", text: "pager = 'less'\ndefault.type = 'bug'\nlist.query = 'x'" };
  const local: ConfigLayer = { name: "local", text: "pager = ''\ndefault.type = ''\nlist.query = ''" };
  expect(await configOf(user, local)).toMatchObject({ pager: null, defaultType: null, listQuery: "" });
});

test("the environment's lists are separated by commas; other variables and empty ones are ignored", async () => {
  const config = await configOf(
    environment({
      GIT_TRACKER_TYPES: "bug, chore",
      GIT_TRACKER_COLOR: "",
      GIT_TRACKER_NONSENSE: "x",
      GIT_TRACKER_ACTOR: "Ada <ada@example.com>",
      GIT_TRACKER_TEST: "1",
      GIT_TRACKER_FAIL: "1",
      GIT_TRACKER_BASE_URL: "x",
      GIT_TRACKER_DIR: "x",
      LIST_LIMIT: "3",
    }),
  );
  expect(config).toEqual({ ...defaultConfig, types: ["bug", "chore"] });
});

test("no setting takes a variable that means something else", () => {
  const reserved = ["ACTOR", "TEST", "FAIL", "BASE_URL", "DIR"].map((name) => `GIT_TRACKER_${name}`);
  const names = settings.flatMap((setting) => environmentName(setting) ?? []);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => reserved.includes(name))).toEqual([]);
});

test.each(["pager", "editor"])("%s names a program, and the repository's file must not", async (key) => {
  const error = await refusalOf(repository(`color = "auto"\n${key} = "sh -c evil"\n`));
  expect(error.message).toBe(
    `git-tracker.toml:2:1: ${key} can't be set in a file that comes with the repository, because it names a program to run.\n\n` +
      `2:  ${key} = "sh -c evil"\n    ^`,
  );
  expect(error.hint).toBe("Set it in your own settings or in this clone's.");
  for (const name of ["user", "local"] as const)
    expect(await configOf({ name, text: `${key} = "less"` })).toMatchObject({ [key]: "less" });
});

test.each(["key", "format"])("signing.%s is everybody's own", async (name) => {
  const error = await refusalOf(repository(`signing.${name} = "ssh"`));
  expect(error.message).toStartWith(
    `git-tracker.toml:1:1: signing.${name} can't be set in a file that comes with the repository, because it is about your own key.`,
  );
});

test("a wrong value is shown with a caret, its meaning and what is expected", async () => {
  const error = await refusalOf(repository('# lists\n[list]\n\tlimit = "many" # all\n'));
  expect(error.message).toBe(
    'git-tracker.toml:3:10: list.limit: expected a whole number of at least 1, not "many".\n\n' +
      '3:  \tlimit = "many" # all\n    \t        ^',
  );
  expect(error.hint).toBe("list.limit: How many issues `list` prints at most.");
});

test("a text that isn't TOML is shown as the parser shows it, with the file's name", async () => {
  const error = await refusalOf(repository("a = 1\nb = = 2\n"));
  expect(error.message).toBe(
    "git-tracker.toml:2:5: Invalid TOML document: invalid value.\n\n1:  a = 1\n2:  b = = 2\n        ^",
  );
});

const expectedNear = (text: string, place: string, sentence: string, hint = "") => ({ text, place, sentence, hint });
test.each([
  expectedNear("list.limt = 3", "1:1", "There is no setting list.limt.", "Did you mean list.limit?"),
  expectedNear("[lst]\nlimit = 3", "1:2", "There is no setting lst.", "Did you mean list?"),
  expectedNear("wip = 'warn'", "1:1", "There is no setting wip.", "Did you mean workflow.wip?"),
  expectedNear(
    "[templates.bug]\ntitel = 'x'",
    "2:1",
    "There is no setting templates.bug.titel.",
    "Did you mean templates.bug.title?",
  ),
  expectedNear("zzzzzz = 1", "1:1", "There is no setting zzzzzz.", "`git tracker config list`"),
  expectedNear("list = 5", "1:8", "list: expected a table.", "list.NAME = VALUE"),
  expectedNear("list.limit = { x = 1 }", "1:14", "list.limit: expected a whole number of at least 1, not a table."),
  expectedNear("list.limit = 1.5", "1:14", "list.limit: expected a whole number of at least 1, not 1.5."),
  expectedNear(
    "hours-per-day = 0",
    "1:17",
    "hours-per-day: expected a number of hours, more than 0 and at most 24, not 0.",
  ),
  expectedNear("durability = 'slow'", "1:14", 'durability: expected durable or fast, not "slow".'),
  expectedNear("types = 1979-05-27", "1:9", "types: expected a list of names, not a date."),
  expectedNear("types = [\n  'a',\n  'b,c',\n]", "3:3", 'types: expected a name: one line without commas, not "b,c".'),
  expectedNear("types = ['a', 'A']", "1:15", 'types: expected every name only once, and "A" stands twice.'),
  expectedNear(
    "board.by = 'colour'",
    "1:12",
    "board.by: expected assignee, priority, type, parent, or label: and a prefix",
  ),
  expectedNear("branch.template = 'a b'", "1:19", "branch.template: expected a text without blanks or commas"),
  expectedNear(
    "[workflow]\nstatuses = []",
    "2:12",
    "workflow.statuses: expected at least one status of category todo and one of",
  ),
  expectedNear(
    "workflow.statuses = ['a']",
    "1:21",
    "workflow.statuses: expected at least one status of category todo and one of",
  ),
  expectedNear(
    "workflow.statuses = [3]",
    "1:22",
    "workflow.statuses: expected a name, or a table with name, category and limit, not 3.",
  ),
  expectedNear(
    "workflow.statuses = ['a', 'b', 'a']",
    "1:32",
    'workflow.statuses: expected every name only once, and "a" stands twice.',
  ),
  expectedNear(
    "[[workflow.statuses]]\nname = 'a'\n[[workflow.statuses]]\nlimit = 2",
    "3:3",
    "workflow.statuses: expected a status to have a name.",
  ),
  expectedNear(
    "[[workflow.statuses]]\nname = 'a'\nlimit = 0",
    "3:9",
    "workflow.statuses: expected a whole number of at least 1, not 0.",
  ),
  expectedNear(
    "[[workflow.statuses]]\nnmae = 'a'",
    "2:1",
    "workflow.statuses: expected only name, category and limit in a status",
  ),
  expectedNear(
    "[[workflow.statuses]]\nname = 'a'\ncategory = 'x'",
    "3:12",
    'workflow.statuses: expected todo, active or done, not "x".',
  ),
  expectedNear(
    "[workflow.transitions]\ntodo = ['done', 'don']",
    "2:17",
    'workflow.transitions.todo: there is no status "don"; expected one of todo, in-progress, done.',
    "Did you mean done?",
  ),
  expectedNear(
    "workflow.transitions.tod = []",
    "1:1",
    'workflow.transitions.tod: there is no status "tod"',
    "Did you mean todo?",
  ),
  expectedNear(
    "merge.strategy.statos = 'manual'",
    "1:1",
    "merge.strategy.statos: expected one of title, status, ",
    "Did you mean status?",
  ),
  expectedNear("default.status = 'x'", "1:18", 'default.status: there is no status "x"'),
  expectedNear("default.type = 'x'", "1:16", 'default.type: there is no type "x"; expected one of bug, feature, task.'),
  expectedNear("default.priority = 'x'", "1:20", 'default.priority: there is no priority "x"'),
  expectedNear(
    "[templates.'a,b']\ntitle = 'x'",
    "2:1",
    'templates."a,b".title: expected a name: one line without commas, not "a,b".',
  ),
  expectedNear("[templates.bug]\ntype = 'x'", "2:8", 'templates.bug.type: there is no type "x"'),
])("refuses at $place: $sentence", async ({ text, place, sentence, hint }) => {
  const error = await refusalOf(repository(text));
  expect(error.message).toStartWith(`git-tracker.toml:${place}: ${sentence}`);
  expect(error.message.split("\n").at(-1)?.trim()).toBe("^");
  expect(error.hint).toContain(hint);
});

test("a long list of what would be right is cut short", async () => {
  const types = Array.from({ length: 30 }, (_, index) => `'t${index}'`);
  const error = await refusalOf(repository(`default.type = 'x'\ntypes = [${types.join(",")}]`));
  expect(error.message).toContain("t18, t19, ….\n");
});

test("settings are checked against those of other layers, and the one that names something missing is to blame", async () => {
  const user: ConfigLayer = { name: "user", file: "user.toml", text: "default.type = 'task'" };
  expect((await refusalOf(user, repository("types = ['bug']"))).message).toStartWith(
    'user.toml:1:16: default.type: there is no type "task"; expected one of bug.',
  );
});

test("a wrong variable or flag is called by its name", async () => {
  expect((await refusalOf(environment({ GIT_TRACKER_LIST_LIMIT: "x" }))).message).toBe(
    'GIT_TRACKER_LIST_LIMIT: list.limit: expected a whole number of at least 1, not "x".',
  );
  expect((await refusalOf({ name: "flags", values: { colr: "x" } })).hint).toStartWith("Did you mean color?");
});

test("nothing in a file can steer the terminal that shows the mistake", async () => {
  const error = await refusalOf(repository('"\u202e\\u001b[2J" = "\u009b31m"'));
  for (const steering of ["\u001b", "\u009b", "\u202e"]) expect(error.message).not.toContain(steering);
});

test("the caret stays below its character after wide ones and in a long line", async () => {
  expect((await refusalOf(repository("templates = { '日本' = { titel = 'x' } }"))).message.split("\n").at(-1)).toBe(
    `    ${" ".repeat("templates = { '".length + 4 + "' = { ".length)}^`,
  );
  const lines = (await refusalOf(repository(`types = ['${"a".repeat(5000)}', 1]`))).message.split("\n");
  expect(lines.at(-2)?.length).toBeLessThan(150);
  expect(lines.at(-2)?.[lines.at(-1)?.indexOf("^") ?? -1]).toBe("1");
});

test("names of things that every object has are names like others", async () => {
  const config = await configOf(repository("[templates.__proto__]\ntitle = 'x'\n[templates.constructor]\ntitle = 'y'"));
  expect(Object.keys(config.templates)).toEqual(["__proto__", "constructor"]);
  expect(config.workflow.transitions.constructor).toBeUndefined();
});

test("a huge or deep file is refused at once", async () => {
  expect((await refusalOf(repository(`a = 1\n${"#".repeat(300_000)}`))).message).toStartWith(
    "git-tracker.toml is too long",
  );
  expect((await refusalOf(repository(`a = ${"[".repeat(50_000)}`))).message).toStartWith("git-tracker.toml:1:");
  expect((await refusalOf(repository(`types = [${"'a',".repeat(50_000)}]`))).message).toContain("at most 1000 of them");
});
