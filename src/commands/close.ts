/** The command `close`: finishes issues, and says why. */
import { nearest, TrackerError } from "../core/errors.ts";
import { type Resolution, resolutions } from "../core/issue.ts";
import { visible } from "../core/text.ts";
import { anyNumber, command } from "./command.ts";
import { printChanged } from "./print.ts";

export const close = command({
  usage: "ID…",
  words: [1, anyNumber],
  flags: {
    reason: { type: "string", short: "r", value: "REASON", help: "completed (the default), not-planned or duplicate" },
    comment: { type: "string", short: "c", value: "TEXT", help: "say something with it" },
  },
  examples: [
    "git tracker close 4f2a",
    'git tracker close 4f2a -c "Fixed in 3f9c2d1"',
    "git tracker close 4f2a 9c1d -r not-planned",
  ],
  async run(env, { words, flags }) {
    const { closeIssues } = await import("../tracker/flow.ts");
    const resolution = parseReason(flags.reason ?? "completed");
    const changes = await closeIssues(await env.open(words), words, { resolution, comment: flags.comment });
    await printChanged(env, flags, changes);
  },
});

/** gh writes `not planned`. */
function parseReason(text: string): Resolution {
  const wanted = text
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, "-");
  const found = resolutions.find((resolution) => resolution === wanted);
  if (found !== undefined) return found;
  const near = nearest(wanted, resolutions);
  const meant = near === undefined ? "" : `Did you mean \`${near}\`? `;
  throw new TrackerError(
    "invalid",
    `There is no reason \`${visible(text)}\``,
    `${meant}Reasons: ${resolutions.join(", ")}.`,
  );
}
