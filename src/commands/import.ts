/** `import`: brings issues from another system, with their histories. */
import { nearest, TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import type { ImportedIssue } from "../tracker/import.ts";
import type { Tracker } from "../tracker/tracker.ts";
import { command, usageError } from "./command.ts";
import type { Env } from "./env.ts";

export const importCommand = command({
  usage: "github FILE|FOLDER…",
  words: [1, 1000],
  flags: {},
  details: [
    "github  issues as GitHub's REST API gives them, with their timeline events, one per line or per file, plain or gzip;",
    "        or what `gh issue list --json …` prints. `-` is standard input.",
    "All of it is imported or nothing. Importing again adds only what is new. Authors and times are kept.",
  ].join("\n"),
  examples: [
    "git tracker import github issues.jsonl.gz",
    "gh issue list --state all --limit 10000 --json number,title,body,state,stateReason,labels,assignees,author,comments,createdAt,closedAt,milestone,url | git tracker import github -",
  ],
  async run(env, { words, flags }) {
    const [system = "", ...paths] = words;
    const tracker = await env.open();
    const read = readers[system];
    if (!Object.hasOwn(readers, system) || read === undefined) throw unknownSystem(system);
    if (paths.length === 0) throw usageError("import", `Something is missing: git tracker import ${system} FILE`);
    const skipped = new Map<string, number>();
    const issues: ImportedIssue[] = [];
    for await (const issue of read(env, tracker, paths, skipped)) {
      issues.push(issue);
      tracker.progress("Reading", issues.length, undefined);
    }
    if (issues.length === 0)
      throw new TrackerError("invalid", "There are no issues in what was given", "Check the file.");
    const { importIssues } = await import("../tracker/import.ts");
    const result = await importIssues(tracker, issues);
    if (flags.json) {
      const { envelope, renderJson } = await import("../render/json.ts");
      env.out(renderJson(envelope("import", { ...result, skipped: Object.fromEntries(skipped) }), env.style));
      return;
    }
    env.out(
      result.created + result.updated === 0
        ? `nothing new: ${counted(result.unchanged, "issue")} here already`
        : `imported ${counted(result.created, "issue")}, updated ${result.updated}, ${counted(result.commits, "change")} in all`,
    );
    const left = [...skipped.values()].reduce((sum, count) => sum + count, 0);
    if (left > 0)
      env.err(`left out what changes no issue here: ${counted(left, "entry", "entries")}; --json counts them by kind`);
  },
});

type Reader = (
  env: Env,
  tracker: Tracker,
  paths: readonly string[],
  skipped: Map<string, number>,
) => AsyncIterable<ImportedIssue>;

const readers: Readonly<Record<string, Reader>> = { github: readGitHub };

async function* readGitHub(
  env: Env,
  tracker: Tracker,
  paths: readonly string[],
  skipped: Map<string, number>,
): AsyncGenerator<ImportedIssue> {
  const { importGitHub } = await import("../bridge/github.ts");
  async function* files() {
    for (const path of paths) {
      for (const name of await env.files.list(path)) yield { name, bytes: await env.files.read(name) };
    }
  }
  yield* importGitHub(
    { files: files() },
    {
      settings: tracker.config,
      now: { seconds: Math.floor(tracker.clock.now() / 1000), zone: "+0000" },
      skipped: (kind) => skipped.set(kind, (skipped.get(kind) ?? 0) + 1),
    },
  );
}

function unknownSystem(system: string): TrackerError {
  const near = nearest(system, Object.keys(readers));
  return new TrackerError(
    "invalid",
    `There is no import from \`${visible(system)}\``,
    near === undefined ? `There is: ${Object.keys(readers).join(", ")}.` : `Did you mean: git tracker import ${near}`,
  );
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
