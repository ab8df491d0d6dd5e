/**
 * D4: texts that others wrote never control a terminal, whatever field they are in and whichever command prints them. The texts
 * are in one repository, an issue for each text; every command runs over all of it.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { commands } from "../../src/commands/table.ts";
import { refs } from "../../src/store/refs.ts";
import { findSteering } from "../render/hostile.ts";
import { binary } from "../support/binary.ts";
import { corpus, rawBytes } from "./corpus.ts";
import { forgeIssue, forgeProject, forgeRawIssue, forgeRubbish, openForge } from "./crafted.ts";
import { effortHere, sample } from "./effort.ts";
import { slotsFor } from "./slots.ts";
import { openStage, type Played, type Seat, type Stage } from "./stage.ts";
import { tourOf } from "./tour.ts";
import { thingsOf } from "./world.ts";

const effort = effortHere();
/** Commands over so many issues take as long as that on a busy machine. */
const slow = 300_000;
/** The suite has time for some of the texts; `HOSTILE_RUNS=5` takes all of them. */
const texts = sample(corpus, Math.round(150 * effort.runs), effort.seed);
const raw = sample(rawBytes, Math.round(15 * effort.runs), effort.seed);
const stage = openStage();
const ids: string[] = [];

beforeAll(() => {
  const gitDir = join(stage.cwd, ".git");
  const forge = openForge(gitDir);
  for (const [number, text] of texts.entries()) ids.push(forgeIssue(forge, text, number, ids.at(-1)));
  for (const [number, bytes] of raw.entries()) ids.push(forgeRawIssue(forge, bytes, number));
  forgeRubbish(forge, texts.slice(0, 60));
  forgeProject(forge, gitDir, texts.slice(0, 60));
  writeFileSync(join(gitDir, "HEAD"), "ref: refs/heads/\u202eevil\n");
  writeFileSync(join(stage.cwd, "github.json"), githubOf(texts.slice(0, 50)));
}, slow);
afterAll(() => stage[Symbol.dispose]());

const seats: Readonly<Record<string, Seat>> = {
  "a wide terminal in colour": { columns: 132, color: "ansi" },
  "a narrow terminal": { columns: 40 },
  "a pipe": {},
};

test(
  "there are more than 500 texts, in all fields of as many issues",
  async () => {
    expect(corpus.length).toBeGreaterThan(500);
    const { out } = await stage.play(["list", "--all", "--json", "--limit", "10000"]);
    const { items } = JSON.parse(out);
    // Some of the records made at random delete their issue.
    expect(items.length).toBeGreaterThan(0.8 * ids.length);
  },
  slow,
);

test("the tour leads through every command", () => {
  const visited = new Set(tourOf({ ids: ["1"], some: ["1", "2", "3"] }).map(([name]) => name));
  expect(commands.filter(({ name }) => !visited.has(name))).toEqual([]);
});

describe("what the commands print of it", () => {
  for (const [name, seat] of Object.entries(seats)) {
    test(
      `on ${name} holds nothing that a terminal obeys`,
      async () => {
        const troubles = await tour(async (args) => [await stage.play(args, seat), seat]);
        expect(troubles).toEqual([]);
      },
      slow,
    );
  }

  test(
    "as JSON is JSON, and holds escapes where something else was",
    async () => {
      const troubles = await tour(async (args) => {
        const played = await stage.play([...args, "--json"]);
        if (played.code === 0 && args[0] !== "help" && !args.includes("--format"))
          for (const line of jsonsOf(args, played)) JSON.parse(line);
        return [played, {}];
      });
      expect(troubles).toEqual([]);
    },
    slow,
  );

  test(
    "in a pseudo-terminal has the same bytes from the executable",
    async () => {
      const program = await binary();
      const some = sample(ids, 100, effort.seed);
      const lines = tourOf({ ids: some, some: some.slice(0, 2) }).filter(([name = ""]) =>
        ["list", "show", "board", "log", "search", "deps", "label", "doctor"].includes(name),
      );
      const troubles: string[] = [];
      for (const args of sample(lines, 14, effort.seed)) {
        const shown = await onTerminal(stage, [program, ...args]);
        const steering = findSteering(withoutOwn(shown));
        if (steering !== undefined) troubles.push(`${args.join(" ").slice(0, 80)}: ${steering}`);
      }
      expect(troubles).toEqual([]);
    },
    slow,
  );
});

test(
  `what refuses a text says so harmlessly (seed ${effort.seed})`,
  async () => {
    const slots = await slotsFor(await thingsOf(stage));
    const cases = slots.flatMap((slot) => corpus.map((text) => ({ slot, text })));
    const troubles: string[] = [];
    for (const { slot, text } of sample(cases, Math.round(250 * effort.runs), effort.seed)) {
      if (["purge", "delete", "archive", "import", "init", "reindex", "export"].includes(slot.command)) continue;
      const seat = text.length % 2 === 0 ? { columns: 80, color: "ansi" as const } : {};
      const trouble = troubleOf(slot.with(text), await stage.play(slot.with(text), seat), seat);
      if (trouble !== undefined) troubles.push(trouble);
    }
    expect(troubles).toEqual([]);
  },
  slow,
);

