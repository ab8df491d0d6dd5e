/**
 * What a state must be, told once more in another way: from what was meant (not from what was decoded), by sets of ancestors (not by
 * generations and chains), and register by register (not by applying events). Slow, plain, and shared with nobody; where it and the
 * program differ, one of them breaks the data format's promises.
 */
import type { Oid } from "../../src/core/commit.ts";
import { durations } from "./changes.ts";
import { mergeProse } from "./prose.ts";
import {
  beforeHeads,
  headsOf,
  type Registers,
  registersOf,
  scalars,
  valuesOf,
  type Write,
  type Writes,
} from "./registers.ts";
import { type Fact, factsOf, type World } from "./world.ts";

/** The state of `issue` for somebody who has seen all that `tip` has. */
export function expectedState(world: World, issue: Oid, tip: Oid): Record<string, unknown> {
  const facts = factsOf(world, tip).sort(byStreamOrder);
  const root = world.fact(issue);
  const registers = registersOf(facts, issue);
  const texts = Object.hasOwn(world.strategy, "description") ? "before" : "last";
  const manual = (field: string) => Object.hasOwn(world.strategy, field) && world.strategy[field] === "manual";
  const scalar = (field: (typeof scalars)[number]) => scalarIn(registers.get(field) ?? [], manual(field));
  const status = scalar("status");
  const parent = scalar("parent");
  const estimate = scalar("estimate").value;
  const said = facts.filter(({ drafts, unread }) => drafts.length > 0 || unread.length > 0);
  const visible = shown(registers.get("visible") ?? [])?.draft.type;
  return {
    id: issue,
    title: scalar("title").value,
    body: prose(registers.get("description") ?? [], texts).text,
    status: status.value,
    statusAt: iso(status.last?.fact ?? root),
    resolution:
      !status.settled && status.last?.draft.type === "status-changed" ? (status.last.draft.resolution ?? null) : null,
    type: scalar("type").value,
    priority: scalar("priority").value,
    labels: present(registers, "label:").sort(),
    assignees: present(registers, "assignee:").sort(),
    watchers: present(registers, "watcher:").sort(),
    author: root.author,
    createdAt: iso(root),
    updatedAt: iso(said.at(-1) ?? root),
    due: scalar("due").value,
    estimate: estimate === null ? null : durations[estimate],
    parent: parent.value,
    parentSince: parent.value === null || parent.last === undefined ? null : place(parent.last.fact),
    sprint: scalar("sprint").value,
    milestone: scalar("milestone").value,
    rank: registers.get("rank")?.at(-1)?.value ?? null,
    links: linksIn(registers),
    comments: commentsIn(facts, registers),
    reactions: reactionsTo(registers, ""),
    attachments: attachmentsIn(registers),
    commits: [...new Set(valuesOf(registers.get("commits") ?? []))].sort(),
    externalIds: Object.fromEntries(valuesOf(registers.get("external") ?? []).map(externalId)),
    conflicts: conflictsIn(registers, texts),
    quarantined: facts.flatMap(({ oid, unread }) =>
      unread.filter(({ broken }) => broken).map(({ type, fields }) => ({ commit: oid, type, fields })),
    ),
    archived: visible === "issue-archived",
    deleted: visible === "issue-deleted",
    revision: tip,
    generation: world.fact(tip).generation,
  };
}

function byStreamOrder(a: Fact, b: Fact): number {
  return a.generation - b.generation || a.seconds - b.seconds || (a.oid < b.oid ? -1 : 1);
}

interface Scalar {
  readonly value: string | null;
  /** The last who wrote it, or caused it to be set back. */
  readonly last: Write | undefined;
  /** It shows what was there before a conflict. */
  readonly settled: boolean;
}

function scalarIn(writes: Writes, manual: boolean): Scalar {
  const last = writes.at(-1);
  const heads = headsOf(writes);
  if (!manual || new Set(heads.map(({ value }) => value)).size < 2) {
    return { value: last?.value ?? null, last, settled: false };
  }
  return { value: beforeHeads(writes, heads).at(-1)?.value ?? null, last, settled: true };
}

/** What is shown of texts that conflict. */
type TextRule = "before" | "last";

/** The description: what its heads make together of the text that they all started from. */
function prose(writes: Writes, rule: TextRule): { readonly text: string; readonly conflict: boolean } {
  const heads = headsOf(writes);
  const last = heads.at(-1)?.value ?? "";
  if (heads.length < 2) return { text: last, conflict: false };
  const before = beforeHeads(writes, heads);
  const base = prose(before, rule).text;
  const merged = mergeProse(base, valuesOf(heads));
  return merged === undefined
    ? { text: rule === "before" ? base : last, conflict: true }
    : { text: merged, conflict: false };
}

