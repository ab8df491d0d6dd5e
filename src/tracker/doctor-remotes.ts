/** What `doctor` says of remotes: streams of theirs that came and can't be taken, and what is remembered of remotes that are gone. */
import type { Oid } from "../core/commit.ts";
import { limits } from "../core/limits.ts";
import { visible } from "../core/text.ts";
import { issueOfRef, refs, streamName } from "../store/refs.ts";
import type { Finding } from "./doctor.ts";
import { checkReceived } from "./received.ts";
import { readRemoteState } from "./sync-state.ts";
import type { Tracker } from "./tracker.ts";

export type RemoteFinding = Pick<Finding, "level" | "what" | "hint" | "issue">;

interface Tracked {
  readonly ref: string;
  readonly remote: string;
  /** The ref's name below what is remembered of the remote, as in `issues/<id>`. */
  readonly name: string;
  readonly tip: Oid;
}

/** So many streams of one remote are named one by one. */
const namedMax = 20;

export async function examineRemotes(tracker: Tracker): Promise<RemoteFinding[]> {
  const { store } = tracker;
  const tracked = trackedIn(await store.listRefs(refs.remotes));
  const known = await store.remotes();
  const byRemote = Map.groupBy(tracked, ({ remote }) => remote);
  const gone = [...byRemote.keys()].filter((remote) => !known.has(remote));
  const here = await store.listRefs(refs.root);
  const findings = gone.map((remote): RemoteFinding => {
    const shown = visible(remote);
    const what = `There is no remote ${shown} any more, but what it had is still remembered`;
    const hint = `It does no harm. See it: git for-each-ref ${shownRef(refs.remote(remote))}`;
    return { level: "note", what, hint, issue: null };
  });
  for (const [remote, all] of byRemote) {
    const differing = all.filter(({ name, tip }) => here.get(refs.root + name) !== tip);
    findings.push(...(await refusedOf(tracker, remote, differing)));
  }
  for (const remote of known.keys()) findings.push(...heldOf(tracker, remote, here));
  return findings;
}

/** What the remote has, and git could not fetch. */
function heldOf(tracker: Tracker, remote: string, here: ReadonlyMap<string, Oid>): RemoteFinding[] {
  const held = readRemoteState(tracker, remote)?.held ?? [];
  const lacking = held.filter(({ name, tip }) => here.get(refs.root + name) !== tip);
  const findings = lacking.slice(0, namedMax).map(({ name, reason }): RemoteFinding => {
    const issue = issueOfRef(refs.root + name) ?? null;
    const what = `What ${visible(remote)} has of ${nameOf(name, issue)} can't be fetched: ${visible(reason)}`;
    return { level: "warning", what, hint: heldHint(remote), issue };
  });
  const more = lacking.length - namedMax;
  if (more <= 0) return findings;
  const what = `${more} more of what ${visible(remote)} has can't be fetched`;
  return [...findings, { level: "warning", what, hint: heldHint(remote), issue: null }];
}

function heldHint(remote: string): string {
  return `Nothing here is affected. Have it mended there; then: git tracker pull --again ${visible(remote)}`;
}

function nameOf(name: string, issue: Oid | null): string {
  return issue === null ? visible(name) : `issue ${issue.slice(0, 10)}`;
}

async function refusedOf(tracker: Tracker, remote: string, tracked: readonly Tracked[]): Promise<RemoteFinding[]> {
  const findings: RemoteFinding[] = [];
  let more = 0;
  let at = 0;
  for await (const read of tracker.store.readStreams(
    tracked.map(({ tip }) => tip),
    limits.streamBytesMax,
  )) {
    const stream = tracked[at++];
    if (stream === undefined) break;
    const checked = await checkReceived(tracker, stream.name, read);
    if (typeof checked !== "string") continue;
    if (findings.length === namedMax) more++;
    else findings.push(refusal(stream, checked));
  }
  if (more > 0) {
    const what = `${more} more of what ${visible(remote)} has can't be taken`;
    findings.push({
      level: "warning",
      what,
      hint: `See them all: git tracker sync ${visible(remote)} --json`,
      issue: null,
    });
  }
  return findings;
}

function refusal({ ref, remote, name }: Tracked, reason: string): RemoteFinding {
  const issue = issueOfRef(refs.root + name) ?? null;
  return {
    level: "warning",
    what: `What ${visible(remote)} has of ${nameOf(name, issue)} can't be taken: ${reason}`,
    hint: `Nothing here is affected. Who wrote it, and what: git log ${shownRef(ref)}`,
    issue,
  };
}

/** A name that a shell would read as something else is nothing to type. */
function shownRef(ref: string): string {
  return /^[\w./-]+$/.test(ref) ? ref : visible(`'${ref.replaceAll("'", "'\\''")}'`);
}

function trackedIn(found: ReadonlyMap<string, Oid>): Tracked[] {
  return [...found].flatMap(([ref, tip]): Tracked[] => {
    const [remote = "", below = ""] =
      /^(.+?)\/((?:issues\/)?[^/]+)$/.exec(ref.slice(refs.remotes.length))?.slice(1) ?? [];
    const name = streamName(refs.root + below);
    return name === undefined ? [] : [{ ref, remote, name, tip }];
  });
}
