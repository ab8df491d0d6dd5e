/** `import`: brings issues from another system, with their histories. */
import { archiveEnd, type ImportContext, type SourceFolder } from "../bridge/source.ts";
import { findSource, type Source, type StreamSource, sources } from "../bridge/sources.ts";
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import type { ImportedIssue } from "../tracker/import.ts";
import type { Tracker } from "../tracker/tracker.ts";
import { command, usageError } from "./command.ts";
import { counted } from "./counted.ts";
import type { Env } from "./env.ts";

export const importCommand = command({
  usage: "[SOURCE] [FILE|FOLDER|REPOSITORY…]",
  words: [0, 1000],
  values: { SOURCE: sources.map(({ name }) => name) },
  flags: {
    map: { type: "list", value: "FIELD=COLUMN", help: "which column of a csv file holds what" },
  },
  details: [
    "Without a word it looks around for issues of other systems and says which command would bring them here.",
    "",
    ...sources.map(({ name, takes, summary }) => `${name} ${takes}\n${summary.replace(/^/gm, "    ")}`),
    "",
    "`-` is standard input. All of it is imported or nothing. Importing again adds only what is new. Authors and times are kept.",
  ].join("\n"),
  examples: ["git tracker import github issues.jsonl.gz", ...sources.map(({ example }) => example)],
  async run(env, { words, flags }) {
    const [name, ...paths] = words;
    if (name === undefined) {
      const { lookAround } = await import("./import-around.ts");
      await lookAround(env, flags.json);
      return;
    }
    const source = findSource(name);
    checkPaths(source, paths);
    if (flags.map.length > 0 && !("hasColumns" in source)) {
      throw usageError("import", `--map is for csv, not for ${name}`);
    }
    if (source.kind === "streams") {
      const { runImportStreams } = await import("./import-streams.ts");
      await runImportStreams(env, source, paths, flags.json);
      return;
    }
    const tracker = await env.open();
    const left = countedKinds();
    const stood = countedKinds();
    const kept = countedKinds();
    const context: ImportContext = {
      settings: tracker.config,
      actor: await tracker.actor(),
      columns: new Map(flags.map.map(readMapping)),
      now: { seconds: Math.floor(tracker.clock.now() / 1000), zone: "+0000" },
      skipped: left.add,
      mapped: (what, from, to) => stood.add(`${what} ${from} -> ${to}`),
      kept: kept.add,
    };
    const { importIssues } = await import("../tracker/import.ts");
    using opened = await openSource(env, tracker, source, paths);
    const result = await importIssues(tracker, {
      [Symbol.asyncIterator]() {
        left.clear();
        stood.clear();
        kept.clear();
        return opened.read(context)[Symbol.asyncIterator]();
      },
    });
    if (result.created + result.updated + result.unchanged === 0)
      throw new TrackerError("invalid", "There are no issues in what was given", source.emptyHint ?? "Check the file.");
    if (flags.json) {
      const { envelope, renderJson } = await import("../render/json.ts");
      const item = { ...result, skipped: left.byKind(), mapped: stood.byKind(), kept: kept.byKind() };
      env.out(renderJson(envelope("import", item), env.style));
      return;
    }
    env.out(
      result.created + result.updated === 0
        ? `nothing new: ${counted(result.unchanged, "issue")} here already`
        : `imported ${counted(result.created, "issue")}, updated ${result.updated}: ${counted(result.commits, "change")}, ${counted(result.comments, "comment")} among them`,
    );
    if (stood.total() > 0) env.err(`under other names here: ${stood.listed()}`);
    if (kept.total() > 0) {
      env.err(`types that the settings lack: ${kept.listed()}`);
      const plain = Object.keys(kept.byKind()).filter((type) => /^[\w.+-]+$/.test(type));
      const all = [...tracker.config.types, ...plain].join(",");
      env.err(`hint: To give them to new issues, too: git tracker config set types '${all}'`);
    }
    if (left.total() > 0) env.err(`left out: ${left.listed()}`);
    if (result.dangling > 0) env.err(`left out: ${counted(result.dangling, "link")} to what is neither there nor here`);
    if (result.circular > 0) env.err(`left out: ${counted(result.circular, "link")} that would close a circle`);
  },
});

function checkPaths({ kind = "files", name, takes }: Source, paths: readonly string[]): void {
  if (kind !== "repository" && paths.length === 0)
    throw usageError("import", `Something is missing: git tracker import ${name} ${takes}`);
  if ((kind === "folder" || kind === "repository") && paths.length > 1)
    throw usageError(
      "import",
      `\`${visible(paths[1] ?? "")}\` is one word too many: git tracker import ${name} ${takes}`,
    );
}

interface OpenSource extends Disposable {
  /** Begins anew each time. */
  read(context: ImportContext): AsyncIterable<ImportedIssue>;
}

async function openSource(
  env: Env,
  tracker: Tracker,
  source: Exclude<Source, StreamSource>,
  paths: readonly string[],
): Promise<OpenSource> {
  if (source.kind === "repository") {
    const read = await source.load();
    const repository = await tracker.openForeign(paths[0]);
    return { read: (context) => read(repository, context), [Symbol.dispose]: () => repository.close() };
  }
  if (source.kind === "folder") {
    const read = await source.load();
    const folder = folderAt(env, paths[0] ?? ".");
    return { read: (context) => read(folder, context), [Symbol.dispose]: () => {} };
  }
  const read = await source.load();
  const stdin = paths.includes("-") ? await env.files.read("-") : undefined; // It can't be read again.
  return { read: (context) => read(filesOf(env, paths, stdin), context), [Symbol.dispose]: () => {} };
}

function folderAt({ files }: Env, path: string): SourceFolder {
  if (!files.exists(path))
    throw new TrackerError("not-found", `There is no folder ${visible(path)}`, "Check the path.");
  const within = (name: string) => `${path}/${name}`;
  return {
    exists: (name) => files.exists(within(name)),
    list: async (name) => await files.list(within(name)),
    read: async (name) => await files.read(name),
  };
}

async function* filesOf({ files }: Env, paths: readonly string[], stdin: Uint8Array | undefined) {
  for (const path of paths) {
    for (const name of await files.list(path)) {
      if (path === "-" && stdin !== undefined) yield { name, bytes: stdin };
      else if (archiveEnd.test(name)) yield { name, bytes: reopened(() => files.stream(name)) };
      else yield { name, bytes: await files.read(name) };
    }
  }
}

/** An archive may be larger than memory, and is gone through more than once. */
function reopened(open: () => AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => open()[Symbol.asyncIterator]() };
}

function readMapping(text: string): [field: string, column: string] {
  const at = text.indexOf("=");
  if (at < 1) throw usageError("import", `\`${visible(text)}\` maps nothing: --map title=Summary`);
  return [text.slice(0, at), text.slice(at + 1)];
}

const kindsShownMax = 12;

function countedKinds() {
  const counts = new Map<string, number>();
  return {
    add: (kind: string) => {
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    },
    clear: () => counts.clear(),
    byKind: () => Object.fromEntries(counts),
    /** The most frequent first, safe for a terminal. */
    listed: () => {
      const kinds = [...counts].sort((a, b) => b[1] - a[1]);
      const shown = kinds.slice(0, kindsShownMax).map(([kind, count]) => `${visible(kind)} (${count})`);
      return [...shown, ...(kinds.length > kindsShownMax ? ["…; --json tells all"] : [])].join(", ");
    },
    total: () => [...counts.values()].reduce((sum, count) => sum + count, 0),
  };
}
