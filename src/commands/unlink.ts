/** The command `unlink`: removes links. */
import { nearest, TrackerError } from "../core/errors.ts";
import { type LinkKind, linkKinds } from "../core/issue.ts";
import { visible } from "../core/text.ts";
import { anyNumber, command } from "./command.ts";
import { effective, printChanged } from "./print.ts";

export const unlink = command({
  usage: "ID ID…",
  words: [2, anyNumber],
  flags: {
    kind: {
      type: "string",
      value: "KIND",
      help: "blocks, relates or duplicates; all of them otherwise",
      choices: linkKinds,
    },
  },
  details: "Removes the links between the first issue and the others, whichever of the two they start from.",
  examples: ["git tracker unlink 4f2a 9c1d", "git tracker unlink 4f2a 9c1d --kind blocks"],
  async run(env, { words: [id = "", ...targets], flags }) {
    const { unlinkIssues } = await import("../tracker/links.ts");
    const changes = await unlinkIssues(await env.open([id]), id, targets, parseKind(flags.kind));
    await printChanged(env, flags, flags.json ? changes : effective(changes));
  },
});

function parseKind(text: string | undefined): LinkKind | undefined {
  if (text === undefined) return undefined;
  const found = linkKinds.find((kind) => kind === text.toLowerCase());
  if (found !== undefined) return found;
  const near = nearest(text, linkKinds);
  const meant = near === undefined ? "" : `Did you mean \`${near}\`? `;
  throw new TrackerError(
    "invalid",
    `There is no kind of link \`${visible(text)}\``,
    `${meant}Kinds: ${linkKinds.join(", ")}.`,
  );
}
