/** The commands `sync`, `pull` and `push`: what came, what went, what is in conflict, what was refused. */
import { exitCodes, TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import type { SyncChoice, SyncedIssue, SyncReport } from "../tracker/sync.ts";
import type { SyncOutcome } from "../tracker/sync-all.ts";
import { command, usageError } from "./command.ts";
import type { Env } from "./env.ts";

const flags = {
  "dry-run": { type: "boolean", short: "n", help: "only say what would come and go" },
} as const;

const fetchFlags = {
  ...flags,
  again: { type: "boolean", help: "ask again, too, for what could not be fetched before" },
} as const;

const heldDetails =
  "What git can't fetch, since it is damaged there or git's settings refuse it, is asked for again when the remote has another, after a day, or with --again.";

export const sync = command({
  usage: "[REMOTE]",
  words: [0, 1],
  flags: {
    ...fetchFlags,
    auto: { type: "boolean", help: "as sync.auto starts it: later, once for all who want it, and without a word" },
  },
  details: [
    "Without a name it is the remote of the setting sync.remote, of the branch, or origin. Nothing of git's own settings is used or changed.",
    "With the setting sync.auto, commands sync by themselves, in the background.",
    heldDetails,
  ].join("\n"),
  examples: ["git tracker sync", "git tracker sync upstream", "git tracker sync --dry-run"],
  async run(env, { words: [remote], flags: given }) {
    if (!given.auto) return await syncNow(env, given, { ...choiceOf(given), remote, direction: "both" });
    if (given["dry-run"]) throw usageError("sync", "--auto and --dry-run don't go together");
    if (given.again) throw usageError("sync", "--auto and --again don't go together");
    const { runAutoSync } = await import("../tracker/auto-sync.ts");
    await runAutoSync(await env.open(), remote);
  },
});

export const pull = command({
  usage: "[REMOTE]",
  words: [0, 1],
  flags: fetchFlags,
  details: `Like sync, but nothing is sent.\n${heldDetails}`,
  examples: ["git tracker pull", "git tracker pull upstream --dry-run"],
  run: (env, { words: [remote], flags: given }) =>
    syncNow(env, given, { ...choiceOf(given), remote, direction: "pull" }),
});

export const push = command({
  usage: "[REMOTE]",
  words: [0, 1],
  flags,
  details: "Like sync, but nothing is taken: streams that others have changed are refused.",
  examples: ["git tracker push", "git tracker push upstream --dry-run"],
  run: (env, { words: [remote], flags: given }) =>
    syncNow(env, given, { ...choiceOf(given), remote, direction: "push" }),
});

function choiceOf(given: {
  readonly "dry-run": boolean;
  readonly again?: boolean;
}): Pick<SyncChoice, "mode" | "again"> {
  return { mode: given["dry-run"] ? "plan" : "do", again: given.again ?? false };
}

/** Syncs the repository, or all of a workspace. */
async function syncNow(env: Env, { json }: { readonly json: boolean }, choice: SyncChoice): Promise<void> {
  const { syncAll } = await import("../tracker/sync-all.ts");
  const outcomes = await syncAll(await env.openAll(), choice);
  const [only] = outcomes;
  if (only !== undefined && only.name === undefined) {
    if (only.report === undefined) throw only.error;
    if (json) await printJson(env, only.report);
    else printText(env, only.report, choice.mode);
    const refusal = refusalOf(only.report);
    if (refusal !== undefined) throw refusal;
    return;
  }
  if (json) await printAllJson(env, outcomes);
  else printAll(env, outcomes, choice.mode);
  const refusals = outcomes.flatMap(({ report, error }) => error ?? refusalOf(report) ?? []);
  const [worst] = refusals.sort((x, y) => exitCodes[y.code] - exitCodes[x.code]);
  if (worst === undefined) return;
  const message = `${refusals.length} of ${countOf(outcomes.length, "repositor", "y", "ies")} could not be synced in full`;
  const others = refusals.length === outcomes.length ? "" : "; the others were";
  throw new TrackerError(worst.code, message, `The lines above say why${others}.`);
}

/** What is to be said in the end of a sync that not everything took part in. */
function refusalOf({ refused }: SyncReport): TrackerError | undefined {
  if (refused.length === 0) return undefined;
  return new TrackerError(
    refused.every(({ by }) => by === "remote") ? "not-permitted" : "conflict",
    `${countOf(refused.length, "issue")} could not be synced`,
    "Each line above says why; all others were.",
  );
}

/** Each repository's issues, a line of its own, and a total. */
function printAll(env: Env, outcomes: readonly SyncOutcome[], mode: SyncChoice["mode"]): void {
  const { style } = env;
  for (const { name = "", report, error } of outcomes) {
    const mark = `${style.dim(visible(name))}  `;
    if (error !== undefined) {
      env.out(`${mark}${style.red("failed")}: ${visible(error.message)}`);
      if (error.hint !== undefined) env.err(`hint: ${visible(error.hint)}`);
    } else printText({ ...env, out: (text) => env.out(`${mark}${text}`) }, report, mode);
  }
  const reports = outcomes.flatMap(({ report }) => report ?? []);
  const issues = reports.flatMap((report) => report.issues);
  const refused = reports.flatMap((report) => report.refused);
  const project = reports.find((report) => report.project !== undefined)?.project;
  const what = mode === "plan" ? "would sync" : "synced";
  const of = reports.length === outcomes.length ? "" : ` of ${outcomes.length}`;
  env.out(`${what} ${reports.length}${of} repositories: ${sumOf({ project, issues, refused })}`);
}

async function printAllJson(env: Env, outcomes: readonly SyncOutcome[]): Promise<void> {
  const { envelope, renderJson } = await import("../render/json.ts");
  const items = outcomes.map(({ name = "", report, error }) => ({
    repository: name,
    sync: report === undefined ? null : syncItem(report),
    error: error === undefined ? null : { code: error.code, message: error.message, hint: error.hint ?? null },
  }));
  env.out(renderJson(envelope("syncs", { items }), env.style));
}

async function printJson(env: Env, report: SyncReport): Promise<void> {
  const { envelope, renderJson } = await import("../render/json.ts");
  env.out(renderJson(envelope("sync", syncItem(report)), env.style));
}

function syncItem({ remote, project, issues, refused, rewound }: SyncReport) {
  const items = issues.map(({ id, came, sent, issue, quarantined }) => ({
    id,
    came,
    sent,
    title: issue?.title ?? null,
    conflicted: issue?.conflicted ?? false,
    quarantined,
  }));
  return { remote, project: project ?? null, issues: items, refused, rewound };
}

function printText(env: Env, report: SyncReport, mode: SyncChoice["mode"]): void {
  const { style } = env;
  const plain = report.issues.filter((each) => !isRemarkable(each));
  const untold = new Set(mode === "plan" || plain.length <= plainMax + 1 ? [] : plain.slice(plainMax));
  for (const synced of report.issues) {
    if (untold.has(synced)) continue;
    const id = synced.issue?.shortId ?? synced.id.slice(0, 7);
    const marks = marksOf(synced).join(", ");
    env.out(`${style.yellow(id)} ${marks}  ${style.dim(visible(synced.issue?.title ?? ""))}`.trimEnd());
  }
  if (untold.size > 0) env.out(style.dim(`and ${untold.size} more`));
  if (report.project !== undefined) {
    const { came: how, sent, conflicted } = report.project;
    const marks = [
      came[how],
      sent ? "sent" : undefined,
      conflicted ? "in conflict" : undefined,
      isHeld(report.project) ? "not all of it counts" : undefined,
    ];
    const said = marks.filter((mark) => mark !== undefined).join(", ");
    env.out(`${style.yellow("project")} ${said}  ${style.dim("members, teams and labels")}`);
  }
  for (const { id, reason } of report.refused.slice(0, refusedMax))
    env.out(`${style.yellow(shortName(id))} ${style.red("refused")}: ${visible(shorten(reason))}`);
  const more = report.refused.length - refusedMax;
  if (more > 0) env.out(`and ${more} more ${style.red("refused")}; see them all with --json`);
  if (report.rewound.length > 0) {
    const names = report.rewound.slice(0, namedMax).map((id) => id.slice(0, 7));
    const more = report.rewound.length > namedMax ? ` and ${report.rewound.length - namedMax} more` : "";
    env.err(`warning: ${visible(report.remote)} has lost events of ${names.join(", ")}${more}; they are kept here`);
  }
  env.out(totalOf(report, mode));
  if (style.width !== undefined && report.issues.some(({ issue }) => issue?.conflicted === true))
    env.out(style.dim("See what is in conflict: git tracker conflicts"));
  if (
    style.width !== undefined &&
    [report.project, ...report.issues].some((each) => each !== undefined && isHeld(each))
  )
    env.out(style.dim("See why not all of it counts: git tracker doctor"));
}

/** So many issues that merely came or went are told line by line, but all that would. */
const plainMax = 20;
/** So many that were refused are told line by line. */
const refusedMax = 20;
/** Reasons and names that others made are shown up to here, in characters. */
const shownMax = 300;
/** So many issues are named in one warning. */
const namedMax = 5;

/** What is no id is shown as it is. */
function shortName(id: string): string {
  return /^[0-9a-f]{40,64}$/.test(id) ? id.slice(0, 7) : visible(shorten(id));
}

function shorten(text: string): string {
  return text.length <= shownMax ? text : `${text.slice(0, shownMax)}…`;
}

const came = { new: "new", forward: "changed", merged: "merged", same: undefined } as const;

/** What a person may have to look at is told of every issue. */
function isRemarkable({ came: how, issue, quarantined }: SyncedIssue): boolean {
  return issue?.conflicted === true || isHeld({ came: how, quarantined });
}

/** True if something came, and not all of the stream counts. */
function isHeld({ came: how, quarantined }: Pick<SyncedIssue, "came" | "quarantined">): boolean {
  return quarantined && how !== "same";
}

function marksOf({ came: how, sent, issue, quarantined }: SyncedIssue): string[] {
  const marks = [
    came[how],
    sent ? "sent" : undefined,
    issue?.conflicted ? "in conflict" : undefined,
    isHeld({ came: how, quarantined }) ? "not all of it counts" : undefined,
  ];
  return marks.filter((mark) => mark !== undefined);
}

/** `synced with origin: 2 new, 1 changed, 3 sent`. */
function totalOf(report: SyncReport, mode: SyncChoice["mode"]): string {
  const what = mode === "plan" ? "would sync" : "synced";
  return `${what} with ${visible(report.remote)}: ${sumOf(report)}`;
}

function sumOf({ project, issues, refused }: Pick<SyncReport, "project" | "issues" | "refused">): string {
  const count = (test: (synced: SyncedIssue) => boolean) => issues.filter(test).length;
  const parts = [
    [count((each) => each.came === "new"), "new"],
    [count((each) => each.came === "forward"), "changed"],
    [count((each) => each.came === "merged"), "merged"],
    [count((each) => each.sent), "sent"],
    [count((each) => each.issue?.conflicted === true), "in conflict"],
    [count(isHeld), "with what does not count"],
    [refused.length, "refused"],
  ] as const;
  const said = parts.flatMap(([number, what]) => (number === 0 ? [] : [`${number} ${what}`]));
  return [...(project === undefined ? [] : ["the project"]), ...said].join(", ") || "nothing new";
}

function countOf(number: number, what: string, one = "", many = "s"): string {
  return `${number} ${what}${number === 1 ? one : many}`;
}
