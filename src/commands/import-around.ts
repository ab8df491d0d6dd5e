/** `import` without a word: looks around for issues of other systems, and says what would bring them here. Writes nothing. */
import { headBytesMax, mayHoldIssues, recogniseSource } from "../bridge/recognise.ts";
import { sources } from "../bridge/sources.ts";
import { visible } from "../core/text.ts";
import type { Env } from "./env.ts";

export interface Importable {
  readonly system: string;
  /** Null: it is in the repository itself. */
  readonly path: string | null;
  /** For a shell. */
  readonly command: string;
}

/** Where trackers keep their files, below the folder that they work in. A folder of exports may lie beside them. */
const places: readonly (readonly [path: string, system: string])[] = [
  [".beads/issues.jsonl", "beads"],
  [".beads/beads.jsonl", "beads"],
  ["backlog/tasks", "backlog"],
  [".backlog/tasks", "backlog"],
  ["tree/project/issues.ndjson", "gitlab"],
];
/** A folder that holds more is not one of exports. */
const filesMax = 1000;

export async function lookAround(env: Env, asJson: boolean): Promise<void> {
  const tracker = await env.open();
  const { foreignIssues } = await import("../tracker/around.ts");
  const found: (Importable & { readonly what: string })[] = [];
  for (const { system, count } of await foreignIssues(tracker)) {
    const what = `${count} ${count === 1 ? "issue" : "issues"} of ${system} in this repository`;
    found.push({ system, path: null, command: `git tracker import ${system}`, what });
  }
  for (const { system, path } of filesAround(env)) {
    const what = `${system === "csv" ? "a table of issues" : `issues of ${system}`} in ${visible(path)}`;
    found.push({ system, path, command: `git tracker import ${system} ${shellWord(path)}`, what });
  }
  if (asJson) {
    const { envelope, renderJson } = await import("../render/json.ts");
    const items = found.map(({ system, path, command }) => ({ system, path, command }));
    env.out(renderJson(envelope("importable", { items }), env.style));
    return;
  }
  for (const { what, command } of found) env.out(`${what}\n    ${command}`);
  if (found.length === 0) {
    env.err("nothing here that is known to be another tracker's");
    env.err("hint: See what can be imported: git tracker help import");
  }
}

/** In the folder one stands in and, if that lies below it, in the one where the working tree begins. */
function* filesAround({ files }: Env): Generator<{ readonly system: string; readonly path: string }> {
  for (const folder of foldersAround(files)) {
    const at = (path: string) => (folder === "" ? path : `${folder}${path}`);
    for (const [place, system] of places) {
      if (!files.exists(at(place)) || !sources.some(({ name }) => name === system)) continue;
      yield { system, path: system === "beads" ? at(place) : at(place.split("/")[0] ?? place) };
    }
    for (const name of files
      .names(folder === "" ? "." : folder)
      .filter(mayHoldIssues)
      .slice(0, filesMax)) {
      // A name that drives a terminal, or breaks a line, can't be told in a command.
      const system = visible(name) === name ? recogniseSource(name, files.start(at(name), headBytesMax)) : undefined;
      if (system !== undefined) yield { system, path: at(name) };
    }
  }
}

function foldersAround(files: Env["files"]): string[] {
  let up = "";
  for (let depth = 0; depth < 40; depth++, up += "../") {
    if (files.exists(`${up}.git`)) return up === "" ? [""] : ["", up];
  }
  return [""];
}

/** A word as every shell reads it back. One that begins with a dash must not be taken for a flag. */
function shellWord(text: string): string {
  const word = text.startsWith("-") ? `./${text}` : text;
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
