/** What needs the person who sits there: their editor, their pager, an answer. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import type { Variables } from "../platform/git.ts";
import { runEditor, runPager } from "../platform/process.ts";
import type { Tracker } from "../tracker/tracker.ts";

/** Opens the editor on a text. Returns what was saved. The order of whose choice it is, is git's, after our own setting. */
export async function editText(
  text: string,
  extension: string,
  environment: Variables,
  tracker: Tracker | undefined,
): Promise<string> {
  const { GIT_EDITOR, VISUAL, EDITOR } = environment;
  const chosen = tracker?.config.editor ?? GIT_EDITOR ?? (await tracker?.store.gitConfig("core.editor"));
  const folder = mkdtempSync(join(tmpdir(), "git-tracker-"));
  const path = join(folder, `edit${extension}`);
  try {
    await Bun.write(path, text);
    await runEditor(chosen ?? VISUAL ?? EDITOR ?? "vi", path, environment);
    return await Bun.file(path).text();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Shows a text in the pager. Returns false if the person has chosen none, or it isn't there. */
export async function page(text: string, environment: Variables, tracker: Tracker | undefined): Promise<boolean> {
  const { GIT_PAGER, PAGER } = environment;
  const chosen =
    tracker?.config.pager ?? GIT_PAGER ?? (await tracker?.store.gitConfig("core.pager")) ?? PAGER ?? "less";
  return chosen !== "" && chosen !== "cat" && (await runPager(chosen, text, environment));
}

/** Asks a yes or no question. Throws `invalid` if nobody is there to answer. */
export async function confirm(
  question: string,
  asked: { readonly interactive: boolean; readonly say: (text: string) => void },
): Promise<boolean> {
  if (!asked.interactive)
    throw new TrackerError("invalid", "Nobody is here to answer", "Say it on the command line: --yes");
  asked.say(`${visible(question)} [y/N] `);
  for await (const answer of console) return /^y(?:es)?$/i.test(answer.trim());
  return false;
}
