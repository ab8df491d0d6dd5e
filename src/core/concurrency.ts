/**
 * What concurrent edits mean. Every event writes to a register (a scalar, a set's element, a text, a comment); the writes that no
 * later one has seen are the register's heads. One head: nothing to do. Several: an element that any of them added is there, texts
 * are merged, and what can't be had both ways is recorded as a conflict that every replica computes alike.
 */

import { apply, type Draft, isoTime, isScalarField, type ScalarField, setScalar } from "./apply.ts";
import type { Commit, Oid } from "./commit.ts";
import type { KnownEvent } from "./event.ts";
import type { Conflict } from "./issue.ts";
import { mergeTexts } from "./merge.ts";
import { ancestry, generations, placeOf } from "./order.ts";

export type Register =
  | { readonly kind: "scalar"; readonly key: ScalarField; readonly value: string | null }
  | { readonly kind: "text"; readonly key: string; readonly value: string }
  /** A null value: the comment was deleted. */
  | { readonly kind: "comment"; readonly key: string; readonly value: string | null }
  | { readonly kind: "element"; readonly key: string; readonly event: KnownEvent; readonly adds: boolean };

export type MergeStrategy = Readonly<Record<string, "last-writer" | "manual">>;

interface Write {
  readonly register: Register;
  readonly commit: Commit;
  readonly place: string;
}

/** What an event writes to: two events that write to the same register are in each other's way when they are concurrent. */
export function registerOf(event: KnownEvent): Register | undefined {
  switch (event.type) {
    case "title-changed":
      return scalar("title", event.to);
    case "type-changed":
      return scalar("type", event.to);
    case "priority-changed":
      return scalar("priority", event.to);
    case "estimate-changed":
      return scalar("estimate", event.to);
    case "due-changed":
      return scalar("due", event.to);
    case "parent-changed":
      return scalar("parent", event.to);
    case "milestone-changed":
      return scalar("milestone", event.to);
    case "sprint-changed":
      return scalar("sprint", event.to);
    case "status-changed":
      return scalar("status", event.to);
    case "description-changed":
      return { kind: "text", key: "description", value: event.body };
    case "conflict-resolved":
      return isScalarField(event.field) ? scalar(event.field, event.value) : undefined;
    case "label-added":
    case "label-removed":
      return element(`label:${event.label}`, event);
    case "assignee-added":
    case "assignee-removed":
      return element(`assignee:${event.assignee}`, event);
    case "watcher-added":
    case "watcher-removed":
      return element(`watcher:${event.watcher}`, event);
    case "link-added":
    case "link-removed":
      return element(`link:${event.kind}:${event.target}`, event);
    case "attachment-added":
    case "attachment-removed":
      return element(`attachment:${event.name}`, event);
    case "comment-edited":
      return { kind: "comment", key: `comment:${event.comment}`, value: event.body };
    case "comment-deleted":
      return { kind: "comment", key: `comment:${event.comment}`, value: null };
    case "issue-restored":
    case "issue-archived":
    case "issue-deleted":
      // Being seen is an element: a restore wins over a concurrent delete, so that merging hides nothing from anybody.
      return { kind: "element", key: "visible", event, adds: event.type === "issue-restored" };
    case "reaction-added":
    case "reaction-removed":
      // One person's own reaction is not in the way of anybody else's.
      return undefined;
    case "issue-created":
    case "comment-added":
    case "commit-linked":
    case "external-linked":
    case "rank-changed":
      return undefined;
    default:
      return event satisfies never;
  }
}

/** Settles every register of a stream that forked. `ordered` is the whole stream, already folded into `issue` in that order. */
export function settle(issue: Draft, ordered: readonly Commit[], strategy: MergeStrategy): void {
  const isAncestor = ancestry(ordered);
  for (const writes of writesByRegister(ordered).values()) {
    const heads = headsOf(writes, isAncestor);
    if (heads.length < 2) continue;
    // What everybody who wrote a head had before their eyes: the last write that all of them had seen.
    const before = seenByAll(writes, heads, isAncestor).at(-1);
    settleRegister(issue, { writes, heads, before, ordered, strategy, isAncestor });
  }
}

function writesByRegister(ordered: readonly Commit[]): Map<string, Write[]> {
  const generation = generations(ordered);
  const registers = new Map<string, Write[]>();
  for (const commit of ordered) {
    const place = placeOf(generation.get(commit.oid) ?? 0, commit);
    for (const event of commit.events) {
      const register = registerOf(event);
      if (register === undefined) continue;
      const writes = registers.get(register.key);
      const write = { register, commit, place };
      if (writes === undefined) registers.set(register.key, [write]);
      else writes.push(write);
    }
  }
  return registers;
}

interface Unsettled {
  readonly writes: readonly Write[];
  readonly heads: readonly Write[];
  readonly before: Write | undefined;
  readonly ordered: readonly Commit[];
  readonly strategy: MergeStrategy;
  readonly isAncestor: IsAncestor;
}

