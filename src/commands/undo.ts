/** The command `undo`: takes back the last change, or all that somebody did, by writing its inverse. */
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
    const { describeEvent } = await import("../render/log.ts");
    const { dim, red } = env.style;
    for (const { issue, undone, events, kept } of issues) {
      const said = undone.length === 0 ? "" : dim(`  (was: ${inShort(undone.map(describeEvent))})`);
      if (undone.length > 0 || kept.length === 0) env.out(`${await changedLine(env, issue, events)}${said}`);
      for (const event of kept) env.out(`${env.style.yellow(issue.shortId)} ${red("kept")} ${describeEvent(event)}`);
    }
    if (project !== undefined) {
      const { describeProjectEvent } = await import("../core/project-subject.ts");
      const { visible } = await import("../core/text.ts");
      for (const event of project) env.out(visible(describeProjectEvent(event)));
    }
    if (issues.some(({ kept }) => kept.length > 0)) env.err("What was kept has been built on by others since.");
  },
});

/** So many of one issue are told in full. */
const toldMax = 8;

function inShort(events: readonly string[]): string {
  const more = events.length - toldMax;
  return more <= 1 ? events.join(", ") : `${events.slice(0, toldMax).join(", ")} and ${more} more`;
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
