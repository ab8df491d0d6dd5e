/** A remote in memory: what it holds is another store, and a test may stand at its door. */
import type { Oid } from "../../src/core/commit.ts";
import { parentsOf } from "../../src/store/objects.ts";
import { refs } from "../../src/store/refs.ts";
import type { Refused, Transport } from "../../src/sync/transport.ts";
import type { MemoryStore } from "./memory-store.ts";

export interface Door {
  /** Runs before each push arrives, as somebody who is faster. */
  before?: () => void;
  /** The reason for which the remote takes nothing of that name. */
  refuse?: (name: string) => string | undefined;
  /** True for what can't be fetched. */
  withhold?: (name: string) => boolean;
  /** How often it was pushed to. */
  pushes: number;
}

export function memoryTransport(here: MemoryStore, there: MemoryStore, remote: string, door: Door): Transport {
  return {
    list: async () => namesBelow(there, refs.root),
    fetch: async (wanted) => {
      const refused: Refused[] = [];
      for (const { name, tip } of wanted) {
        if (door.withhold?.(name)) refused.push({ name, by: "remote", reason: "withheld" });
        else {
          copyHistory(tip, there, here);
          here.refs.set(refs.remote(remote) + name, tip);
        }
      }
      return refused;
    },
    push: async (sendings) => {
      door.pushes++;
      door.before?.();
      const refused: Refused[] = [];
      const outrun: Refused[] = [];
      for (const { name, from, to } of sendings) {
        const reason = door.refuse?.(name);
        if (reason !== undefined) refused.push({ name, by: "remote", reason });
        else if (there.refs.get(refs.root + name) !== from) outrun.push({ name, by: "remote", reason: "fetch first" });
        else {
          copyHistory(to, here, there);
          there.refs.set(refs.root + name, to);
        }
      }
      return { refused, outrun };
    },
  };
}

function namesBelow({ refs: all }: MemoryStore, prefix: string): Map<string, Oid> {
  const below = [...all].filter(([ref]) => ref.startsWith(prefix));
  return new Map(below.map(([ref, tip]) => [ref.slice(prefix.length), tip]));
}

/** The commits that a tip stands on, as git sends them, and whatever files there are. */
function copyHistory(tip: Oid, from: MemoryStore, to: MemoryStore): void {
  for (const object of from.objects.values()) if (object.type !== "commit") to.objects.set(object.oid, object);
  const pending = [tip];
  for (let oid = pending.pop(); oid !== undefined; oid = pending.pop()) {
    const object = from.objects.get(oid);
    if (object === undefined || to.objects.has(oid)) continue;
    to.objects.set(oid, object);
    pending.push(...parentsOf(object.bytes));
  }
}
