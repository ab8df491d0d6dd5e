/**
 * All that there is to know of the program's surface, collected from the declarations that also make it work. The manual page and
 * docs/cli.md are two ways to print it.
 */
import { environmentName, settings } from "../config/schema.ts";
import { exitMeanings } from "../core/errors.ts";
import { queryHelp } from "../core/query.ts";
import { type Flag, globalFlags } from "./command.ts";
import { flagName, queryExamples, querySyntax, usageLine } from "./help.ts";
import { commands, type Entry } from "./table.ts";

/** A term and what it means. */
export type Row = readonly [term: string, meaning: string];

export interface CommandReference {
  readonly entry: Entry;
  /** As in `git tracker show [flags] ID…`. */
  readonly usage: string;
  /** Its other names. */
  readonly also: string;
  readonly flags: readonly Row[];
  readonly details: string | undefined;
  readonly examples: readonly string[];
}

export interface Reference {
  readonly description: string;
  readonly groups: readonly { readonly name: string; readonly commands: readonly CommandReference[] }[];
  readonly globalFlags: readonly Row[];
  readonly querySyntax: readonly Row[];
  readonly queryFields: readonly Row[];
  readonly queryExamples: readonly string[];
  readonly settings: readonly Row[];
  readonly exitCodes: readonly Row[];
  readonly environment: readonly Row[];
  readonly files: readonly Row[];
}

export async function collectReference(): Promise<Reference> {
  const all = await Promise.all(commands.map(describe));
  return {
    description,
    groups: [...Map.groupBy(all, ({ entry }) => entry.group)].map(([name, each]) => ({ name, commands: each })),
    globalFlags: flagRows(globalFlags),
    querySyntax,
    queryFields: queryHelp.map(({ example, help, values }) => [
      example,
      values.length === 0 ? help : `${help}: ${values.join(", ")}`,
    ]),
    queryExamples,
    settings: settings.map(({ key, meaning }) => [key, meaning]),
    exitCodes: exitMeanings.map(([code, meaning]) => [String(code), meaning]),
    environment: [
      ...environment,
      ...settings.flatMap((setting): Row[] => variableRow(environmentName(setting), setting.key)),
    ],
    files,
  };
}

/** True of a block of a command's details whose lines are set in columns. */
export function isTable(block: string): boolean {
  return /^ |\S {2,}\S/m.test(block);
}

async function describe(entry: Entry): Promise<CommandReference> {
  const definition = await entry.load();
  const { flags, details, examples } = definition;
  const also = (entry.aliases ?? []).join(", ");
  return { entry, usage: usageLine(entry, definition), also, flags: flagRows(flags), details, examples };
}

function flagRows(flags: Readonly<Record<string, Flag>>): Row[] {
  return Object.entries(flags).map(([name, flag]) => [flagName(name, flag), flag.help]);
}

function variableRow(variable: string | undefined, key: string): Row[] {
  return variable === undefined ? [] : [[variable, `The setting ${key}.`]];
}

const description = [
  "Keeps the issues of a repository in the repository itself: as commits under refs/git-tracker/, which git moves and merges like all",
  "else. Nothing has to be set up: the first `git tracker new` works in any repository.",
  "An issue is named by the beginning of its id (four digits or more), by @last (touched last here) or by @ (of the branch).",
].join("\n");

const environment: readonly Row[] = [
  ["GIT_TRACKER_ACTOR", 'Who acts, as in "Ada <ada@example.com>"; --as overrides it.'],
  ["GIT_AUTHOR_NAME, GIT_AUTHOR_EMAIL, EMAIL", "Who you are, as git has it."],
  ["GIT_DIR, GIT_WORK_TREE, GIT_COMMON_DIR", "Where the repository is, as git has it."],
  ["GIT_EDITOR, VISUAL, EDITOR", "The editor; git's core.editor counts, too."],
  ["GIT_PAGER, PAGER", "What shows long results on a terminal; git's core.pager counts, too."],
  ["NO_COLOR, CLICOLOR_FORCE", "Never colours; always colours."],
  ["XDG_CONFIG_HOME", "Where your own settings are; ~/.config unless told."],
  ["XDG_CACHE_HOME", "Where syncs that write to one remote at once take turns; ~/.cache unless told."],
];

const files: readonly Row[] = [
  ["git-tracker.toml", "The project's settings, at the root of the repository: shared and reviewed like code."],
  [".git/git-tracker/config.toml", "The settings of this clone."],
  ["~/.config/git-tracker/config.toml", "Your own settings, for all repositories."],
  [
    ".git/git-tracker/index",
    "What makes reading fast. All of it can be made anew from git, where issues are commits under refs/git-tracker/.",
  ],
];
