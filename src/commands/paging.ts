/** How much of a long result is shown, and what is said where nothing is, or not all. */
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import type { Page } from "../core/view.ts";
import type { Workspace } from "../tracker/workspace.ts";
import type { Env } from "./env.ts";
import { isText, type OutputChoice } from "./print.ts";

/** The value of `--limit`. Throws `invalid` for what is no number of things. */
export function parseLimit(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new TrackerError(
    "invalid",
    `--limit takes a number of at least 1, not \`${visible(text)}\``,
    "As in: --limit 20",
  );
}

/** Programs get all there is; people, and pipes that read lines, a page. Undefined: no limit. */
export function limitOf(
  { config }: Pick<Workspace, "config">,
  choice: OutputChoice & { readonly limit?: string | undefined },
): number | undefined {
  if (choice.limit !== undefined) return parseLimit(choice.limit);
  return isText(choice) ? config.listLimit : undefined;
}

/** What is said of an empty result: `empty` where there are issues, else how to come by the first. */
export async function emptiness({ members }: Workspace, empty: string): Promise<string> {
  const indexes = members.map(({ tracker }) => tracker.index);
  const total = indexes.reduce((sum, index) => sum + index.tips().size, 0);
  const uncounted = indexes.flatMap((index) => index.broken()).filter(({ refused }) => refused).length;
  if (total > 0 && total === uncounted) {
    const what = total === 1 ? "The issue here does not count" : `None of the ${total} issues here counts`;
    return `${what}; see why: git tracker doctor`;
  }
  if (total > 0) return empty;
  const first = 'git tracker new "What is to be done"';
  for (const { tracker } of members) {
    const { lastSyncAt } = await import("../tracker/sync-state.ts");
    if (lastSyncAt(tracker) === 0 && (await tracker.store.remotes()).size > 0) {
      return `There are no issues here yet. Get those of the remote: git tracker sync; or make the first: ${first}`;
    }
  }
  return `There are no issues yet. Make the first: ${first}`;
}

/** Says beside the result that it is empty, or how much was left out where the result itself doesn't. */
export async function tellRest(
  env: Env,
  workspace: Workspace,
  choice: OutputChoice,
  { page, empty }: { readonly page: Page<unknown>; readonly empty: string },
): Promise<void> {
  if (!isText(choice)) return;
  if (page.items.length === 0) {
    env.err(await emptiness(workspace, empty));
    return;
  }
  if (env.style.width !== undefined || page.next === null) return;
  const { renderRest } = await import("../render/list.ts");
  env.err(renderRest(page) ?? "");
}
