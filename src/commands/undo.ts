/** The command `undo`: takes back the last change, or all that somebody did, by writing its inverse. */
import { clipEnd } from "../core/caret.ts";
import type { KnownEvent } from "../core/event.ts";
import type { Undone } from "../tracker/undo.ts";
import { command, usageError } from "./command.ts";
import type { Env } from "./env.ts";
import { changedLine, printJson } from "./print.ts";

export const undo = command({
  usage: "[ID]",
  words: [0, 1],
  flags: {
    author: { type: "string", value: "WHO", help: "all that this person or agent did, with --since" },
    since: { type: "string", value: "WHEN", help: "as in 2026-12-01, monday, 7d, 3h" },
  },
  details:
    "Takes back all that the last command here changed, or, with an ID, the last change of that issue, whoever made it.\n" +
    "With --author and --since, all that somebody did since then; what others have built on stays and is named.\n" +
    "History stays: an undo is a change like any other, and undoing it redoes.",
  examples: ["git tracker undo", "git tracker undo 4f2a", "git tracker undo --author bot@example.com --since 3h"],
  async run(env, { words: [id], flags }) {
    if ((flags.author === undefined) !== (flags.since === undefined)) {
      throw usageError("undo", "--author and --since go together: git tracker undo --author WHO --since WHEN");
    }
    const { undo: takeBack } = await import("../tracker/undo.ts");
    const tracker = await env.open(id === undefined ? [] : [id]);
    const { issues, project } = await takeBack(tracker, { id, ...(await parseWho(env, flags)) });
    if (flags.json) {
      const { envelope, issueItem } = await import("../render/json.ts");
      const items = issues.map(({ issue, ...what }) => ({ issue: issueItem(issue), ...what }));
      await printJson(env, envelope("undo", { items, project: project ?? [] }));
      return;
    }
    await printIssues(env, issues);
    if (project !== undefined) {
      const { describeProjectEvent } = await import("../core/project-subject.ts");
      const { visible } = await import("../core/text.ts");
      for (const event of project) env.out(visible(describeProjectEvent(event)));
    }
    if (issues.some(({ kept }) => kept.length > 0)) env.err("What was kept has been built on by others since.");
  },
});

/** Of so many issues it is told what was taken back, and of each so many changes, in so many columns. */
const [issuesMax, changesMax, columnsMax] = [20, 3, 60];

/** An import is taken back in one command, too: nobody reads thousands of lines, but what was kept is always told. */
async function printIssues(env: Env, issues: readonly Undone[]): Promise<void> {
  const { describeEvent } = await import("../render/log.ts");
  const { dim, red, yellow } = env.style;
  const shownMax = issues.length <= issuesMax + 1 ? issues.length : issuesMax;
  for (const [at, { issue, undone, events, kept }] of issues.entries()) {
    const said = undone.length === 0 ? "" : dim(`  (was: ${inShort(undone, describeEvent)})`);
    if (at < shownMax && (undone.length > 0 || kept.length === 0)) {
      env.out(`${await changedLine(env, issue, events)}${said}`);
    }
    for (const event of kept) env.out(`${yellow(issue.shortId)} ${red("kept")} ${describeEvent(event)}`);
  }
  if (shownMax < issues.length) env.out(`and ${issues.length - shownMax} more issues`);
}

/** Of an issue that is taken back as a whole, its beginning says enough. */
function inShort(undone: readonly KnownEvent[], describe: (event: KnownEvent) => string): string {
  const created = undone.find(({ type }) => type === "issue-created");
  if (created !== undefined) return clipEnd(describe(created), columnsMax);
  const more = undone.length - changesMax;
  const told = undone.slice(0, more <= 1 ? undone.length : changesMax);
  const texts = told.map((event) => clipEnd(describe(event), columnsMax)).join(", ");
  return more <= 1 ? texts : `${texts} and ${more} more`;
}

async function parseWho(
  env: Env,
  { author, since }: { readonly author: string | undefined; readonly since: string | undefined },
): Promise<{ readonly author?: string; readonly since?: number }> {
  if (author === undefined || since === undefined) return {};
  const { refresh } = await import("../tracker/refresh.ts");
  const { resolvePerson } = await import("../tracker/resolve.ts");
  const { parseSince } = await import("./since.ts");
  const tracker = await env.open();
  await refresh(tracker);
  return { author: await resolvePerson(tracker, author), since: await parseSince(since, env.style) };
}
