/**
 * What really happened: every commit that any replica wrote, as it was meant, whatever became of it. The model and the checks know
 * this; replicas know only their own stores.
 */
import type { Actor, Commit, Oid } from "../../src/core/commit.ts";
import type { MergeStrategy } from "../../src/core/concurrency.ts";
import type { EventDraft } from "../../src/core/event.ts";
import { decodeCommit } from "../../src/core/message.ts";
import { decodeCommitObject } from "../../src/store/objects.ts";
import type { Unread } from "./foreign.ts";

/** What a commit was meant to say. */
export interface Meant {
  readonly drafts: readonly EventDraft[];
  readonly unread: readonly Unread[];
}

/** One commit of the truth. */
export interface Fact extends Meant {
  readonly oid: Oid;
  readonly parents: readonly Oid[];
  readonly author: Actor;
  readonly seconds: number;
  readonly generation: number;
  /** One bit; `seen` has this one and those of all ancestors. */
  readonly bit: bigint;
  readonly seen: bigint;
}

/** A promise that was broken. Its message is what the person with the seed reads first. */
export class Broken extends Error {}

export interface World {
  readonly strategy: MergeStrategy;
  readonly facts: ReadonlyMap<Oid, Fact>;
  fact(oid: Oid): Fact;
  record(content: Omit<Fact, "generation" | "bit" | "seen">): void;
  /** Reads a commit's bytes as the program does. Replicas share the result: it must never be changed. */
  decode(oid: Oid, bytes: Uint8Array): Commit;
}

export function createWorld(strategy: MergeStrategy): World {
  const facts = new Map<Oid, Fact>();
  const decoded = new Map<Oid, Commit>();
  const fact = (oid: Oid) => {
    const found = facts.get(oid);
    if (found === undefined) throw new Broken(`nobody ever wrote ${oid}`);
    return found;
  };
  return {
    strategy,
    facts,
    fact,
    record(content) {
      if (facts.has(content.oid)) return;
      const parents = content.parents.map(fact);
      const bit = 1n << BigInt(facts.size);
      facts.set(content.oid, {
        ...content,
        generation: 1 + Math.max(0, ...parents.map(({ generation }) => generation)),
        bit,
        seen: parents.reduce((seen, parent) => seen | parent.seen, bit),
      });
    },
    decode(oid, bytes) {
      let commit = decoded.get(oid);
      if (commit === undefined) {
        const { content, signed } = decodeCommitObject(bytes);
        commit = decodeCommit(oid, content, signed);
        decoded.set(oid, commit);
      }
      return commit;
    },
  };
}

export function hasSeen(fact: Fact, other: Fact): boolean {
  return (fact.seen & other.bit) !== 0n;
}

/** All that `tip` has seen, itself included. */
export function factsOf(world: World, tip: Oid): Fact[] {
  const top = world.fact(tip);
  return [...world.facts.values()].filter((fact) => hasSeen(top, fact));
}
