/** The command `help`: the daily commands, all commands, one command, or the query language. All of it follows from the declarations. */
import { exitMeanings, TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import type { Style } from "../render/style.ts";
import { type Command, command, type Flag, type Flags, globalFlags } from "./command.ts";
import type { Env } from "./env.ts";
import { fitLines, fitText } from "./help-lines.ts";
import { printJson } from "./print.ts";
import type { Entry } from "./table.ts";

export const help = command({
  usage: "[COMMAND | query]",
  words: [0, 1],
  flags: { all: { type: "boolean", help: "all commands, and the flags that each of them takes" } },
  examples: ["git tracker help", "git tracker help --all", "git tracker help list", "git tracker help query"],
  async run(env, { words: [topic], flags }) {
    const { commands, findCommand } = await import("./table.ts");
    if (topic === "query") {
      const { queryHelp } = await import("../core/query.ts");
      if (flags.json) await printJson(env, { schema: 1, kind: "query-fields", items: queryHelp });
      else env.out(renderQueryHelp(queryHelp, env.style));
      return;
    }
    if (topic === undefined) {
      if (flags.json) await printJson(env, { schema: 1, kind: "commands", items: commands.map(entryItem) });
      else {
        const { listPlugins } = await import("../tracker/plugins.ts");
        const plugins = listPlugins(env.environment).filter((name) => findCommand(name) === undefined);
        env.out(flags.all ? renderAll(commands, plugins, env.style) : renderDaily(commands, plugins, env.style));
      }
      return;
    }
    const entry = findCommand(topic);
    if (entry === undefined) throw await unknownTopic(topic, env.environment);
    const definition = await entry.load();
    if (flags.json) await printJson(env, { schema: 1, kind: "command", item: commandItem(entry, definition) });
    else env.out(renderCommandHelp(entry, definition, env.style));
  },
});

/** As in `git tracker show [flags] ID…`. */
export function usageLine({ name }: Entry, { usage, flags }: Command<Flags>): string {
  return ["git tracker", name, ...(Object.keys(flags).length === 0 ? [] : ["[flags]"]), usage].join(" ").trim();
}

/** Usage, what it does, its flags, and examples at the end. */
export function renderCommandHelp(entry: Entry, definition: Command<Flags>, style: Style): string {
  const { aliases = [], summary } = entry;
  const { flags, details, examples } = definition;
  const also = aliases.length === 0 ? [] : [style.dim(`also: ${aliases.join(", ")}`)];
  return [
    ...usageRows(usageLine(entry, definition), style),
    ...also,
    "",
    `${summary.slice(0, 1).toUpperCase()}${summary.slice(1)}.`,
    ...(details === undefined ? [] : ["", ...fitText(details, style.width)]),
    ...(Object.keys(flags).length === 0 ? [] : ["", style.bold("Flags"), ...flagRows(flags, style.width)]),
    "",
    ...globalRows(style),
    "",
    style.bold("Examples"),
    ...examples.map((example) => `  ${example}`),
  ].join("\n");
}

/** Goes on below the command's name. */
function usageRows(usage: string, { bold, width }: Style): string[] {
  const title = "usage:";
  const [first = "", ...rest] = fitLines([`${" ".repeat(title.length)} ${usage}`], width);
  return [`${bold(title)}${first.slice(title.length)}`, ...rest];
}

const dailyExamples = [
  'git tracker new "Fix login on Safari" -l auth -p high -a @me',
  "git tracker list 'priority:>=high' -label:wip",
  "git tracker status 4f2a in-progress",
  'git tracker close 4f2a -c "Fixed in 2.1"',
];

function renderDaily(commands: readonly Entry[], plugins: readonly string[], style: Style): string {
  const daily = commands.filter(({ group }) => group === "Daily");
  const others = commands.filter(({ group }) => group !== "Daily").map(({ name }) => name);
  return [
    `${style.bold("usage:")} git tracker COMMAND [flags] [words]`,
    "",
    "Keeps the issues of a repository in the repository itself.",
    "",
    ...fitLines(rows(daily.map(({ name, summary }) => [name, summary])), style.width),
    "",
    ...wrapNames("more:", others, style),
    ...(plugins.length === 0 ? [] : wrapNames("plug-ins:", plugins, style)),
    "",
    ...fitText(
      "An issue is named by the beginning of its id, @last (touched last here) or @ (of the branch).",
      style.width,
    ),
    `One command: git tracker help ${style.underline("COMMAND")} · all: help --all · queries: help query`,
    "",
    style.bold("Examples"),
    ...dailyExamples.map((example) => `  ${example}`),
  ].join("\n");
}

function renderAll(commands: readonly Entry[], plugins: readonly string[], style: Style): string {
  const groups = Map.groupBy(commands, ({ group }) => group);
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    `${style.bold("usage:")} git tracker COMMAND [flags] [words]`,
    ...[...groups].flatMap(([group, entries]) => [
      "",
      style.bold(group),
      ...fitLines(
        rows(
          entries.map(({ name, summary, aliases = [] }) => [
            name,
            aliases.length === 0 ? summary : `${summary} (also: ${aliases.join(", ")})`,
          ]),
          width,
        ),
        style.width,
      ),
    ]),
    ...(plugins.length === 0 ? [] : ["", style.bold("Plug-ins"), ...wrapNames(" ", plugins, style)]),
    "",
    style.bold("Flags of every command"),
    ...flagRows(globalFlags, style.width),
    "",
    style.bold("Exit codes"),
    ...rows(exitMeanings.map(([code, meaning]) => [String(code), meaning])),
    "",
    style.bold("Examples"),
    ...dailyExamples.map((example) => `  ${example}`),
  ].join("\n");
}