test(
  "settings with such texts are shown or refused harmlessly",
  async () => {
    using other = openStage();
    const troubles: string[] = [];
    for (const text of sample(corpus, Math.round(40 * effort.runs), effort.seed)) {
      for (const toml of settingsWith(text)) {
        writeFileSync(join(other.cwd, "git-tracker.toml"), toml);
        for (const args of [["config", "list", "--origin"], ["board"], ["config", "get", "types", "--json"]]) {
          const trouble = troubleOf(args, await other.play(args, { columns: 80 }), { columns: 80 });
          if (trouble !== undefined) troubles.push(`${JSON.stringify(toml)}: ${trouble}`);
        }
      }
    }
    expect(troubles).toEqual([]);
  },
  slow,
);

/** Runs all of the tour, and starts again from the same refs afterwards. Returns what went wrong. */
async function tour(play: (args: readonly string[]) => Promise<readonly [Played, Seat]>): Promise<string[]> {
  const before = stage.git("for-each-ref", "--format=create %(refname) %(objectname)", refs.issues);
  const troubles: string[] = [];
  for (const args of tourOf({ ids, some: sample(ids, Math.round(5 * effort.runs), effort.seed) })) {
    const [played, seat] = await play(args);
    const trouble = troubleOf(args, played, seat);
    if (trouble !== undefined) troubles.push(trouble);
  }
  restore(before);
  return troubles;
}

function restore(before: string): void {
  const forge = openForge(join(stage.cwd, ".git"));
  for (const line of before.split("\n")) {
    const [, ref = "", tip = ""] = line.split(" ");
    if (ref !== "") forge.point(ref.slice(refs.issues.length), tip);
  }
}

function troubleOf(args: readonly string[], { out, err, code, crash }: Played, seat: Seat): string | undefined {
  const line = JSON.stringify(args.map((arg) => arg.slice(0, 60)).slice(0, 8));
  if (code === undefined) return `${line} crashed: ${crash instanceof Error ? crash.stack : crash}`;
  const steering = findSteering(out) ?? findSteering(err);
  if (steering !== undefined) return `${line}: ${steering}`;
  return seat.color !== "ansi" && `${out}${err}`.includes("\x1b") ? `${line}: colour that nobody asked for` : undefined;
}

function jsonsOf([command, format]: readonly string[], { out }: Played): string[] {
  return command === "export" && (format === "jsonl" || format === "github")
    ? out.split("\n").filter((line) => line !== "")
    : [out];
}

/** What the program itself sends to a terminal besides colours: line ends, and the line of progress that is drawn over. */
function withoutOwn(shown: string): string {
  return shown.replaceAll("\r\n", "\n").replaceAll("\r\x1b[K", "");
}

/** The bytes that a terminal gets; a byte that is no UTF-8 throws. */
async function onTerminal({ cwd, environment }: Stage, command: readonly string[]): Promise<string> {
  const line = command.map((part) => `'${part.replaceAll("'", "'\\''")}'`).join(" ");
  const child = Bun.spawn(
    ["script", "--quiet", "--return", "--command", `stty rows 50 cols 100; ${line}`, "/dev/null"],
    {
      cwd,
      env: { ...environment, TERM: "xterm", LANG: "C.UTF-8" },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    },
  );
  return new TextDecoder("utf-8", { fatal: true }).decode(await child.stdout.bytes());
}

function settingsWith(text: string): string[] {
  const quoted = JSON.stringify(text.toWellFormed());
  return [
    `types = [${quoted}]\npriorities = [${quoted}]\n[workflow]\nstatuses = [${quoted}, { name = "done", category = "done" }]\n`,
    `[list]\nquery = ${quoted}\n[default]\ntype = ${quoted}\n[templates.${quoted}]\ntitle = ${quoted}\n`,
    `branch.template = ${quoted}\n`,
    `# ${text}\n`,
    text,
    `${quoted} = 1\n`,
    `color = ${quoted}\n`,
  ];
}

function githubOf(texts: readonly string[]): string {
  return texts
    .map((text, at) =>
      JSON.stringify({
        number: at + 1,
        url: `https://api.github.com/repos/o/r/issues/${at + 1}`,
        title: `${text} needle`,
        body: text,
        state: "open",
        user: { login: text, id: at },
        labels: [{ name: text }],
        milestone: { title: text },
        created_at: "2026-01-01T00:00:00Z",
      }),
    )
    .join("\n");
}
