/**
 * Git's configuration files, read in process: where they are, what stands in them, and which value holds. Only `include.path` is
 * followed; conditional includes need git itself.
 */
import { dirname, isAbsolute, join, resolve } from "node:path";
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import { errnoOf, readTextIfAny } from "../platform/files.ts";
import type { Variables } from "../platform/git.ts";

/** One line of a configuration. Section and name of the key are in lower case, a subsection is as it was written. */
export interface ConfigEntry {
  readonly key: string;
  /** A key without `=` has the value `true`, as it has in git. */
  readonly value: string;
}

/** The entries of one file in order, without those that it includes; none if there is no such file. Throws `invalid`. */
export function readConfigFile(path: string): ConfigEntry[] {
  try {
    const text = readTextIfAny(path);
    return text === undefined ? [] : parseConfig(text, path);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    throw new TrackerError(
      "invalid",
      `git's settings can't be read from ${visible(path)}`,
      "See: git config --list --show-origin",
    );
  }
}

/** The entries of these files in order, each with those that it includes in their place. */
export function readConfigFiles(paths: readonly string[], env: Variables): ConfigEntry[] {
  return paths.flatMap((path) => readIncluding(path, env, 0));
}

/** The files that are not a repository's: those that may say which repositories are safe. */
export function protectedConfigFiles(env: Variables): string[] {
  const system = isTrue(env.GIT_CONFIG_NOSYSTEM ?? "false") ? [] : [env.GIT_CONFIG_SYSTEM ?? "/etc/gitconfig"];
  return [...system, ...personalConfigFiles(env)].filter((path) => path !== "");
}

/**
 * The configuration of a repository read in process, where that is sure to say what git would: the files that every git reads
 * name the person, and nothing is conditional or given by variables. Otherwise undefined: git itself must be asked.
 */
export function readPlainConfig(commonDir: string, env: Variables): ConfigEntry[] | undefined {
  if (env.GIT_CONFIG_COUNT !== undefined || env.GIT_CONFIG_PARAMETERS !== undefined) return undefined;
  const entries = readConfigFiles([...protectedConfigFiles(env), join(commonDir, "config")], env);
  const isPlain = !entries.some(({ key }) => key.startsWith("includeif.") || key === "extensions.worktreeconfig");
  return isPlain && lastValue(entries, "user.email") !== undefined ? entries : undefined;
}

/** Where a repository's own configuration is. */
export interface ConfigPlace {
  readonly commonDir: string;
  readonly gitDir: string;
}

/** All entries as git finds them: the system's, the person's, the repository's, then the environment's. Throws `invalid`. */
export function readAllConfig({ commonDir, gitDir }: ConfigPlace, env: Variables): ConfigEntry[] {
  const files = [...protectedConfigFiles(env), join(commonDir, "config")];
  const entries = readConfigFiles(files, env);
  const ofWorkTree = isTrue(lastValue(entries, "extensions.worktreeConfig") ?? "false");
  const more = ofWorkTree ? readConfigFiles([join(gitDir, "config.worktree")], env) : [];
  return [...entries, ...more, ...givenEntries(env)];
}

/** The value that holds: the last. `key` is in the spelling of ConfigEntry, or with other case in its first and last part. */
export function lastValue(entries: readonly ConfigEntry[], key: string): string | undefined {
  const wanted = canonicalKey(key);
  return entries.findLast((entry) => entry.key === wanted)?.value;
}

/** `Core.Bare` → `core.bare`; a subsection keeps its case. */
export function canonicalKey(key: string): string {
  const first = key.indexOf(".");
  const last = key.lastIndexOf(".");
  if (first === -1) return key.toLowerCase();
  return key.slice(0, first).toLowerCase() + key.slice(first, last) + key.slice(last).toLowerCase();
}

/** What git takes for true. */
export function isTrue(value: string): boolean {
  return /^(?:true|yes|on|[+-]?0*[1-9]\d*)$/i.test(value);
}

/** `~/x` with the person's home. */
export function expandHome(path: string, env: Variables): string {
  return path.startsWith("~/") && env.HOME !== undefined ? join(env.HOME, path.slice(2)) : path;
}

/** As deep as git follows includes. */
const includeDepthMax = 10;

function readIncluding(path: string, env: Variables, depth: number): ConfigEntry[] {
  if (depth > includeDepthMax)
    throw new TrackerError("invalid", `${path} includes itself`, "Remove one of the includes.");
  return readConfigFile(path).flatMap((entry) => {
    if (entry.key !== "include.path") return [entry];
    const target = expandHome(entry.value, env);
    return [entry, ...readIncluding(isAbsolute(target) ? target : resolve(dirname(path), target), env, depth + 1)];
  });
}

function personalConfigFiles({ GIT_CONFIG_GLOBAL, HOME, XDG_CONFIG_HOME }: Variables): string[] {
  if (GIT_CONFIG_GLOBAL !== undefined) return [GIT_CONFIG_GLOBAL];
  if (!HOME) return XDG_CONFIG_HOME ? [join(XDG_CONFIG_HOME, "git/config")] : [];
  return [join(XDG_CONFIG_HOME || join(HOME, ".config"), "git/config"), join(HOME, ".gitconfig")];
}

interface Cursor {
  readonly text: string;
  readonly path: string;
  at: number;
}

