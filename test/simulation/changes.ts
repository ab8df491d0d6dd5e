/**
 * Changes that the simulated people make: one maker for every type of event (the compiler asks for it), with values from so small a
 * world that replicas get into each other's way.
 */
import type { EventDraft, EventType } from "../../src/core/event.ts";
import type { Comment, Conflict, Issue } from "../../src/core/issue.ts";
import { linkKinds, resolutions } from "../../src/core/issue.ts";
import type { Chance } from "./chance.ts";
import { edited, wholeTexts } from "./prose.ts";

export type ChangeType = Exclude<EventType, "issue-created">;
/** What somebody must have seen of an issue to change it. */
export interface Seen extends Pick<Issue, "title" | "body" | "status" | "priority"> {
  readonly comments: readonly Pick<Comment, "id">[];
  readonly conflicts: readonly Pick<Conflict, "field">[];
}
type DraftOf<T extends EventType> = Extract<EventDraft, { type: T }>;
type Makers = { readonly [T in ChangeType]: (chance: Chance, issue: Seen) => DraftOf<T> };

/** In seconds. The last is how undo spells the second. */
export const durations: Readonly<Record<string, number>> = { PT1H: 3600, PT90M: 5400, PT15S: 15, PT1H30M: 5400 };
export const targets = ["1".repeat(40), "2".repeat(40)] as const;
const nobodysComment = "c".repeat(40);
/** Also words that mean something to a parser or to JavaScript. */
const words = ["a", "b", "To: done", "é e\u0301 שלום", "constructor", "__proto__"] as const;
const people = ["ada@example.com", "ben@example.com"] as const;
const bodies = [
  "yes",
  "no",
  "One\n\nEvent: issue-deleted\n\nFormat: 1",
  "To: done\n\n\n  two  \nFormat: 1\nafter it",
  "👩‍👩‍👧",
] as const;

export const scalarValues: Readonly<Record<string, readonly string[]>> = {
  title: ["Start", "A", "B", "Event: x"],
  status: ["todo", "in-progress", "done"],
  type: ["bug", "task"],
  priority: ["low", "high", "__proto__"],
  estimate: Object.keys(durations),
  due: ["2026-01-31", "1999-12-01"],
  parent: targets,
  milestone: ["m1", "m2"],
  sprint: ["s1", "s2"],
};

const word = (chance: Chance) => chance.pick(chance.of(0.7) ? words.slice(0, 2) : words);
const value = (chance: Chance, field: string) => chance.pick(scalarValues[field] ?? []);
const valueOrNone = (chance: Chance, field: string) => (chance.of(0.2) ? undefined : value(chance, field));
const target = (chance: Chance) => chance.pick(targets);
const link = (chance: Chance) => ({ kind: chance.pick(linkKinds), target: target(chance) });

function comment(chance: Chance, issue: Seen): string {
  const [first] = issue.comments;
  if (first === undefined || chance.of(0.03)) return nobodysComment;
  return chance.of(0.6) ? first.id : chance.pick(issue.comments).id;
}

