/** The command `show`: issues in full. */
import type { Oid } from "../core/commit.ts";
import type { IssueView, SignatureSummary } from "../core/view.ts";
import type { Item } from "../render/json.ts";
import type { Tracker } from "../tracker/tracker.ts";
import { anyNumber, command, outputFlags } from "./command.ts";
import { printItem, printItems } from "./print.ts";

export const show = command({
  usage: "ID…",
  words: [1, anyNumber],
  flags: {
    comments: { type: "boolean", short: "c", help: "all comments; a terminal shows the last one otherwise" },
    events: { type: "boolean", help: "what happened to it, newest first" },
    ...outputFlags,
  },
  details:
    "An id is any unique beginning of at least 4 digits, @last (touched last here) or @ (of the current branch).",
  examples: ["git tracker show 4f2a", "git tracker show @last --comments", "git tracker show 4f2a --json"],
  async run(env, { words, flags }) {
    const tracker = await env.open(words);
    const { showIssues } = await import("../tracker/read.ts");
    const { issueFields, issueItem } = await import("../render/json.ts");
    const { renderIssue } = await import("../render/show.ts");
    const { renderLog } = await import("../render/log.ts");
    const views = await showIssues(tracker, words);
    const logs = flags.events ? await readLogs(tracker, views) : undefined;
    const signatures = await readSignatures(tracker, views);
    const items = await Promise.all(
      views.map(async (view) => ({
        ...issueItem(view),
        ...signatureItem(signatures.get(view.id)),
        ...(await eventsItem(logs, view)),
      })),
    );
    const comments = flags.comments || env.style.width === undefined ? "all" : "last";
    const text = () =>
      views
        .map((view) => {
          const issue = renderIssue(view, env.style, {
            comments,
            hoursPerDay: tracker.config.hoursPerDay,
            signature: signatures.get(view.id),
          });
          return logs === undefined ? issue : `${issue}\n\n${renderLog(logs.get(view.id) ?? [], env.style)}`;
        })
        .join(`\n${env.style.dim("─".repeat(Math.min(env.style.width ?? 1, 100)))}\n`);
    const known = [...issueFields, "signature", ...(flags.events ? ["events"] : [])];
    const [only] = items;
    if (only !== undefined && items.length === 1) {
      await printItem(env, flags, { kind: "issue", item: only, known, text });
      return;
    }
    await printItems(env, flags, { kind: "issues", page: { items, total: items.length, next: null }, known, text });
  },
});

/** Of the issues of which anything is signed: only then is there anything to load. */
async function readSignatures(tracker: Tracker, views: readonly IssueView[]): Promise<Map<Oid, SignatureSummary>> {
  const signed = views.filter(({ id }) =>
    tracker.index.history({ issue: id }).some((entry) => entry.signed === "signed"),
  );
  if (signed.length === 0) return new Map();
  const { signatureOf } = await import("../tracker/verify.ts");
  return new Map(await Promise.all(signed.map(async ({ id }) => [id, await signatureOf(tracker, id)] as const)));
}

function signatureItem(signature: SignatureSummary | undefined): Item {
  return { signature: { state: signature?.state ?? "unsigned", key: signature?.key ?? null } };
}

type Logs = Awaited<ReturnType<typeof readLogs>>;

async function readLogs(tracker: Tracker, views: readonly IssueView[]) {
  const { log } = await import("../tracker/read.ts");
  return new Map(await Promise.all(views.map(async ({ id }) => [id, await log(tracker, { id })] as const)));
}

async function eventsItem(logs: Logs | undefined, { id }: IssueView): Promise<Item> {
  if (logs === undefined) return {};
  const { logItem } = await import("./log-item.ts");
  return { events: (logs.get(id) ?? []).map(logItem) };
}
