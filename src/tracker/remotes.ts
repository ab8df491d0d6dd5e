/** Verbs about remotes: which there are, how one stands to what is here, adding and removing them. */
import type { Oid } from "../core/commit.ts";
import { nearest, TrackerError } from "../core/errors.ts";
import { toLine, visible } from "../core/text.ts";
import { isPlainRef, refs, streamName } from "../store/refs.ts";
import { withoutSecrets } from "../sync/address.ts";
import { type Difference, differences, relationOf } from "../sync/plan.ts";
import { forgetRemoteState, type RemoteState, readRemoteState } from "./sync-state.ts";
import type { Tracker } from "./tracker.ts";
import { asWriter } from "./writer.ts";

export interface Remote {
  readonly name: string;
  /** Where it is, without passwords. */
  readonly address: string;
  /** When it was last synced with, in milliseconds since 1970. */
  readonly syncedAt: number | undefined;
}

export interface RemoteStanding extends Remote {
  /** Where it is pushed to, if that is another place. */
  readonly pushAddress: string | undefined;
  /** How many issues it had when it was last asked. */
  readonly issues: number;
  /** Of how many streams, issues or the project's, there is something to send, and something to take. */
  readonly ahead: number;
  readonly behind: number;
  readonly refused: RemoteState["refused"];
}

export async function listRemotes(tracker: Tracker): Promise<Remote[]> {
  const remotes = await tracker.store.remotes();
  return [...remotes].map(([name, address]) => ({
    name,
    address: withoutSecrets(address),
    syncedAt: readRemoteState(tracker, name)?.at,
  }));
}

/** Throws `not-found`. */
export async function showRemote(tracker: Tracker, name: string): Promise<RemoteStanding> {
  const { store } = tracker;
  const address = withoutSecrets(await addressOf(tracker, name));
  const push = await store.gitConfig(`remote.${name}.pushurl`);
  const state = readRemoteState(tracker, name);
  const here = await tipsBelow(tracker, refs.root, refs.issues);
  const project = await store.readRef(refs.project);
  if (project !== undefined) here.set(refs.project.slice(refs.root.length), project);
  const there = await tipsBelow(tracker, refs.remote(name), refs.remote(name));
  return {
    name,
    address,
    pushAddress: push === undefined ? undefined : withoutSecrets(push),
    syncedAt: state?.at,
    issues: [...there.keys()].filter((stream) => (refs.root + stream).startsWith(refs.issues)).length,
    ...(await compare(tracker, differences(here, there))),
    refused: state?.refused ?? [],
  };
}

/** Adds a remote as `git remote add` does. Throws `invalid` and `conflict`. Returns it. */
export async function addRemote(tracker: Tracker, name: string, url: string): Promise<Remote> {
  const shown = visible(name);
  if (!isPlainRef(refs.remote(name).slice(0, -1))) {
    throw new TrackerError("invalid", `A remote can't be called ${shown}`, "Give it a name of letters and digits.");
  }
  if (url === "" || url.startsWith("-") || toLine(url) !== url) {
    throw new TrackerError("invalid", `\`${visible(withoutSecrets(url))}\` is no address`, "Give it a URL or a path.");
  }
  const remotes = await tracker.store.remotes();
  const other = [...remotes.keys()].find(
    (each) => each === name || `${each}/`.startsWith(`${name}/`) || `${name}/`.startsWith(`${each}/`),
  );
  if (other !== undefined) {
    const what =
      other === name
        ? `There is a remote ${shown} already`
        : `There can't be a remote ${shown} beside ${visible(other)}`;
    throw new TrackerError("conflict", what, `See it with: git tracker remote show ${visible(other)}`);
  }
  await asWriter(tracker.store, () => tracker.store.changeRemotes({ kind: "add", name, url }));
  return { name, address: withoutSecrets(url), syncedAt: undefined };
}

/** Removes a remote, and forgets what it had. Nothing of the issues here goes. Throws `not-found`. Returns it as it was. */
export async function removeRemote(tracker: Tracker, name: string): Promise<Remote> {
  const { store } = tracker;
  const address = withoutSecrets(await addressOf(tracker, name));
  const syncedAt = readRemoteState(tracker, name)?.at;
  await asWriter(store, async () => {
    await store.changeRemotes({ kind: "remove", name });
    const tracking = await store.listRefs(refs.remote(name));
    await store.swap([...tracking].map(([ref, from]) => ({ ref, from, to: undefined })));
  });
  forgetRemoteState(tracker, name);
  return { name, address, syncedAt };
}

async function addressOf({ store }: Tracker, name: string): Promise<string> {
  const remotes = await store.remotes();
  const address = remotes.get(name);
  if (address !== undefined) return address;
  const near = nearest(name, remotes.keys());
  throw new TrackerError(
    "not-found",
    `There is no remote ${visible(withoutSecrets(name))}`,
    near === undefined ? "See them with: git tracker remote list" : `Did you mean: ${visible(near)}`,
  );
}

/** The tips of streams, by their names below the root. */
async function tipsBelow({ store }: Tracker, root: string, prefix: string): Promise<Map<string, Oid>> {
  const found = await store.listRefs(prefix);
  return new Map(
    [...found].flatMap(([ref, tip]): [string, Oid][] => {
      const name = streamName(refs.root + ref.slice(root.length));
      return name === undefined ? [] : [[name, tip]];
    }),
  );
}

async function compare(
  { store }: Tracker,
  differing: readonly Difference[],
): Promise<{ readonly ahead: number; readonly behind: number }> {
  const both = differing.flatMap(({ here, there }) => (here === undefined || there === undefined ? [] : [here, there]));
  const histories: ReadonlySet<Oid>[] = [];
  for await (const stream of store.readStreams(both)) {
    histories.push(new Set("broken" in stream ? [] : stream.commits.map(({ oid }) => oid)));
  }
  let at = 0;
  let ahead = 0;
  let behind = 0;
  for (const difference of differing) {
    const isInBoth = difference.here !== undefined && difference.there !== undefined;
    const ours = isInBoth ? histories[at++] : undefined;
    const theirs = isInBoth ? histories[at++] : undefined;
    const relation = relationOf(
      difference,
      (oid) => theirs?.has(oid) === true,
      (oid) => ours?.has(oid) === true,
    );
    if (relation === "ahead" || relation === "diverged") ahead++;
    if (relation === "new" || relation === "behind" || relation === "diverged") behind++;
  }
  return { ahead, behind };
}
