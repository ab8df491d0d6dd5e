/**
 * What the last word of a command line can be: a command, a word of its usage line, a flag, or a value. All of it follows from the
 * table of commands and the names of values.
 */
import { type Command, type Flag, type Flags, globalFlags } from "./command.ts";
import { findCommand } from "./table.ts";
import { readTokens } from "./tokens.ts";
import { isValueName, nextNames } from "./usage.ts";
import { askedName, type Candidate, flagValueName, isFileName, named, type View, valuesNamed } from "./values.ts";

export interface Answer {
  readonly candidates: readonly Candidate[];
  /** A file may stand there. */
  readonly isFile: boolean;
}

export interface Line {
  /** The words before the one that is being typed, without the program's name. */
  readonly before: readonly string[];
  /** What there is of that word. */
  readonly current: string;
  readonly view: View;
}

export async function complete({ before, current, view }: Line): Promise<Answer> {
  const at = commandAt(before);
  const entry = at === -1 ? undefined : findCommand(before[at] ?? "");
  if (at !== -1 && entry === undefined) return { candidates: [], isFile: true }; // A plug-in knows its own words.
  const definition = await entry?.load();
  const flags: Flags = { ...definition?.flags, ...globalFlags };
  const args = at === -1 ? before : before.toSpliced(at, 1);
  const tokens = readTokens(args, flags, () => false);
  const words = tokens.flatMap((token) => (token.kind === "word" ? [token.word] : []));
  const place: Place = { definition, words, view };

  const last = tokens.at(-1);
  const waiting = last?.kind === "flag" && last.value === undefined && args.at(-1) !== "--" ? last.flag : undefined;
  const waitingFlag = flagNamed(flags, waiting);
  if (waiting !== undefined && waitingFlag !== undefined && waitingFlag.type !== "boolean") {
    return starting(current, await flagValues(place, waiting, waitingFlag, "", current));
  }
  const isWord = args.includes("--");
  const joined = isWord ? null : /^--([^=]+)=(.*)$/s.exec(current);
  const joinedFlag = flagNamed(flags, joined?.[1]);
  if (joined !== null && joinedFlag !== undefined && joinedFlag.type !== "boolean") {
    const [, name = "", text = ""] = joined;
    return starting(current, await flagValues(place, name, joinedFlag, `--${name}=`, text));
  }
  if (current.startsWith("-") && !isWord) {
    const given = new Set(tokens.flatMap((token) => (token.kind === "flag" ? [token.flag] : [])));
    const terms = definition?.query === true && current !== "-" ? await values(place, ["QUERY"], current) : none;
    return starting(current, { ...terms, candidates: [...flagNames(flags, given), ...terms.candidates] });
  }
  if (definition === undefined) {
    const known = await valuesNamed("COMMAND", { view, prefix: current, words });
    const others = (await view.plugins()).filter((name) => findCommand(name) === undefined);
    return starting(current, { candidates: [...known, ...named(others)], isFile: false });
  }
  return starting(current, await values(place, nextNames(definition.usage, words), current));
}

interface Place {
  readonly definition: Command | undefined;
  readonly words: readonly string[];
  readonly view: View;
}

const none: Answer = { candidates: [], isFile: false };

/** Where the command's name is: flags of every command may stand before it. */
function commandAt(before: readonly string[]): number {
  const takesValue = (arg: string | undefined) =>
    arg?.startsWith("--") === true && (flagNamed(globalFlags, arg.slice(2))?.type ?? "boolean") !== "boolean";
  return before.findIndex((arg, at) => !arg.startsWith("-") && !takesValue(before[at - 1]));
}

function flagNamed(flags: Flags, name: string | undefined): Flag | undefined {
  return name !== undefined && Object.hasOwn(flags, name) ? flags[name] : undefined;
}

function flagNames(flags: Flags, given: ReadonlySet<string>): Candidate[] {
  return Object.entries(flags)
    .filter(([name, { type }]) => !given.has(name) || type === "list" || type === "strings")
    .map(([name, { help }]) => ({ value: `--${name}`, note: help }));
}

/** Of several values behind commas, the last is being typed. */
async function flagValues(place: Place, name: string, flag: Flag, start: string, text: string): Promise<Answer> {
  if (flag.type === "boolean") return none;
  const done = flag.type === "list" ? text.slice(0, text.lastIndexOf(",") + 1) : "";
  const rest = text.slice(done.length);
  const own = flagValueName(name, flag.value);
  const known =
    flag.choices === undefined
      ? await values(place, [place.definition?.query === true ? askedName(own) : own], rest)
      : { candidates: named(flag.choices), isFile: false };
  const given = new Set(done.split(","));
  const fresh = known.candidates.filter(({ value }) => !given.has(value));
  return { ...known, candidates: fresh.map((each) => ({ ...each, value: `${start}${done}${each.value}` })) };
}

/** `names` are words as they are, and names of values. */
async function values({ definition, words, view }: Place, names: readonly string[], prefix: string): Promise<Answer> {
  const candidates: Candidate[] = [];
  for (const name of names) {
    const own = definition?.values?.[name] ?? name;
    if (typeof own !== "string") candidates.push(...named(own));
    else if (isValueName(own)) candidates.push(...(await valuesNamed(own, { view, prefix, words })));
    else candidates.push({ value: own });
  }
  return { candidates, isFile: names.some(isFileName) };
}

/** A query's own quotes don't count: `label:go` can be `label:"good first"`. */
function starting(prefix: string, { candidates, isFile }: Answer): Answer {
  const wanted = comparable(prefix);
  return { candidates: candidates.filter(({ value }) => comparable(value).startsWith(wanted)), isFile };
}

function comparable(text: string): string {
  return text.replaceAll('"', "").toLowerCase();
}