interface QueryField {
  readonly name: string;
  readonly help: string;
  readonly example: string;
  readonly values: readonly string[];
}

/** What a query is made of. */
export const querySyntax: readonly (readonly [term: string, meaning: string])[] = [
  ["word", "a word in title, description or comments that begins so"],
  ['"some words"', "these words as they stand"],
  ["field:value", "see below; a comma means either: label:auth,ui"],
  ["-term, NOT term", "must not hold"],
  ["a OR b, ( )", "one of both; OR binds weaker than a blank"],
  ['field:"two words"', "a value with blanks"],
  ["<x <=x >x >=x x..y", "ranges of dates, numbers, priorities"],
];

export const queryExamples: readonly string[] = [
  "git tracker list 'is:ready assignee:@me sort:priority-desc'",
  "git tracker list 'due:<7d OR priority:urgent' -label:wip",
  "git tracker board milestone:v2 --by assignee",
];

function renderQueryHelp(fields: readonly QueryField[], style: Style): string {
  return [
    ...fitText("A query is words and terms, and all of them must hold: login status:todo -label:wip", style.width),
    "",
    ...fitLines(rows(querySyntax), style.width),
    "",
    style.bold("Fields"),
    ...fitLines(
      rows(fields.flatMap(({ example, help, values }) => [[example, help] as const, ...valueRows(values)])),
      style.width,
    ),
    "",
    style.bold("Examples"),
    ...queryExamples.map((example) => `  ${example}`),
  ].join("\n");
}

function valueRows(values: readonly string[]): (readonly [string, string])[] {
  return values.length === 0 ? [] : [["", values.join(", ")]];
}

function flagRows(flags: Flags, width: number | undefined): string[] {
  const indent = ({ short }: Flag) => (short === undefined ? "    " : "");
  const named = Object.entries(flags).map(
    ([name, flag]) => [`${indent(flag)}${flagName(name, flag)}`, flag.help] as const,
  );
  return fitLines(rows(named), width);
}

/** As in `-l, --label LABELS`. */
export function flagName(name: string, flag: Flag): string {
  const short = flag.short === undefined ? "" : `-${flag.short}, `;
  return `${short}--${name}${flag.type === "boolean" ? "" : ` ${flag.value}`}`;
}

function globalRows({ dim, width }: Style): string[] {
  const names = Object.entries(globalFlags).map(([name, flag]) => {
    const short = "short" in flag ? `-${flag.short}, ` : "";
    return `${short}--${name}`;
  });
  const [start, ...more] = ["Also, as with every command:", ...names];
  const lines = [start ?? ""];
  for (const [i, name] of more.entries()) {
    const joined = `${lines.at(-1)}${i === 0 ? " " : "  "}${name}`;
    if (width === undefined || joined.length <= width) lines[lines.length - 1] = joined;
    else lines.push(`  ${name}`);
  }
  return lines.map((row) => dim(row));
}

/** Two columns, the first as wide as its widest. */
function rows(pairs: readonly (readonly [string, string])[], least = 0): string[] {
  const width = Math.max(least, ...pairs.map(([name]) => name.length));
  return pairs.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`);
}

/** So wide that it fits everywhere. */
const lineWidth = 78;

function wrapNames(start: string, names: readonly string[], { width = lineWidth }: Style): string[] {
  const fitting = Math.min(width, lineWidth);
  const lines = [start];
  for (const name of names) {
    const line = `${lines.at(-1)} ${name}`;
    if (line.length <= fitting) lines[lines.length - 1] = line;
    else lines.push(`${" ".repeat(start.length)} ${name}`);
  }
  return lines;
}

function entryItem({ name, aliases = [], group, summary }: Entry) {
  return { name, aliases, group, summary };
}

function commandItem(entry: Entry, { usage, details, examples, flags }: Command<Flags>) {
  return {
    ...entryItem(entry),
    usage,
    details: details ?? null,
    examples,
    flags: Object.entries({ ...flags, ...globalFlags }).map(([name, flag]: readonly [string, Flag]) => ({
      name,
      short: flag.short ?? null,
      value: flag.type === "boolean" ? null : flag.value,
      repeats: flag.type === "list" || flag.type === "strings",
      help: flag.help,
    })),
  };
}

async function unknownTopic(topic: string, environment: Env["environment"]): Promise<TrackerError> {
  const { listPlugins } = await import("../tracker/plugins.ts");
  if (listPlugins(environment).includes(topic)) {
    return new TrackerError("invalid", `\`${topic}\` is a plug-in`, `It may say more: git tracker ${topic} --help`);
  }
  const { commands } = await import("./table.ts");
  const { nearest } = await import("../core/errors.ts");
  const near = nearest(topic, ["query", ...commands.map(({ name }) => name)]);
  const hint =
    near === undefined ? "See them all with: git tracker help --all" : `Did you mean: git tracker help ${near}`;
  return new TrackerError("invalid", `There is no help on \`${visible(topic)}\``, hint);
}
