/**
 * The `git-tracker.toml` that `init` writes: every setting that such a file may hold with its meaning and its default, commented
 * out, so that it changes nothing until somebody removes a `#`. A line `# …` is prose, a line `#…` is a setting.
 */
import { defaultConfig, type Setting, settings } from "./schema.ts";
import { renderToml, type TomlValue } from "./toml.ts";

export function configTemplate(): string {
  const sections = settings.filter((setting) => setting.personal === undefined).map(renderSetting);
  return `${[heading, ...sections].join("\n\n")}\n`;
}

const heading = `# Settings of this project for git-tracker, shared with everybody who clones it.
# Remove the # before a setting to change it. \`git tracker config list --origin\` shows what holds here.`;

function renderSetting({ key, meaning, example, read }: Setting): string {
  const prose = example === undefined ? [`# ${meaning}`] : [`# ${meaning}`, `# As in: ${example}`];
  const lines = read(defaultConfig).map(([, value]) => `#${key} = ${renderDefault(value)}`);
  return [...prose, ...lines].join("\n");
}

/** A list of tables is easier to change with a table on each line. */
function renderDefault(value: TomlValue): string {
  if (!Array.isArray(value) || typeof value[0] !== "object") return renderToml(value);
  return ["[", ...value.map((item) => `#\t${renderToml(item)},`), "#]"].join("\n");
}
