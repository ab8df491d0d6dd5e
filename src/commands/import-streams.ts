/** `import jsonl`: takes streams over that were exported from another repository. */
import type { StreamSource } from "../bridge/sources.ts";
import { TrackerError } from "../core/errors.ts";
import { counted } from "./counted.ts";
import type { Env } from "./env.ts";

export async function runImportStreams(
  env: Env,
  source: StreamSource,
  paths: readonly string[],
  asJson: boolean,
): Promise<void> {
  const tracker = await env.open();
  const read = await source.load();
  const { importStreams } = await import("../tracker/import-streams.ts");
  const { project, ...result } = await importStreams(tracker, read(filesOf(env, paths)));
  const issues = result.created + result.updated + result.unchanged;
  if (issues === 0 && project === undefined) {
    throw new TrackerError("invalid", "There are no issues in what was given", source.emptyHint);
  }
  if (asJson) {
    const { envelope, renderJson } = await import("../render/json.ts");
    const item = { ...result, dangling: 0, circular: 0, skipped: {}, mapped: {}, kept: {} };
    env.out(renderJson(envelope("import", item), env.style));
    return;
  }
  env.out(
    result.created + result.updated === 0
      ? `nothing new: ${counted(result.unchanged, "issue")} here already`
      : `imported ${counted(result.created, "issue")}, updated ${result.updated}: ${counted(result.commits, "change")}, ${counted(result.comments, "comment")} among them`,
  );
  if (project !== undefined && project !== "same") env.err("members, teams and labels came, too");
}

async function* filesOf({ files }: Env, paths: readonly string[]) {
  for (const path of paths) {
    for (const name of await files.list(path)) yield { name, bytes: files.stream(name) };
  }
}
