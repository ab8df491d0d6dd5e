import { expect, test } from "bun:test";
import { getSetting, listSettings, renderOrigin } from "../../src/config/list.ts";
import { loadConfig } from "../../src/config/load.ts";
import { settings } from "../../src/config/schema.ts";
import { TrackerError } from "../../src/core/errors.ts";

async function rowsOf(text: string) {
  const { config, origin } = await loadConfig([{ name: "repository", file: "git-tracker.toml", text }]);
  return listSettings(config, origin);
}

test("every key without a * is listed with its default", async () => {
  const rows = await rowsOf("");
  expect(rows.map(({ key }) => key)).toEqual(settings.map(({ key }) => key).filter((key) => !key.includes("*")));
  expect(rows.map(({ key, toml }) => `${key} = ${toml}`)).toContain('types = ["bug", "feature", "task"]');
  expect(new Set(rows.map(({ origin }) => renderOrigin(origin)))).toEqual(new Set(["default"]));
});

test("what a file sets is listed with its place", async () => {
  const rows = await rowsOf(
    "[templates.'a b']\ntitle = 'x'\nlabels = ['l']\n[workflow.transitions]\ntodo = ['done']\n",
  );
  const lines = rows.map(({ key, toml, origin }) => `${key} = ${toml} # ${renderOrigin(origin)}`);
  expect(lines.filter((line) => !line.endsWith("# default"))).toEqual([
    'workflow.transitions.todo = ["done"] # git-tracker.toml:5',
    'templates."a b".title = "x" # git-tracker.toml:2',
    'templates."a b".labels = ["l"] # git-tracker.toml:3',
  ]);
});

test("what is listed, written to a file, is the same configuration", async () => {
  const rows = await rowsOf(`
    workflow.statuses = ["a", { name = "b", limit = 3 }, "c"]
    merge.strategy.due = "manual"
    templates.x.body = "one\\ntwo"`);
  const again = await loadConfig([{ name: "local", text: rows.map(({ key, toml }) => `${key} = ${toml}`).join("\n") }]);
  expect(listSettings(again.config, again.origin).map(({ key, toml }) => [key, toml])).toEqual(
    rows.map(({ key, toml }) => [key, toml]),
  );
});

test("one key or one table of keys is found", async () => {
  const rows = await rowsOf("templates.bug.title = 'x'");
  const keys = (key: string) => getSetting(rows, key).map((row) => row.key);
  expect(keys("list.limit")).toEqual(["list.limit"]);
  expect(keys("list")).toEqual(["list.limit", "list.query"]);
  expect(keys("templates")).toEqual(["templates.bug.title"]);
  expect(keys("templates.'bug'")).toEqual(["templates.bug.title"]);
  expect(keys("templates.feature.title")).toEqual([]);
  expect(() => keys("list.limt")).toThrow(TrackerError);
  expect(() => keys("lis t")).toThrow("There is no setting");
});

test("a value's origin is told in a word", () => {
  expect(renderOrigin({ layer: "user", file: "a.toml", line: 3 })).toBe("a.toml:3");
  expect(renderOrigin({ layer: "environment", variable: "GIT_TRACKER_COLOR" })).toBe("GIT_TRACKER_COLOR");
  expect(renderOrigin({ layer: "flags" })).toBe("flags");
});
