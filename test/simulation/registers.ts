/**
 * Registers of the model: what each event writes to, and which writes are concurrent. Told from drafts and sets of ancestors, so that
 * it shares nothing with the program.
 */
import type { Oid } from "../../src/core/commit.ts";
import type { EventDraft } from "../../src/core/event.ts";
import { type Fact, hasSeen } from "./world.ts";

export interface Write {
  readonly fact: Fact;
  /** Null: cleared, removed or deleted. */
  readonly value: string | null;
  readonly draft: EventDraft;
}

export type Writes = readonly Write[];
export type Registers = ReadonlyMap<string, Writes>;

export const scalars = [
  "title",
  "status",
  "type",
  "priority",
  "estimate",
  "due",
  "parent",
  "milestone",
  "sprint",
] as const;

/** Every write to every register, in stream order. */
export function registersOf(facts: readonly Fact[], issue: Oid): Map<string, Write[]> {
  const registers = new Map<string, Write[]>();
  for (const fact of facts) {
    for (const draft of fact.drafts) {
      for (const [key, value] of writesOf(draft, fact, issue)) {
        const writes = registers.get(key) ?? [];
        writes.push({ fact, value, draft });
        registers.set(key, writes);
      }
    }
  }
  return registers;
}

type Entry = readonly [key: string, value: string | null];

function writesOf(draft: EventDraft, fact: Fact, issue: Oid): readonly Entry[] {
  switch (draft.type) {
    case "issue-created": {
      if (fact.oid !== issue) return [];
      const { title, status, issueType, priority, estimate, due, parent, milestone, sprint } = draft;
      const initial = { title, status, type: issueType, priority, estimate, due, parent, milestone, sprint };
      return [
        ...Object.entries(initial).map(([field, value]): Entry => [field, value ?? null]),
        ["description", draft.body ?? ""],
        ...(draft.label ?? []).map((label): Entry => [`label:${label}`, label]),
        ...(draft.assignee ?? []).map((assignee): Entry => [`assignee:${assignee}`, assignee]),
        ...(draft.external ?? []).map((external): Entry => ["external", external]),
      ];
    }
    case "description-changed":
      return [["description", draft.body ?? ""]];
    case "conflict-resolved":
      return scalars.some((field) => field === draft.field) ? [[draft.field, draft.value ?? null]] : [];
    case "label-added":
    case "label-removed":
      return [[`label:${draft.label}`, draft.type === "label-added" ? draft.label : null]];
    case "assignee-added":
    case "assignee-removed":
      return [[`assignee:${draft.assignee}`, draft.type === "assignee-added" ? draft.assignee : null]];
    case "watcher-added":
    case "watcher-removed":
      return [[`watcher:${draft.watcher}`, draft.type === "watcher-added" ? draft.watcher : null]];
    case "link-added":
    case "link-removed":
      return [[`link:${draft.kind}:${draft.target}`, draft.type === "link-added" ? draft.target : null]];
    case "attachment-added":
    case "attachment-removed":
      return [[`attachment:${draft.name}`, draft.type === "attachment-added" ? draft.blob : null]];
    case "commit-linked":
      return [["commits", draft.commit]];
    case "external-linked":
      return [["external", draft.external]];
    case "comment-added":
      return [];
    case "comment-edited":
    case "comment-deleted":
      return [[`comment:${draft.comment}`, draft.type === "comment-edited" ? draft.body : null]];
    case "reaction-added":
    case "reaction-removed": {
      const key = `reaction:${draft.comment ?? ""}:${fact.author.email}:${draft.reaction}`;
      return [[key, draft.type === "reaction-added" ? draft.reaction : null]];
    }
    case "issue-archived":
    case "issue-deleted":
    case "issue-restored":
      return [["visible", draft.type === "issue-restored" ? "" : null]];
    default:
      return [[draft.type.slice(0, -"-changed".length), draft.to ?? null]];
  }
}

/** The writes that no later one has seen. Of two in one commit the later has seen the earlier. */
export function headsOf(writes: Writes): Writes {
  if (writes.length < 2) return writes;
  return writes.filter(
    (write, at) =>
      !writes.some((other, otherAt) => (other.fact === write.fact ? otherAt > at : hasSeen(other.fact, write.fact))),
  );
}

/** The writes that everybody who wrote a head had seen. */
export function beforeHeads(writes: Writes, heads: Writes): Writes {
  return writes.filter((write) => !heads.includes(write) && heads.every((head) => hasSeen(head.fact, write.fact)));
}

export function valuesOf(writes: Writes): string[] {
  return writes.flatMap(({ value }) => value ?? []);
}
