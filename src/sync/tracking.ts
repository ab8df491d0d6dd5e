/** Tracking refs: what a remote had when it was last asked. */
import type { Oid } from "../core/commit.ts";
import { refs, streamName } from "../store/refs.ts";
import type { Store } from "../store/store.ts";

export async function trackingTips(store: Store, remote: string): Promise<Map<string, Oid>> {
  const prefix = refs.remote(remote);
  const found = await store.listRefs(prefix);
  return new Map(
    [...found].flatMap(([ref, tip]): [string, Oid][] => {
      const name = streamName(refs.root + ref.slice(prefix.length));
      return name === undefined ? [] : [[name, tip]];
    }),
  );
}

/** Remembers that the remote has these. The writer lock must be held. */
export async function track(store: Store, remote: string, tips: ReadonlyMap<string, Oid>): Promise<void> {
  const tracking = await trackingTips(store, remote);
  const updates = [...tips]
    .map(([name, to]) => ({ ref: refs.remote(remote) + name, from: tracking.get(name), to }))
    .filter(({ from, to }) => from !== to);
  // New ones apart: those are set in one step, however many they are. Moved by a fetch at the same moment: that one knows better.
  await store.swap(updates.filter(({ from }) => from === undefined));
  await store.swap(updates.filter(({ from }) => from !== undefined));
}