function settleRegister(issue: Draft, { writes, heads, before, ordered, strategy, isAncestor }: Unsettled): void {
  const last = heads.at(-1);
  if (last === undefined) return;
  const { register } = last;
  const base = () => (before === undefined ? created(ordered, register.key) : valueIn(before));
  const manual = Object.hasOwn(strategy, register.key) && strategy[register.key] === "manual";
  switch (register.kind) {
    case "element":
      settleElement(issue, heads);
      return;
    case "comment":
      settleComment(issue, register.key, heads);
      return;
    case "scalar":
      if (!differ(heads)) return;
      record(issue, heads);
      if (manual) setScalar(issue, register.key, base(), last.commit, last.place);
      return;
    case "text": {
      const initial = created(ordered, register.key) ?? "";
      const start = shownText(seenByAll(writes, heads, isAncestor), { initial, manual, isAncestor });
      const merged = mergeHeads(start, heads);
      if (merged === undefined) record(issue, heads);
      if (merged !== undefined) issue.body = merged;
      else if (manual) issue.body = start;
    }
  }
}

/** An add wins over a concurrent remove. Two files added under one name: the later is shown, and the conflict names both. */
function settleElement(issue: Draft, heads: readonly Write[]): void {
  const adds = heads.filter((head) => head.register.kind === "element" && head.register.adds);
  const add = adds.at(-1);
  if (add?.register.kind !== "element") return;
  apply(issue, add.register.event, add.commit, add.place);
  if (differ(adds)) record(issue, adds);
}

/** An edit wins over a concurrent delete, the later of two edits over the other; the conflict holds all. */
function settleComment(issue: Draft, key: string, heads: readonly Write[]): void {
  const edit = heads.findLast((head) => valueIn(head) !== null);
  if (edit === undefined) return;
  const event = { type: "comment-edited", comment: key.slice("comment:".length), body: valueIn(edit) ?? "" } as const;
  apply(issue, event, edit.commit, edit.place);
  if (differ(heads)) record(issue, heads);
}

type IsAncestor = ReturnType<typeof ancestry>;

/** The writes that no later one has seen. */
export function headsOf<W extends { readonly commit: Pick<Commit, "oid"> }>(
  writes: readonly W[],
  isAncestor: IsAncestor,
): W[] {
  let heads: W[] = [];
  for (const write of writes)
    heads = [...heads.filter((head) => !isAncestor(head.commit.oid, write.commit.oid)), write];
  return heads;
}

/** The writes that everybody who wrote a head had seen. */
function seenByAll(writes: readonly Write[], heads: readonly Write[], isAncestor: IsAncestor): Write[] {
  return writes.filter((write) =>
    heads.every((head) => write !== head && isAncestor(write.commit.oid, head.commit.oid)),
  );
}

interface TextRules {
  readonly initial: string;
  readonly manual: boolean;
  readonly isAncestor: IsAncestor;
}

/** Merges of merges are made again as far back as this: nobody's history may make a fold take long. */
const layersMax = 100;

/** The text that these writes show. Where a merge made it, it is nobody's write: it is made again. */
function shownText(writes: readonly Write[], { initial, manual, isAncestor }: TextRules): string {
  const layers: Write[][] = [];
  for (let left = writes; left.length > 0 && layers.length < layersMax; ) {
    const heads = headsOf(left, isAncestor);
    layers.push(heads);
    left = heads.length > 1 ? seenByAll(left, heads, isAncestor) : [];
  }
  return layers.reduceRight((start, heads) => {
    const last = heads.at(-1);
    const text = last === undefined ? start : (valueIn(last) ?? "");
    return heads.length < 2 ? text : (mergeHeads(start, heads) ?? (manual ? start : text));
  }, initial);
}

function mergeHeads(base: string, heads: readonly Write[]): string | undefined {
  const [first = base, ...others] = heads.map((head) => valueIn(head) ?? "");
  return others.reduce<string | undefined>(
    (merged, text) => (merged === undefined ? undefined : mergeTexts(base, merged, text)),
    first,
  );
}

function differ(heads: readonly Write[]): boolean {
  return new Set(heads.map(valueIn)).size > 1;
}

function record(issue: Draft, heads: readonly Write[]): void {
  const conflict: Conflict = {
    field: heads[0]?.register.key ?? "",
    values: heads.map((head) => ({
      value: valueIn(head),
      author: head.commit.author,
      at: isoTime(head.commit),
      commit: head.commit.oid,
    })),
  };
  issue.conflicts = [...issue.conflicts, conflict].sort((a, b) => (a.field < b.field ? -1 : 1));
}

function valueIn(write: Write): string | null {
  if (write.register.kind !== "element") return write.register.value;
  return write.register.event.type === "attachment-added" ? write.register.event.blob : null;
}

/** The value that the issue was created with. */
function created(ordered: readonly Commit[], key: string): Oid | string | null {
  const event = ordered[0]?.events[0];
  if (event?.type !== "issue-created") return null;
  if (key === "description") return event.body;
  const initial: Readonly<Record<string, string | undefined>> = {
    title: event.title,
    status: event.status,
    type: event.issueType,
    priority: event.priority,
    estimate: event.estimate,
    due: event.due,
    parent: event.parent,
    milestone: event.milestone,
    sprint: event.sprint,
  };
  return initial[key] ?? null;
}

function scalar(key: ScalarField, value: string | undefined): Register {
  return { kind: "scalar", key, value: value ?? null };
}

function element(key: string, event: KnownEvent): Register {
  return { kind: "element", key, event, adds: event.type.endsWith("-added") };
}
