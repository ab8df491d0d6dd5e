/** Repositories carried as lines: what `export jsonl` writes of a tracker, and `import jsonl` makes of such a text. */
import { exportLines } from "../../src/bridge/export.ts";
import { readStreams } from "../../src/bridge/jsonl.ts";
import type { Oid } from "../../src/core/commit.ts";
import { refs } from "../../src/store/refs.ts";
import { exportIssues } from "../../src/tracker/export.ts";
import { importStreams, type StreamsImported } from "../../src/tracker/import-streams.ts";
import { parse } from "../../src/tracker/read.ts";
import type { Tracker } from "../../src/tracker/tracker.ts";

/** All issues, archived and deleted ones too. */
const everything = "(is:deleted OR NOT is:deleted) (is:archived OR NOT is:archived) sort:created-asc";

export async function carry(tracker: Tracker, query = everything): Promise<string> {
  const exported = await exportIssues(tracker, await parse(tracker, query));
  return (await Array.fromAsync(exportLines(exported))).join("");
}

export async function receive(tracker: Tracker, text: string | Uint8Array): Promise<StreamsImported> {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  async function* files() {
    yield { name: "issues.jsonl", bytes };
  }
  return await importStreams(tracker, readStreams(files()));
}

/** Every ref of ours, and where it points. */
export async function tipsOf({ store }: Tracker): Promise<Record<string, Oid>> {
  return Object.fromEntries(await store.listRefs(refs.root));
}
