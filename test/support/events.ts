/** Made-up events, commits and streams for tests: any text, any field, any shape of history. */
import fc from "fast-check";
import type { Actor, Commit, CommitContent } from "../../src/core/commit.ts";
import { type EventDraft, type KnownEvent, parseEvent } from "../../src/core/event.ts";
import { mergeCommit } from "../../src/core/merge.ts";
import { decodeCommit, encodeMessage } from "../../src/core/message.ts";
import { subjectOf } from "../../src/core/subject.ts";
import { toLine, toText } from "../../src/core/text.ts";

export const ada: Actor = { name: "Ada", email: "ada@example.com" };
export const ben: Actor = { name: "Ben", email: "ben@example.com" };
export const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/** Text such as people and other programs produce: line ends of all kinds, things that look like records, scripts of every direction. */
export const anyText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 20 }),
      fc.constantFrom(
        "\n",
        "\r\n",
        "\n\n",
        "\n\n\n",
        "---\n",
        "Event: status-changed\nTo: done\n",
        "Format: 1",
        "\n\nFormat: 1\n",
        "Title: no\n",
        "Signed-off-by: Ada <ada@example.com>",
        "👩‍👩‍👧 ",
        "é e\u0301",
        "שלום",
        "\u202Eevil",
        "\t",
        " ",
        "\u2028",
        "\ud800",
      ),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(""));

export const line = anyText.map(toLine).filter((text) => text !== "");
export const text = anyText.map(toText);
export const oid = fc.stringMatching(/^[0-9a-f]{40}$/);
const word = fc.oneof(fc.constantFrom("a", "b", "c"), line);
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const title = line.map((value) => toLine(value.slice(0, 900))).filter((value) => value !== "");
const date = fc.constantFrom("2026-01-31", "1999-12-01");
const duration = fc.constantFrom("PT1H", "PT90M", "PT2H30M", "PT15S");
const target = fc.constantFrom("1".repeat(40), "2".repeat(40));

export const created: fc.Arbitrary<EventDraft> = fc.record({
  type: fc.constant("issue-created" as const),
  title,
  body: text,
  status: fc.constantFrom("todo", "in-progress"),
  issueType: optional(word),
  priority: optional(word),
  label: fc.array(word, { maxLength: 3 }),
  assignee: fc.array(word, { maxLength: 2 }),
  due: optional(date),
  estimate: optional(duration),
  parent: optional(target),
  milestone: optional(word),
  sprint: optional(word),
  external: fc.array(word, { maxLength: 2 }),
  nonce: fc.stringMatching(/^[0-9a-f]{20}$/),
});

/** Any event but `issue-created`. `comments` are ids that may be spoken of. */
export function change(comments: readonly string[] = ["c".repeat(40)]): fc.Arbitrary<EventDraft> {
  const comment = fc.constantFrom(...(comments.length > 0 ? comments : ["c".repeat(40)]));
  const scalar = <T extends string>(type: T, value: fc.Arbitrary<string>) =>
    fc.record({ type: fc.constant(type), from: optional(value), to: optional(value) });
  const words = text.filter((body) => body !== "");
  return fc.oneof(
    fc.record({ type: fc.constant("title-changed" as const), from: optional(title), to: title }),
    fc.record({ type: fc.constant("description-changed" as const), body: text }),
    fc.record({
      type: fc.constant("status-changed" as const),
      to: fc.constantFrom("todo", "in-progress", "done"),
      resolution: optional(fc.constantFrom("completed" as const, "duplicate" as const)),
    }),
    scalar("type-changed" as const, word),
    scalar("priority-changed" as const, word),
    scalar("estimate-changed" as const, duration),
    scalar("due-changed" as const, date),
    scalar("parent-changed" as const, target),
    scalar("rank-changed" as const, word),
    scalar("milestone-changed" as const, word),
    scalar("sprint-changed" as const, word),
    fc.record({ type: fc.constantFrom("label-added" as const, "label-removed" as const), label: word }),
    fc.record({ type: fc.constantFrom("assignee-added" as const, "assignee-removed" as const), assignee: word }),
    fc.record({ type: fc.constantFrom("watcher-added" as const, "watcher-removed" as const), watcher: word }),
    fc.record({
      type: fc.constantFrom("link-added" as const, "link-removed" as const),
      kind: fc.constantFrom("blocks" as const, "relates" as const),
      target,
    }),
    fc.record({ type: fc.constant("attachment-added" as const), name: word, size: fc.constant("3"), blob: target }),
    fc.record({ type: fc.constant("attachment-removed" as const), name: word }),
    fc.record({ type: fc.constant("commit-linked" as const), commit: target }),
    fc.record({ type: fc.constant("external-linked" as const), external: word }),
    fc.record({ type: fc.constant("comment-added" as const), body: words, replyTo: optional(comment) }),
    fc.record({ type: fc.constant("comment-edited" as const), comment, body: words }),
    fc.record({ type: fc.constant("comment-deleted" as const), comment }),
    fc.record({
      type: fc.constantFrom("reaction-added" as const, "reaction-removed" as const),
      comment: optional(comment),
      reaction: word,
    }),
    fc.record({
      type: fc.constantFrom("issue-archived" as const, "issue-deleted" as const, "issue-restored" as const),
    }),
    fc.record({
      type: fc.constant("conflict-resolved" as const),
      field: fc.constantFrom("title", "priority", "status", "constructor"),
      value: word,
    }),
    fc.record({
      type: fc.constant("conflict-resolved" as const),
      field: fc.constantFrom("priority", "milestone", "constructor"),
      value: fc.constant(undefined),
    }),
  );
}

