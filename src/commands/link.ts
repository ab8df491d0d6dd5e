/** The command `link`: links issues. */
import type { LinkKind } from "../core/issue.ts";
import type { Tracker } from "../tracker/tracker.ts";
import { anyNumber, command, type Flags, usageError, type Values } from "./command.ts";
import { effective, printChanged } from "./print.ts";

const kinds = {
  blocks: { type: "list", value: "IDS", help: "these wait for it" },
  "blocked-by": { type: "list", value: "IDS", help: "it waits for these" },
  relates: { type: "list", value: "IDS", help: "these have to do with it" },
  duplicates: { type: "list", value: "IDS", help: "it says the same as these" },
} as const satisfies Flags;

export const link = command({
  usage: "ID --blocks|--blocked-by|--relates|--duplicates ID…",
  words: [1, anyNumber],
  flags: kinds,
  details:
    "One kind of link at a time, to as many issues as you like. Links that would make a circle are refused.\n" +
    "The issues may be of several repositories of a workspace.",
  examples: [
    "git tracker link 4f2a --blocks 9c1d",
    "git tracker link 4f2a --blocked-by 9c1d,77e0",
    "git tracker link @ --relates 9c1d",
  ],
  async run(env, { words: [id = "", ...more], flags }) {
    const tracker = await env.open([id]);
    const { kind, targets } = chosenKind(flags);
    const changes = await makeLinks(tracker, { id, kind, targets: [...targets, ...more] });
    await printChanged(env, flags, flags.json ? changes : effective(changes));
  },
});

interface Links {
  readonly id: string;
  readonly kind: LinkKind | "blocked-by";
  readonly targets: readonly string[];
}

function chosenKind(flags: Values<typeof kinds>): Pick<Links, "kind" | "targets"> {
  const names = ["blocks", "blocked-by", "relates", "duplicates"] as const;
  const [kind, ...others] = names.filter((name) => flags[name].length > 0);
  if (kind === undefined) throw usageError("link", "What kind of link? As in: git tracker link ID --blocks ID");
  if (others.length > 0) throw usageError("link", "One kind of link at a time");
  return { kind, targets: flags[kind] };
}

async function makeLinks(tracker: Tracker, { id, kind, targets }: Links) {
  const { linkIssues, waitFor } = await import("../tracker/links.ts");
  if (kind === "blocked-by") return await waitFor(tracker, id, targets);
  return await linkIssues(tracker, id, kind, targets);
}
