/** The commands `sync`, `pull` and `push`: what came, what went, what is in conflict, what was refused. */
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import type { SyncChoice, SyncedIssue, SyncReport } from "../tracker/sync.ts";
import { command, usageError } from "./command.ts";
import type { Env } from "./env.ts";

const flags = {
  "dry-run": { type: "boolean", short: "n", help: "only say what would come and go" },
} as const;

export const sync = command({
  usage: "[REMOTE]",
  words: [0, 1],
  flags: {
    ...flags,
    auto: { type: "boolean", help: "as sync.auto starts it: later, once for all who want it, and without a word" },
  },
  details: [
    "Without a name it is the remote of the setting sync.remote, of the branch, or origin. Nothing of git's own settings is used or changed.",
    "With the setting sync.auto, commands sync by themselves, in the background.",
  ].join("\n"),
  examples: ["git tracker sync", "git tracker sync upstream", "git tracker sync --dry-run"],
  async run(env, { words: [remote], flags: given }) {
    if (!given.auto) return await syncNow(env, given, { remote, direction: "both", mode: modeOf(given) });
    if (given["dry-run"]) throw usageError("sync", "--auto and --dry-run don't go together");
    const { runAutoSync } = await import("../tracker/auto-sync.ts");
    await runAutoSync(await env.open(), remote);
  },
});

export const pull = oneWay("pull", {
  details: "Like sync, but nothing is sent.",
  examples: ["git tracker pull", "git tracker pull upstream --dry-run"],
});

export const push = oneWay("push", {
  details: "Like sync, but nothing is taken: streams that others have changed are refused.",
  examples: ["git tracker push", "git tracker push upstream --dry-run"],
});

function oneWay(
  direction: SyncChoice["direction"],
  help: { readonly details: string; readonly examples: readonly string[] },
) {
  return command({
    ...help,
    usage: "[REMOTE]",
    words: [0, 1],
    flags,
    run: (env, { words: [remote], flags: given }) => syncNow(env, given, { remote, direction, mode: modeOf(given) }),
  });
}

function modeOf(given: { readonly "dry-run": boolean }): SyncChoice["mode"] {
  return given["dry-run"] ? "plan" : "do";
}

async function syncNow(env: Env, { json }: { readonly json: boolean }, choice: SyncChoice): Promise<void> {
  const { syncIssues } = await import("../tracker/sync.ts");
  const report = await syncIssues(await env.open(), choice);
  if (json) await printJson(env, report);
  else printText(env, report, choice.mode);
  if (report.refused.length === 0) return;
  throw new TrackerError(
    report.refused.every(({ by }) => by === "remote") ? "not-permitted" : "conflict",
    `${countOf(report.refused.length, "issue")} could not be synced`,
    "Each line above says why; all others were.",
  );
}

async function printJson(env: Env, { remote, project, issues, refused, rewound }: SyncReport): Promise<void> {
  const { envelope, renderJson } = await import("../render/json.ts");
  const items = issues.map(({ id, came, sent, issue, quarantined }) => ({
    id,
    came,
    sent,
    title: issue?.title ?? null,
    conflicted: issue?.conflicted ?? false,
    quarantined,
  }));
  env.out(
    renderJson(envelope("sync", { remote, project: project ?? null, issues: items, refused, rewound }), env.style),
  );
}

function printText(env: Env, report: SyncReport, mode: SyncChoice["mode"]): void {
  const { style } = env;
  for (const synced of report.issues) {
    const id = synced.issue?.shortId ?? synced.id.slice(0, 7);
    const marks = marksOf(synced).join(", ");
    env.out(`${style.yellow(id)} ${marks}  ${style.dim(visible(synced.issue?.title ?? ""))}`.trimEnd());
  }
  if (report.project !== undefined) {
    const { came: how, sent, conflicted, quarantined } = report.project;
    const marks = [
      came[how],
      sent ? "sent" : undefined,
      conflicted ? "in conflict" : undefined,
      quarantined && how !== "same" ? "not all of it counts" : undefined,
    ];
    const said = marks.filter((mark) => mark !== undefined).join(", ");
    env.out(`${style.yellow("project")} ${said}  ${style.dim("members, teams and labels")}`);
  }
  for (const { id, reason } of report.refused)
    env.out(`${style.yellow(shortName(id))} ${style.red("refused")}: ${visible(reason)}`);
  if (report.rewound.length > 0) {
    const names = report.rewound.slice(0, namedMax).map((id) => id.slice(0, 7));
    const more = report.rewound.length > namedMax ? ` and ${report.rewound.length - namedMax} more` : "";
    env.err(`warning: ${visible(report.remote)} has lost events of ${names.join(", ")}${more}; they are kept here`);
  }
  env.out(totalOf(report, mode));
}

/** So many issues are named in one warning. */
const namedMax = 5;

/** What is no id is shown as it is. */
function shortName(id: string): string {
  return /^[0-9a-f]{40,64}$/.test(id) ? id.slice(0, 7) : visible(id);
}

const came = { new: "new", forward: "changed", merged: "merged", same: undefined } as const;

function marksOf({ came: how, sent, issue, quarantined }: SyncedIssue): string[] {
  const marks = [
    came[how],
    sent ? "sent" : undefined,
    issue?.conflicted ? "in conflict" : undefined,
    quarantined && how !== "same" ? "not all of it counts" : undefined,
  ];
  return marks.filter((mark) => mark !== undefined);
}

/** `synced with origin: 2 new, 1 changed, 3 sent`. */
function totalOf({ remote, project, issues, refused }: SyncReport, mode: SyncChoice["mode"]): string {
  const count = (test: (synced: SyncedIssue) => boolean) => issues.filter(test).length;
  const parts = [
    [count((each) => each.came === "new"), "new"],
    [count((each) => each.came === "forward"), "changed"],
    [count((each) => each.came === "merged"), "merged"],
    [count((each) => each.sent), "sent"],
    [count((each) => each.issue?.conflicted === true), "in conflict"],
    [count((each) => each.quarantined && each.came !== "same"), "with what does not count"],
    [refused.length, "refused"],
  ] as const;
  const changed = project === undefined ? [] : ["the project"];
  const said = [...changed, ...parts.flatMap(([number, what]) => (number === 0 ? [] : [`${number} ${what}`]))].join(
    ", ",
  );
  const what = mode === "plan" ? "would sync" : "synced";
  return `${what} with ${visible(remote)}: ${said || "nothing new"}`;
}

function countOf(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