/** The write of an element that holds: the last that adds, if any head adds; else the last. */
function shown(writes: Writes): Write | undefined {
  const heads = headsOf(writes);
  return heads.findLast(({ value }) => value !== null) ?? writes.at(-1);
}

function under(registers: Registers, prefix: string): [string, Writes][] {
  return [...registers]
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, writes]) => [key.slice(prefix.length), writes]);
}

function present(registers: Registers, prefix: string): string[] {
  return under(registers, prefix).flatMap(([, writes]) => shown(writes)?.value ?? []);
}

function linksIn(registers: Registers) {
  return under(registers, "link:")
    .flatMap(([key, writes]) => {
      const write = shown(writes);
      if (write === undefined || write.value === null) return [];
      return [{ kind: key.split(":")[0] ?? "", target: write.value, since: place(write.fact) }];
    })
    .sort((a, b) => (`${a.since} ${a.kind} ${a.target}` < `${b.since} ${b.kind} ${b.target}` ? -1 : 1));
}

function attachmentsIn(registers: Registers) {
  return under(registers, "attachment:")
    .flatMap(([name, writes]) => {
      const draft = shown(writes)?.draft;
      return draft?.type === "attachment-added" ? [{ name, size: Number(draft.size), oid: draft.blob }] : [];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function commentsIn(facts: readonly Fact[], registers: Registers) {
  return facts.flatMap((fact) =>
    fact.drafts.flatMap((draft) => {
      if (draft.type !== "comment-added") return [];
      const writes = registers.get(`comment:${fact.oid}`) ?? [];
      const holds = shown(writes);
      const edit = holds?.value == null ? writes.findLast(({ value }) => value !== null) : holds;
      return [
        {
          id: fact.oid,
          author: fact.author,
          body: edit?.value ?? draft.body,
          createdAt: iso(fact),
          editedAt: edit === undefined ? null : iso(edit.fact),
          replyTo: draft.replyTo ?? null,
          reactions: reactionsTo(registers, fact.oid),
          deleted: holds !== undefined && holds.value === null,
        },
      ];
    }),
  );
}

/** Who reacted: a person's last word about their own reaction counts. */
function reactionsTo(registers: Registers, comment: string): Record<string, string[]> {
  const people = under(registers, `reaction:${comment}:`).flatMap(([key, writes]) => {
    const at = key.indexOf(":");
    return writes.at(-1)?.value == null ? [] : [{ email: key.slice(0, at), reaction: key.slice(at + 1) }];
  });
  const byReaction = Map.groupBy(people, ({ reaction }) => reaction);
  return Object.fromEntries(
    [...byReaction].map(([reaction, each]) => [reaction, each.map(({ email }) => email).sort()]),
  );
}

function conflictsIn(registers: Registers, texts: TextRule) {
  return [...registers]
    .flatMap(([field, writes]) => {
      const sides = sidesOf(field, writes, texts);
      if (sides.length === 0) return [];
      const values = sides.map(({ value, fact }) => ({ value, author: fact.author, at: iso(fact), commit: fact.oid }));
      return [{ field, values }];
    })
    .sort((a, b) => (a.field < b.field ? -1 : 1));
}

/** The writes that can't all hold; none if they can. */
function sidesOf(field: string, writes: Writes, texts: TextRule): Writes {
  const heads = headsOf(writes);
  if (heads.length < 2) return [];
  if (field === "description") return prose(writes, texts).conflict ? heads : [];
  const isFile = field.startsWith("attachment:");
  if (!isFile && !field.startsWith("comment:") && !scalars.some((scalar) => scalar === field)) return [];
  const sides = isFile ? heads.filter(({ value }) => value !== null) : heads;
  return new Set(sides.map(({ value }) => value)).size > 1 ? sides : [];
}

function externalId(text: string): [string, string] {
  const [system = "", ...rest] = text.split(" ");
  return [system, rest.join(" ")];
}

function iso(fact: Fact): string {
  return new Date(fact.seconds * 1000).toISOString().replace(".000", "");
}

/** A place in stream order as text, the way the data format's reader compares edges. */
function place(fact: Fact): string {
  return `${`${fact.generation}`.padStart(7, "0")}.${`${fact.seconds}`.padStart(12, "0")}.${fact.oid}`;
}
