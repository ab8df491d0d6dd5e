/** The turn of a writer: what moves refs runs while none of ours does, after what a dead one began is finished. */
import { lockWaitMsMax, withWriterLock } from "../platform/lock.ts";
import type { Store } from "../store/store.ts";

/** Throws `unavailable` when the lock can't be had in time, `not-permitted` in a read-only folder. */
export async function asWriter<T>(store: Store, work: () => Promise<T>): Promise<T> {
  return await withWriterLock(store.folder, lockWaitMsMax, async () => {
    await store.recover();
    return await work();
  });
}
