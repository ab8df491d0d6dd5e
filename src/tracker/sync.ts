/** The verbs `sync`, `pull` and `push`: everything comes together by itself, and what could not is told. */
import { isAbsolute, join } from "node:path";
import type { Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import type { IssueSummary } from "../core/view.ts";
import { inTurn } from "../platform/lock.ts";
import { systemSleep } from "../platform/sleep.ts";
import { isPlainRef, refs, streamName } from "../store/refs.ts";
import { withoutSecrets } from "../sync/address.ts";
import { type Synced, type SyncOptions, sync } from "../sync/engine.ts";
import type { Refused } from "../sync/transport.ts";
import { readProject } from "./project.ts";
import { checkOwn, checkReceived } from "./received.ts";
import { onFreshIndex } from "./refresh.ts";
import { type RemoteState, readRemoteState, writeRemoteState } from "./sync-state.ts";
import type { Tracker } from "./tracker.ts";
import { tidyUp } from "./write.ts";
import { asWriter } from "./writer.ts";

export interface SyncChoice {
  /** Undefined: the one that the settings, the branch or there being no other says. */
  readonly remote: string | undefined;
  readonly direction: SyncOptions["direction"];
  readonly mode: SyncOptions["mode"];
  /** True: what could not be fetched before is asked for again. */
  readonly again?: boolean;
}

export interface SyncedIssue extends Pick<Synced, "came" | "sent"> {
  readonly id: Oid;
  /** Undefined where nothing was taken over yet, or it doesn't count. */
  readonly issue: IssueSummary | undefined;
  /** True if something of it, or all of it, does not count: show and doctor say why. */
  readonly quarantined: boolean;
}

export interface SyncedProject {
  readonly conflicted: boolean;
  /** True if something of it does not count: `project show` says why. */
  readonly quarantined: boolean;
}

export interface SyncReport {
  readonly remote: string;
  /** What became of the members, teams and labels; undefined: nothing. */
  readonly project: (Pick<Synced, "came" | "sent"> & SyncedProject) | undefined;
  readonly issues: readonly SyncedIssue[];
  readonly refused: readonly (Omit<Refused, "name"> & { readonly id: string })[];
  readonly rewound: readonly Oid[];
}

export async function syncIssues(
  tracker: Tracker,
  { remote: asked, direction, mode, again = false }: SyncChoice,
): Promise<SyncReport> {
  const { store, chance, progress } = tracker;
  tracker.share();
  const remote = await chooseRemote(tracker, asked);
  const before = readRemoteState(tracker, remote)?.held ?? [];
  const held = again ? [] : heldNow(before, tracker.clock.now());
  const result = await sync({
    store,
    transport: await tracker.openTransport(remote),
    remote,
    direction,
    mode,
    held,
    check: (name, stream, whose) => (whose === "theirs" ? checkReceived : checkOwn)(tracker, name, stream),
    writing: (work) =>
      asWriter(store, async () => {
        const done = await work();
        await tidyUp(tracker);
        return done;
      }),
    inTurn: (work) => inTurnAt(tracker, remote, work),
    sleep: systemSleep,
    clock: tracker.clock,
    chance,
    progress,
  });
  const told = result.refused.map((each) => ({
    id: idOf(each.name),
    reason: isAmong(held, each) ? `${each.reason} (not asked for again; see: git tracker doctor)` : each.reason,
    by: each.by,
  }));
  if (mode === "do") {
    const at = tracker.clock.now();
    const stillHeld = held.filter((each) => direction === "push" || isAmong(result.refused, each));
    const newlyHeld = result.refused.flatMap((each) =>
      each.tip === undefined || isAmong(held, each) ? [] : [{ ...each, tip: each.tip, at }],
    );
    writeRemoteState(tracker, remote, { at, refused: told, held: [...stillHeld, ...newlyHeld] });
  }
  const streams = result.streams.filter(({ name }) => name !== projectName);
  const ids = streams.map(({ name }) => idOf(name));
  const found = await onFreshIndex(tracker, () => tracker.index.summaries(ids));
  tracker.folds.clear();
  const issues = new Map(found.map((issue) => [issue.id, issue]));
  const refused = tracker.index.broken().flatMap((each) => (each.refused ? [each.id] : []));
  const quarantined = new Set([...tracker.index.quarantined(), ...refused]);
  return {
    remote,
    project: await reportProject(
      tracker,
      result.streams.find(({ name }) => name === projectName),
    ),
    issues: streams.map(({ name, came, sent }) => {
      const id = idOf(name);
      return { id, came, sent, issue: issues.get(id), quarantined: quarantined.has(id) };
    }),
    refused: told,
    rewound: result.rewound.map(idOf),
  };
}

/** What could not be fetched is not asked for again for a day: meanwhile somebody may have mended it where it is. */
const heldMsMax = 24 * 60 * 60_000;

function isAmong(all: readonly Refused[], { name, tip }: Refused): boolean {
  return all.some((each) => each.name === name && each.tip === tip);
}

function heldNow(held: RemoteState["held"], now: number): RemoteState["held"] {
  return held.filter(({ at }) => at <= now && now - at < heldMsMax);
}

/** Whoever was outrun takes turns with the other syncs of this person's machine: a crowd that only tries gets through far later. */
async function inTurnAt(tracker: Tracker, remote: string, work: () => Promise<void>): Promise<void> {
  const { env, folder } = tracker.programs;
  const own = env.XDG_CACHE_HOME ?? "";
  const cache = isAbsolute(own) ? own : env.HOME && join(env.HOME, ".cache");
  const address = (await tracker.store.remotes()).get(remote);
  if (!cache || address === undefined) return await work();
  const name = new Bun.CryptoHasher("sha256").update(/^\.{1,2}\//.test(address) ? join(folder, address) : address);
  tracker.progress("Waiting for other syncs", 0, undefined);
  await inTurn(join(cache, "git-tracker/turns", name.digest("hex").slice(0, 16)), turnWaitMsMax, work);
}

/** In a crowd of 100 the last one waits for half a minute. */
const turnWaitMsMax = 120_000;

/** The remote that is meant when nobody says which. Throws `not-found`. */
export async function chooseRemote(tracker: Tracker, asked: string | undefined): Promise<string> {
  const { store, config } = tracker;
  const remotes = await store.remotes();
  if (asked !== undefined) {
    if (remotes.has(asked)) return checkName(asked);
    const shown = visible(withoutSecrets(asked));
    throw new TrackerError("not-found", `There is no remote ${shown}`, "Add it with: git tracker remote add NAME URL");
  }
  const branch = await store.currentBranch();
  const ofBranch = branch === undefined ? undefined : await store.gitConfig(`branch.${branch}.remote`);
  const [only] = remotes.size === 1 ? remotes.keys() : [];
  for (const name of [config.syncRemote, ofBranch, "origin", only]) {
    if (name !== null && name !== undefined && remotes.has(name)) return checkName(name);
  }
  throw remotes.size === 0
    ? new TrackerError("not-found", "This repository has no remote", "Add one with: git tracker remote add origin URL")
    : new TrackerError(
        "ambiguous",
        `Which remote: ${[...remotes.keys()].map((name) => visible(name)).join(", ")}?`,
        "git tracker config set sync.remote NAME",
      );
}

/** Below the remote's name stand its tracking refs. */
function checkName(remote: string): string {
  if (isPlainRef(refs.remote(remote).slice(0, -1))) return remote;
  const shown = visible(remote);
  throw new TrackerError(
    "invalid",
    `The remote ${shown} has a name that refs can't have`,
    `Give it one of letters and digits: git remote rename ${shown} NAME`,
  );
}

const projectName = streamName(refs.project);

async function reportProject(tracker: Tracker, synced: Synced | undefined): Promise<SyncReport["project"]> {
  if (synced === undefined) return undefined;
  const { conflicts, quarantined } = await readProject(tracker);
  const { came, sent } = synced;
  return { came, sent, conflicted: conflicts.length > 0, quarantined: quarantined.length > 0 };
}

/** The id of the issue; of the project's stream, its name. */
function idOf(name: string): Oid {
  return name.slice(name.indexOf("/") + 1);
}
