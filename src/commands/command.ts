/**
 * What a command is: its words declared once (help, parsing, refusals and completion all follow from them), one verb, one print.
 * Flags that repeat are lists, and what is not known is refused with the nearest known.
 */
import { nearest, TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import type { Env } from "./env.ts";
import { readTokens } from "./tokens.ts";

export type Flag =
  | { readonly type: "boolean"; readonly short?: string; readonly help: string }
  /** `value` is its name in the help; what it can be stands in the help text. */
  | ({ readonly type: "string" } & Valued)
  /** May repeat, and each may hold several separated by commas. */
  | ({ readonly type: "list" } & Valued)
  /** May repeat; a comma is part of the value. */
  | ({ readonly type: "strings" } & Valued);

interface Valued {
  readonly short?: string;
  readonly value: string;
  readonly help: string;
  /** What it can be, where `value` doesn't say (see values.ts): for completion. */
  readonly choices?: readonly string[];
}

export type Flags = Readonly<Record<string, Flag>>;

type ValueOf<F extends Flag> = F["type"] extends "boolean"
  ? boolean
  : F["type"] extends "string"
    ? string | undefined
    : readonly string[];

export type Values<F extends Flags> = { readonly [K in keyof F]: ValueOf<F[K]> };

export interface Input<F extends Flags> {
  /** The words that are no flags. */
  readonly words: readonly string[];
  readonly flags: Values<F>;
  /** True if the flag stands on the command line, whatever its value. */
  readonly given: (flag: keyof F & string) => boolean;
}

export interface Command<F extends Flags = Flags> {
  /** As in `ID… STATUS`; stands behind the name in the help. */
  readonly usage: string;
  /** The fewest and the most words it takes. */
  readonly words: readonly [min: number, max: number];
  readonly flags: F;
  /** What a person should know beyond the flags, in a few lines. */
  readonly details?: string;
  readonly examples: readonly string[];
  /** What names in `usage` and `flags` stand for, where it isn't what they are elsewhere: another name (see values.ts), or words. */
  readonly values?: Readonly<Record<string, string | readonly string[]>>;
  /** True where words are a query, so that `-label:wip` is a word and not a flag. */
  readonly query?: boolean;
  run(env: Env, input: Input<F & typeof globalFlags>): Promise<void>;
}

/** As the most words of a command: no bound. */
export const anyNumber = Number.POSITIVE_INFINITY;

/** Gives a command's `run` the types of its flags. */
export function command<const F extends Flags>(definition: Command<F>): Command<F> {
  return definition;
}

/** Flags that every command takes. */
export const globalFlags = {
  help: { type: "boolean", short: "h", help: "show this help" },
  json: { type: "boolean", help: "print JSON" },
  quiet: { type: "boolean", short: "q", help: "no progress, no hints" },
  color: { type: "string", value: "WHEN", help: "auto, always or never", choices: ["auto", "always", "never"] },
  "no-pager": { type: "boolean", help: "don't page long results" },
  "no-durable": { type: "boolean", help: "don't wait for the disk: a power cut may lose the last moments" },
  as: { type: "string", value: "WHO", help: 'act as somebody else: "Name <email>"' },
  repo: { type: "string", value: "NAME", help: "act in that repository of the workspace, or in the one of that path" },
  "all-repos": { type: "boolean", help: "look at all repositories of the workspace: git tracker help workspace" },
} as const satisfies Flags;

/** Flags of commands that print issues or rows. */
export const outputFlags = {
  fields: { type: "list", value: "NAMES", help: "only these fields, with --json or a table" },
  format: {
    type: "string",
    value: "FORMAT",
    help: "table, json, ndjson, csv, markdown, ids, or a text like '{shortId} {title}'",
  },
} as const satisfies Flags;

/** Reads a command line. Throws `invalid` for whatever the command does not know. */
export function parseInput<F extends Flags>(
  name: string,
  definition: Command<F>,
  args: readonly string[],
): Input<F & typeof globalFlags> {
  const flags: Flags = { ...definition.flags, ...globalFlags };
  const values = new Map<string, string[]>();
  const words: string[] = [];
  for (const token of readTokens(args, flags, (arg) => definition.query === true && isTerm(arg))) {
    if (token.kind === "word") {
      words.push(token.word);
      continue;
    }
    const flag = Object.hasOwn(flags, token.flag) ? flags[token.flag] : undefined;
    if (flag === undefined) throw unknownFlag(name, token.spelling, flags);
    values.set(token.flag, [...(values.get(token.flag) ?? []), flagValue(name, flag, token.spelling, token.value)]);
  }
  checkWords(name, definition, words, values.has("help"));
  const parsed = Object.fromEntries(
    Object.entries(flags).map(([flag, { type }]) => [flag, valueFor(type, flag, values.get(flag) ?? [])]),
  );
  // The table above has exactly the flags' names, each with a value of its flag's type.
  return { words, flags: parsed as Values<F & typeof globalFlags>, given: (flag) => values.has(flag) };
}

/** The refusal of a first word that a command with parts doesn't know, as in `user ad`. */
export function unknownPart(name: string, part: string, parts: readonly string[]): TrackerError {
  const near = nearest(part, parts);
  const hint = near === undefined ? `It can: ${parts.join(", ")}.` : `Did you mean: git tracker ${name} ${near}`;
  return new TrackerError("invalid", `There is no \`${name} ${visible(part)}\``, hint);
}

/** True of a negated term, as in `-label:wip`. */
function isTerm(arg: string): boolean {
  return /^-(?:[a-z-]+:|["(])/.test(arg);
}

function flagValue(name: string, flag: Flag, rawName: string, value: string | undefined): string {
  if (flag.type === "boolean") {
    if (value !== undefined) throw usageError(name, `${rawName} takes no value`);
    return "";
  }
  if (value === undefined) throw usageError(name, `${rawName} needs a value: ${rawName} ${flag.value}`);
  return value;
}

function valueFor(
  type: Flag["type"],
  flag: string,
  values: readonly string[],
): boolean | string | undefined | readonly string[] {
  if (type === "boolean") return values.length > 0;
  if (type === "strings") return values;
  if (type === "list") {
    return values
      .flatMap((value) => value.split(","))
      .map((value) => value.trim())
      .filter((value) => value !== "");
  }
  if (values.length > 1 && new Set(values).size > 1)
    throw new TrackerError("invalid", `--${flag} stands twice with different values`);
  return values.at(-1);
}

function checkWords(name: string, definition: Command<Flags> | Command, words: readonly string[], help: boolean): void {
  const [min, max] = definition.words;
  if (help || (words.length >= min && words.length <= max)) return;
  if (words.length < min) throw usageError(name, `Something is missing: ${usageOf(name, definition)}`);
  throw usageError(name, `\`${visible(words[max] ?? "")}\` is one word too many: ${usageOf(name, definition)}`);
}

function usageOf(name: string, { usage }: Pick<Command, "usage">): string {
  return `git tracker ${name} ${usage}`.trimEnd();
}

function unknownFlag(name: string, flag: string, flags: Flags): TrackerError {
  const near = flag.startsWith("--") ? nearest(flag.slice(2), Object.keys(flags)) : undefined;
  const short = Object.entries(flags).flatMap(([long, { short }]) =>
    short === undefined ? [] : `-${short} (--${long})`,
  );
  const has = flag.startsWith("--") || short.length === 0 ? "See them with" : `It has ${short.join(", ")}; see`;
  const hint = near === undefined ? `${has}: git tracker help ${name}` : `Did you mean --${near}?`;
  return new TrackerError("invalid", `There is no flag ${visible(flag)} of \`${name}\``, hint);
}

export function usageError(name: string, message: string): TrackerError {
  return new TrackerError("invalid", message, `See: git tracker help ${name}`);
}
