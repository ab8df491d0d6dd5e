import { expect, test } from "bun:test";
import { parse } from "smol-toml";
import { loadConfig } from "../../src/config/load.ts";
import { defaultConfig, settings } from "../../src/config/schema.ts";
import { configTemplate } from "../../src/config/template.ts";

const load = async (text: string) =>
  (await loadConfig([{ name: "repository", file: "git-tracker.toml", text }])).config;

/** A line `# …` is prose, a line `#…` a setting. */
const uncommented = () => configTemplate().replace(/^#(?! )(.*)$/gm, "$1");

test("as it is written it says nothing", async () => {
  expect(parse(configTemplate())).toEqual({});
  expect(await load(configTemplate())).toEqual(defaultConfig);
});

test("its commented settings are the defaults, all of them", async () => {
  expect(await load(uncommented())).toEqual(defaultConfig);
  const { origin } = await loadConfig([{ name: "repository", text: uncommented() }]);
  const keys = settings
    .filter(({ key, personal }) => !key.includes("*") && personal === undefined)
    .map(({ key }) => key);
  expect(keys.filter((key) => origin(key).layer === "default")).toEqual([]);
});

test("its examples are settings that may be set, every one", async () => {
  const examples = configTemplate().match(/(?<=^# As in: ).*$/gm) ?? [];
  expect(examples.length).toBe(settings.filter(({ example }) => example !== undefined).length);
  for (const example of examples) expect(await load(example)).not.toEqual(defaultConfig);
});

test("every setting that the file may hold is explained, and no other", () => {
  for (const { meaning, personal } of settings)
    expect(configTemplate().includes(`# ${meaning}\n`)).toBe(personal === undefined);
});
