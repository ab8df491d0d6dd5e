/**
 * Sessions as people have them: command lines in a temporary repository, run in this process against the real store and index, with
 * time that passes a minute per command. What is printed comes back as one text.
 */
import { expect } from "bun:test";
import type { Env } from "../../src/commands/env.ts";
import { globalChoice } from "../../src/commands/global.ts";
import { findInvocation, run } from "../../src/commands/run.ts";
import { schemaOf } from "../../src/commands/schemas.ts";
import { personalFiles } from "../../src/process/files.ts";
import { confirm } from "../../src/process/person.ts";
import { upgrade } from "../../src/process/upgrade.ts";
import { createStyle } from "../../src/render/style.ts";
import { createPlace } from "../../src/tracker/place.ts";
import { violations } from "./json-schema.ts";
import { makeRepository, type TestRepository } from "./repository.ts";
import { countingChance } from "./tracker.ts";

export interface Session extends Disposable {
  readonly repository: TestRepository;
  /** Where the person stands: in the repository, unless they go elsewhere. */
  cwd: string;
  /** Columns of the terminal that a person sits at; undefined: nobody does, and output goes into a pipe. */
  columns: number | undefined;
  /** What the person does in the editor, one time after the other. */
  readonly edits: ((text: string) => string)[];
  /** What the person says to a question. */
  answer: boolean;
  /** The executable that runs; undefined: it isn't compiled. */
  executable: string | undefined;
  /** What standard input holds. */
  stdin: string;
  /**
   * Runs a command line. Results come back as they are, everything else behind `! `, an exit code other than 0 at the end. Object ids
   * are named in the order in which the session sees them, so that no expectation depends on how commits are spelled.
   */
  $(...args: string[]): Promise<string>;
  /** Runs a command line. Returns its results alone, just as they are. */
  raw(...args: string[]): Promise<string>;
  /** Runs a command line with `--json`. Returns what was printed, checked against the schema of its kind. */
  json(...args: string[]): Promise<Json>;
  /** Makes an issue. Returns its id. */
  make(...args: string[]): Promise<string>;
}

/** A result: `any` in a test says less than the schema that it was checked against. */
export type Json = Readonly<Record<string, unknown>> & { readonly kind: string };

export interface SessionOptions {
  /** Who sits there. */
  readonly who?: string;
  /** Ids that another session has named. */
  readonly names?: Map<string, string>;
  /** Where; dispose removes it. */
  readonly repository?: TestRepository;
  /** What the clock says before the first command, in milliseconds since 1970. */
  readonly start?: number;
}

export function openSession({
  who = "Ada <ada@example.com>",
  names = new Map(),
  repository = makeRepository(),
  start = Date.UTC(2026, 0, 15, 12),
}: SessionOptions = {}): Session {
  const chance = countingChance();
  let now = start;

  const session: Session = {
    repository,
    cwd: repository.cwd,
    columns: undefined,
    edits: [],
    answer: true,
    executable: undefined,
    stdin: "",
    async $(...args) {
      const { printed, code } = await play(args);
      const text = printed.map(({ text, result }) => (result ? text : text.replace(/^(?=.)/gm, "! "))).join("");
      return nameIds(`${text}${code === 0 ? "" : `[exit ${code}]\n`}`, names).trimEnd();
    },
    async raw(...args) {
      const { printed } = await play(args);
      return printed.map(({ text, result }) => (result ? text : "")).join("");
    },
    async json(...args) {
      const { printed } = await play([...args, "--json"]);
      const value: Json = JSON.parse(printed.map(({ text }) => text).join(""));
      if (args.includes("--fields")) return value; // The schema is about what nobody has cut.
      const schema = schemaOf(value.kind);
      expect(schema).toBeDefined();
      expect(violations(value, schema ?? {})).toEqual([]);
      return value;
    },
    async make(...args) {
      const { printed, code } = await play(["new", "-q", ...args]);
      expect({ code, printed }).toMatchObject({ code: 0, printed: [{ result: true }] });
      const id = printed[0]?.text.trim() ?? "";
      nameIds(id, names);
      return id;
    },
    [Symbol.dispose]: () => repository[Symbol.dispose](),
  };

  async function play(args: readonly string[]) {
    now += 60_000;
    const printed: { text: string; result: boolean }[] = [];
    const invocation = findInvocation(args);
    const choice = globalChoice(invocation.args);
    const tell = (text: string, result: boolean) => {
      if (text !== "") printed.push({ text: text.endsWith("\n") ? text : `${text}\n`, result });
    };
    const err = (text: string) => {
      if (!choice.quiet) tell(text, false);
    };
    const files = personalFiles(session.cwd);
    const clock = { now: () => now, zone: () => "+0000" };
    const place = createPlace({
      repo: choice.repo,
      allRepos: choice.allRepos,
      cwd: session.cwd,
      environment: repository.env,
      uid: undefined,
      clock,
      chance,
      flags: choice.settings,
      actor: choice.as ?? who,
      interactive: false,
      progress: () => undefined,
      warn: (text) => err(`warning: ${text}`),
    });
    const env: Env = {
      version: "1.2.3 (abcdef)",
      out: (text) => tell(text, true),
      err,
      fail: (text) => tell(text, false),
      style: createStyle({ color: "none", width: session.columns, now, zoneOffset: () => 0 }),
      interactive: session.columns !== undefined,
      cwd: session.cwd,
      environment: repository.env,
      files: {
        ...files,
        readText: async (path) => (path === "-" ? session.stdin : await files.readText(path)),
        read: async (path) => (path === "-" ? new TextEncoder().encode(session.stdin) : await files.read(path)),
        stream: (path) => (path === "-" ? new Blob([session.stdin]).stream() : files.stream(path)),
        writeParts: async (path, parts) => {
          if (path !== "-") return await files.writeParts(path, parts);
          tell((await Array.fromAsync(parts)).join(""), true);
        },
        write: async (path, bytes) => {
          if (path !== "-") return await files.write(path, bytes);
          tell(typeof bytes === "string" ? bytes : new TextDecoder().decode(bytes), true);
        },
      },
      open: (ids) => place.one(ids),
      openAll: () => place.all(),
      opening: async () => place.options,
      edit: async (text) => {
        const edit = session.edits.shift();
        if (edit === undefined) throw new Error("Nobody expected the editor");
        return edit(text);
      },
      confirm: async (question) =>
        session.columns === undefined ? confirm(question, { interactive: false, say: err }) : session.answer,
      upgrade: (wish) =>
        upgrade(
          {
            version: env.version,
            target: session.executable === undefined ? undefined : "linux-x64",
            path: session.executable ?? "",
            environment: repository.env,
            clock,
            chance,
            say: err,
          },
          wish,
        ),
      close: () => undefined,
    };
    const code = await run(env, invocation);
    place.close();
    return { printed, code };
  }

  return session;
}

/** `oid-001` for a short one, `oid-001…` for a full one. */
function nameIds(text: string, names: Map<string, string>): string {
  return text.replace(/\b[0-9a-f]{7,40}\b/g, (id) => {
    const key = id.slice(0, 7);
    const name = names.get(key) ?? `oid-${String(names.size + 1).padStart(3, "0")}`;
    names.set(key, name);
    return id.length === 40 ? `${name}…` : name;
  });
}
