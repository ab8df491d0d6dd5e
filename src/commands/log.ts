/** The command `log`: the audit trail. */
import { command, outputFlags } from "./command.ts";
import { limitOf } from "./paging.ts";
import { isText, printItems } from "./print.ts";

export const log = command({
  usage: "[ID]",
  words: [0, 1],
  flags: {
    since: { type: "string", value: "WHEN", help: "as in 2026-12-01, monday, 7d, 3h" },
    author: { type: "string", value: "WHO", help: "what this person did; @me is you" },
    limit: { type: "string", short: "L", value: "N", help: "so many commits at most (50, or the setting list.limit)" },
    ...outputFlags,
  },
  details:
    "Every event of one issue or of all, the newest first: who did what, and when. Nothing is ever taken out of it.",
  examples: ["git tracker log 4f2a", "git tracker log --since 7d --author @me", "git tracker log --json -L 100"],
  async run(env, { words: [id], flags }) {
    const tracker = await env.open(id === undefined ? [] : [id]);
    const { log: readLog } = await import("../tracker/read.ts");
    const { refresh } = await import("../tracker/refresh.ts");
    const { resolvePerson } = await import("../tracker/resolve.ts");
    const { logFields, logItem } = await import("./log-item.ts");
    const { renderLog } = await import("../render/log.ts");
    const { parseSince } = await import("./since.ts");
    const since = flags.since === undefined ? undefined : parseSince(flags.since, env.style);
    await refresh(tracker);
    const author = flags.author === undefined ? undefined : await resolvePerson(tracker, flags.author);
    const limit = limitOf(tracker, flags);
    // One more than is shown, to know whether there are more.
    const found = await readLog(tracker, { id, author, since, limit: limit === undefined ? undefined : limit + 1 });
    const entries = found.slice(0, limit);
    await printItems(env, flags, {
      kind: "log",
      page: { items: entries.map(logItem), total: entries.length, next: null },
      known: logFields,
      rowFields: ["at", "author", "shortId", "what"],
      idField: "commit",
      text: () => renderLog(entries, env.style),
    });
    if (!isText(flags)) return;
    if (entries.length === 0) env.err("Nothing happened.");
    if (entries.length < found.length) env.err(`There is more: --limit ${2 * entries.length}`);
  },
});
