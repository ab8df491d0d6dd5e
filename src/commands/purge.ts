/** `purge`: destroys issues for good; it asks first, or wants `--yes`. */
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import { command } from "./command.ts";

export const purge = command({
  usage: "ID…",
  words: [1, 1000],
  flags: { yes: { type: "boolean", short: "y", help: "don't ask" } },
  details: "Unlike everything else, this can't be undone. To take an issue out of sight, use: git tracker delete ID",
  examples: ["git tracker purge 4f2a1b3", "git tracker purge 4f2a1b3 --yes"],
  async run(env, { words, flags }) {
    const tracker = await env.open(words);
    const { showIssues } = await import("../tracker/read.ts");
    const { purgeIssues } = await import("../tracker/purge.ts");
    const issues = await showIssues(tracker, words);
    if (!flags.yes) {
      const names = issues.map(({ shortId, title }) => `${shortId} ${visible(title)}`).join(", ");
      if (!(await env.confirm(`Destroy ${names} for good?`))) {
        throw new TrackerError("invalid", "Nothing was purged", "Take it out of sight instead: git tracker delete ID");
      }
    }
    const purged = await purgeIssues(
      tracker,
      issues.map(({ id }) => id),
    );
    if (flags.json) {
      const { issueItem, pageEnvelope, renderJson } = await import("../render/json.ts");
      const items = purged.map(issueItem);
      env.out(renderJson(pageEnvelope("issues", { items, total: items.length, next: null }), env.style));
      return;
    }
    for (const { shortId, title } of purged)
      env.out(`${env.style.yellow(shortId)} purged  ${env.style.dim(visible(title))}`);
  },
});