export function known(draft: EventDraft): KnownEvent {
  const event = parseEvent(draft);
  if (typeof event === "string") throw new Error(`${draft.type}: ${event}`);
  return event;
}

/** A commit with the name that git would give it. */
export function commitOf(content: CommitContent): Commit {
  const stamp = `${content.author.name} <${content.author.email}> ${content.time.seconds} ${content.time.zone}`;
  const parents = content.parents.map((parent) => `parent ${parent}\n`).join("");
  const body = Buffer.from(`tree ${content.tree}\n${parents}author ${stamp}\ncommitter ${stamp}\n\n${content.message}`);
  const oid = new Bun.CryptoHasher("sha1").update(`commit ${body.length}\0`).update(body).digest("hex");
  return decodeCommit(oid, content, "unsigned");
}

export function commit(
  parents: readonly string[],
  drafts: readonly EventDraft[],
  seconds = 1_000_000,
  author = ada,
): Commit {
  const events = drafts.map(known);
  const time = { seconds, zone: "+0000" };
  return commitOf({ tree: emptyTree, parents, author, time, message: encodeMessage(subjectOf(events), events) });
}

export function merge(...tips: readonly Commit[]): Commit {
  return commitOf(mergeCommit(tips, emptyTree));
}

export const root: Commit = commit(
  [],
  [{ type: "issue-created", title: "Start", status: "todo", nonce: "0".repeat(20) }],
);

/**
 * A history that forked and merged: replicas that each add commits, sometimes take over another's tip and merge it with their own.
 * Returns all commits, the last one the tip that has seen everything.
 */
export const history: fc.Arbitrary<readonly Commit[]> = fc
  .array(
    fc.record({
      replica: fc.nat(2),
      pull: fc.option(fc.nat(2), { nil: undefined }),
      drafts: fc.array(change([root.oid]), { minLength: 1, maxLength: 2 }),
      skew: fc.integer({ min: -315_000_000, max: 315_000_000 }),
    }),
    { minLength: 1, maxLength: 14 },
  )
  .map((steps) => {
    const commits = new Map([[root.oid, root]]);
    const tips: Commit[] = [root, root, root];
    const add = (each: Commit) => {
      commits.set(each.oid, each);
      return each;
    };
    const mergeInto = (ours: Commit, theirs: Commit) => {
      if (reaches(commits, ours, theirs)) return ours;
      return reaches(commits, theirs, ours) ? theirs : add(merge(ours, theirs));
    };
    const actors = [ada, ben, { name: "Cyn", email: "cyn@example.com" }];
    for (const [index, { replica, pull, drafts, skew }] of steps.entries()) {
      let tip = tips[replica] ?? root;
      if (pull !== undefined) tip = mergeInto(tip, tips[pull] ?? root);
      const texts = drafts.filter(
        (draft, at) => drafts.findIndex((each) => "body" in each) === at || !("body" in draft),
      );
      tips[replica] = add(commit([tip.oid], texts, 1_000_000_000 + index + skew, actors[replica]));
    }
    const [a = root, b = root, c = root] = tips;
    const tip = mergeInto(mergeInto(a, b), c);
    return [...[...commits.values()].filter(({ oid }) => oid !== tip.oid), tip];
  });

function reaches(commits: ReadonlyMap<string, Commit>, from: Commit, to: Commit): boolean {
  const pending = [from.oid];
  const seen = new Set(pending);
  for (let oid = pending.pop(); oid !== undefined; oid = pending.pop()) {
    if (oid === to.oid) return true;
    for (const parent of commits.get(oid)?.parents ?? []) {
      if (!seen.has(parent)) pending.push(parent);
      seen.add(parent);
    }
  }
  return false;
}