const makers: Makers = {
  "title-changed": (chance, issue) => ({ type: "title-changed", from: issue.title, to: value(chance, "title") }),
  "description-changed": (chance, issue) => ({
    type: "description-changed",
    body: chance.of(0.85) ? edited(chance, issue.body) : chance.pick(wholeTexts),
  }),
  "status-changed": (chance, issue) => ({
    type: "status-changed",
    from: issue.status,
    to: value(chance, "status"),
    resolution: chance.of(0.3) ? chance.pick(resolutions) : undefined,
  }),
  "type-changed": (chance) => ({ type: "type-changed", to: valueOrNone(chance, "type") }),
  "priority-changed": (chance, issue) => ({
    type: "priority-changed",
    from: issue.priority ?? undefined,
    to: valueOrNone(chance, "priority"),
  }),
  "estimate-changed": (chance) => ({ type: "estimate-changed", to: valueOrNone(chance, "estimate") }),
  "due-changed": (chance) => ({ type: "due-changed", to: valueOrNone(chance, "due") }),
  "parent-changed": (chance) => ({ type: "parent-changed", to: valueOrNone(chance, "parent") }),
  "rank-changed": (chance) => ({ type: "rank-changed", to: chance.of(0.2) ? undefined : word(chance) }),
  "milestone-changed": (chance) => ({ type: "milestone-changed", to: valueOrNone(chance, "milestone") }),
  "sprint-changed": (chance) => ({ type: "sprint-changed", to: valueOrNone(chance, "sprint") }),
  "label-added": (chance) => ({ type: "label-added", label: word(chance) }),
  "label-removed": (chance) => ({ type: "label-removed", label: word(chance) }),
  "assignee-added": (chance) => ({ type: "assignee-added", assignee: chance.pick(people) }),
  "assignee-removed": (chance) => ({ type: "assignee-removed", assignee: chance.pick(people) }),
  "watcher-added": (chance) => ({ type: "watcher-added", watcher: chance.pick(people) }),
  "watcher-removed": (chance) => ({ type: "watcher-removed", watcher: chance.pick(people) }),
  "link-added": (chance) => ({ type: "link-added", ...link(chance) }),
  "link-removed": (chance) => ({ type: "link-removed", ...link(chance) }),
  "attachment-added": (chance) => ({
    type: "attachment-added",
    name: word(chance),
    size: chance.pick(["0", "3"]),
    blob: target(chance),
  }),
  "attachment-removed": (chance) => ({ type: "attachment-removed", name: word(chance) }),
  "commit-linked": (chance) => ({ type: "commit-linked", commit: target(chance) }),
  "external-linked": (chance) => ({ type: "external-linked", external: `${word(chance)} ${chance.int(3)}`.trim() }),
  "comment-added": (chance, issue) => ({
    type: "comment-added",
    body: chance.pick(bodies),
    replyTo: chance.of(0.3) ? comment(chance, issue) : undefined,
  }),
  "comment-edited": (chance, issue) => ({
    type: "comment-edited",
    comment: comment(chance, issue),
    body: chance.pick(bodies),
  }),
  "comment-deleted": (chance, issue) => ({ type: "comment-deleted", comment: comment(chance, issue) }),
  "reaction-added": (chance, issue) => reaction(chance, issue, "reaction-added"),
  "reaction-removed": (chance, issue) => reaction(chance, issue, "reaction-removed"),
  "issue-archived": () => ({ type: "issue-archived" }),
  "issue-deleted": () => ({ type: "issue-deleted" }),
  "issue-restored": () => ({ type: "issue-restored" }),
  "conflict-resolved": (chance, issue) => {
    const open = issue.conflicts.map(({ field }) => field).filter((field) => Object.hasOwn(scalarValues, field));
    const field = open.length > 0 ? chance.pick(open) : chance.pick([...Object.keys(scalarValues), "no-such-field"]);
    const kept = field === "title" || field === "status" || chance.of(0.8);
    return {
      type: "conflict-resolved",
      field,
      value: kept ? (scalarValues[field] ?? ["x"])[chance.int(2)] : undefined,
    };
  },
};

function reaction<T extends "reaction-added" | "reaction-removed">(chance: Chance, issue: Seen, type: T) {
  return { type, comment: chance.of(0.4) ? undefined : comment(chance, issue), reaction: word(chance) };
}

/** Types that write to the same thing, as `label-added` and `label-removed`, by what that is: `label`. */
export const families: ReadonlyMap<string, readonly ChangeType[]> = Map.groupBy(
  Object.keys(makers) as ChangeType[], // Object.keys widens the keys of a literal to string.
  (type) => type.slice(0, type.lastIndexOf("-")),
);

export function makeChange(chance: Chance, type: ChangeType, issue: Seen): EventDraft {
  return makers[type](chance, issue);
}

/** The beginning of an issue. */
export function makeBeginning(chance: Chance, nonce: number): EventDraft {
  const system = word(chance);
  const some = (field: string) => (chance.of(0.5) ? value(chance, field) : undefined);
  return {
    type: "issue-created",
    title: value(chance, "title"),
    body: chance.of(0.8) ? edited(chance, "") : chance.pick(wholeTexts),
    status: value(chance, "status"),
    issueType: some("type"),
    priority: some("priority"),
    label: chance.of(0.5) ? [word(chance), word(chance)] : [],
    assignee: chance.of(0.5) ? [chance.pick(people)] : [],
    due: some("due"),
    estimate: some("estimate"),
    parent: some("parent"),
    milestone: some("milestone"),
    sprint: some("sprint"),
    external: chance.of(0.2) ? [`${system} 7`] : [],
    nonce: nonce.toString(16).padStart(20, "0"),
  };
}