/** A section, from its header up to the next one's, or one setting with the whole of its line. */
export interface ConfigSpan {
  /** As in `remote.origin`. */
  readonly section: string;
  /** Undefined: the section itself. */
  readonly key: string | undefined;
  readonly value: string | undefined;
  readonly start: number;
  readonly end: number;
}

/** Where in a text its sections and settings are, in order of their beginnings. Throws `invalid`. */
export function configSpans(text: string, path: string): ConfigSpan[] {
  const spans = [...spansIn({ text, path, at: text.startsWith(byteOrderMark) ? byteOrderMark.length : 0 })];
  const headers = spans.flatMap(({ key, start }) => (key === undefined ? [start] : []));
  return spans.map((span) => {
    if (span.key !== undefined) return span;
    return { ...span, end: headers.find((start) => start > span.start) ?? text.length };
  });
}

/** As Latin-1 has it. */
const byteOrderMark = "\xef\xbb\xbf";

function* spansIn(cursor: Cursor): Generator<ConfigSpan> {
  const { text } = cursor;
  let section = "";
  while (cursor.at < text.length) {
    const start = cursor.at;
    const character = text.charAt(start);
    if (/\s/.test(character)) cursor.at++;
    else if (character === "#" || character === ";") skipLine(cursor);
    else if (character === "[") {
      section = takeSection(cursor);
      yield { section, key: undefined, value: undefined, start, end: cursor.at };
    } else {
      const key = (section === "" ? "" : `${section}.`) + takeName(cursor);
      const value = takeValue(cursor);
      const indent = /[ \t]*$/.exec(text.slice(text.lastIndexOf("\n", start - 1) + 1, start))?.[0] ?? "";
      yield { section, key, value, start: start - indent.length, end: cursor.at + (text[cursor.at] === "\n" ? 1 : 0) };
    }
  }
}

function parseConfig(source: string, path: string): ConfigEntry[] {
  const text = source.replace(/^\ufeff/, "").replaceAll("\r\n", "\n");
  return [...spansIn({ text, path, at: 0 })].flatMap(({ key, value }) =>
    key === undefined || value === undefined ? [] : [{ key, value }],
  );
}

function skipLine(cursor: Cursor): void {
  const end = cursor.text.indexOf("\n", cursor.at);
  cursor.at = end === -1 ? cursor.text.length : end;
}

/** `[core]`, `[remote "origin"]`, and the old `[remote.origin]`, whose case doesn't count. */
function takeSection(cursor: Cursor): string {
  const [, name = "", quoted] = take(cursor, /\[([\w.-]+)(?:[ \t]+"((?:[^"\\\n]|\\.)*)")?\]/y);
  return quoted === undefined ? name.toLowerCase() : `${name.toLowerCase()}.${quoted.replace(/\\(.)/g, "$1")}`;
}

function takeName(cursor: Cursor): string {
  return take(cursor, /([a-zA-Z][a-zA-Z0-9-]*)[ \t]*/y)[1]?.toLowerCase() ?? "";
}

function takeValue(cursor: Cursor): string {
  const { text } = cursor;
  if (cursor.at >= text.length || text[cursor.at] === "\n") return "true";
  if (text[cursor.at] !== "=") throw badLine(cursor);
  cursor.at++;
  let value = "";
  let blanks = "";
  let quoted = false;
  for (; cursor.at < text.length && text[cursor.at] !== "\n"; cursor.at++) {
    const character = text.charAt(cursor.at);
    if (!quoted && (character === "#" || character === ";")) {
      skipLine(cursor);
      break;
    }
    if (!quoted && /\s/.test(character)) {
      if (value !== "") blanks += character;
      continue;
    }
    value += blanks;
    blanks = "";
    if (character === '"') quoted = !quoted;
    else value += character === "\\" ? takeEscape(cursor) : character;
  }
  if (quoted) throw badLine(cursor);
  return value;
}

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", b: "\b", '"': '"', "\\": "\\", "\n": "" };

function takeEscape(cursor: Cursor): string {
  const character = escapes[cursor.text.charAt(++cursor.at)];
  if (character === undefined) throw badLine(cursor);
  return character;
}

function take(cursor: Cursor, pattern: RegExp): RegExpExecArray {
  pattern.lastIndex = cursor.at;
  const match = pattern.exec(cursor.text);
  if (match === null) throw badLine(cursor);
  cursor.at = pattern.lastIndex;
  return match;
}

function badLine(cursor: Cursor): TrackerError {
  const line = cursor.text.slice(0, cursor.at).split("\n").length;
  return new TrackerError(
    "invalid",
    `Line ${line} of ${cursor.path} can't be read`,
    "Correct it: `git config --edit` opens it.",
  );
}

/** The remotes among settings, in order, with the address that each is fetched from. */
export function remotesIn(entries: Iterable<readonly [key: string, value: string]>): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of entries) {
    const name = /^remote\.(.+)\.url$/s.exec(key)?.[1];
    if (name !== undefined && !name.startsWith("-")) found.set(name, value);
  }
  return found;
}

function givenEntries(env: Variables): ConfigEntry[] {
  const count = Number(env.GIT_CONFIG_COUNT ?? 0) || 0;
  const entries: ConfigEntry[] = [];
  for (let i = 0; i < count; i++) {
    const key = env[`GIT_CONFIG_KEY_${i}`];
    if (key === undefined) break;
    entries.push({ key: canonicalKey(key), value: env[`GIT_CONFIG_VALUE_${i}`] ?? "" });
  }
  return entries;
}
