import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { CommitContent } from "../../src/core/commit.ts";
import { mergeCommit } from "../../src/core/merge.ts";
import { memberOf, type Project, roleAt } from "../../src/core/project.ts";
import { type ProjectDraft, projectEvents, roles } from "../../src/core/project-event.ts";
import {
  decodeProjectCommit,
  encodeProjectMessage,
  foldProject,
  type Judge,
  type ProjectCommit,
  projectRoot,
} from "../../src/core/project-fold.ts";
import { projectSubject } from "../../src/core/project-subject.ts";
import { inverseOfProject } from "../../src/core/project-undo.ts";
import { ada, ben, commitOf, emptyTree } from "../support/events.ts";

const eve = { name: "Eve", email: "eve@example.com" };
const key = `ssh-ed25519 ${"A".repeat(68)}`;
const root = named(projectRoot(emptyTree));

function named(content: CommitContent): ProjectCommit {
  return decodeProjectCommit(commitOf(content).oid, content, "unsigned");
}

function commit(parents: readonly ProjectCommit[], drafts: readonly ProjectDraft[], seconds = 1000, author = ada) {
  const events = drafts.map((draft) => {
    const event = projectEvents.parse(draft);
    if (typeof event === "string") throw new Error(event);
    return event;
  });
  const message = encodeProjectMessage(projectSubject(events), events);
  const time = { seconds, zone: "+0000" };
  return named({ tree: emptyTree, parents: parents.map(({ oid }) => oid), author, time, message });
}

function merge(...tips: readonly ProjectCommit[]): ProjectCommit {
  return named(mergeCommit(tips, emptyTree));
}

function fold(commits: readonly ProjectCommit[], judge?: Judge): Project {
  const folded = foldProject(root.oid, commits.at(-1)?.oid ?? root.oid, commits, judge);
  if (typeof folded === "string") throw new Error(folded);
  return folded;
}

const addAda: ProjectDraft = { type: "member-added", member: ada.email, name: "Ada", role: "maintainer" };
const addBen: ProjectDraft = { type: "member-added", member: ben.email, role: "contributor" };

describe("the project", () => {
  test("begins alike everywhere", () => {
    expect(root.oid).toMatchInlineSnapshot(`"87dfa1b2b1ad7bccfd4d903b026f0dc47df5a14f"`);
  });

  test("has members with several addresses, teams and labels", () => {
    const first = commit([root], [addAda, { ...addBen, email: ["ben@home.example"] }]);
    const second = commit(
      [first],
      [
        { type: "team-added", team: "web", member: [ben.email, ada.email] },
        { type: "label-defined", label: "auth", color: "#d73a4a", description: "Signing in" },
        { type: "project-changed", field: "name", to: "Rocket" },
      ],
    );
    const project = fold([root, first, second]);
    expect(project).toMatchObject({
      name: "Rocket",
      teams: [{ name: "web", members: [ada.email, ben.email] }],
      labels: [{ name: "auth", color: "#d73a4a", description: "Signing in" }],
      conflicts: [],
      quarantined: [],
    });
    expect(memberOf(project, "BEN@home.example")).toMatchObject({ email: ben.email, role: "contributor" });
  });

  test("takes no other beginning", () => {
    const alien = commit([], [addAda]);
    expect(foldProject(root.oid, alien.oid, [alien])).toBe("it does not begin as a project does");
    const joined = merge(root, alien);
    expect(foldProject(root.oid, joined.oid, [root, alien, joined])).toContain("begin");
  });

  test("somebody who leaves is in no team any more", () => {
    const first = commit([root], [addAda, addBen, { type: "team-added", team: "web", member: [ben.email] }]);
    const second = commit([first], [{ type: "member-removed", member: ben.email }]);
    expect(fold([root, first, second]).teams).toEqual([{ name: "web", members: [] }]);
  });
});

describe("concurrent changes of the project", () => {
  test("two clones that both begin one have both beginnings", () => {
    const one = commit([root], [addAda, { type: "label-defined", label: "auth", color: "#d73a4a" }], 1000, ada);
    const two = commit(
      [root],
      [
        { type: "member-added", member: ben.email, role: "maintainer" },
        { type: "label-defined", label: "auth", color: "#0e8a16" },
      ],
      2000,
      ben,
    );
    const later = commit([two], [{ type: "member-added", member: eve.email, role: "viewer" }], 2001, ben);
    const project = fold([root, one, two, later, merge(one, later)]);
    expect(project.members.map(({ email, role }) => [email, role])).toEqual([
      [ada.email, "maintainer"],
      [ben.email, "maintainer"],
      [eve.email, "viewer"],
    ]);
    expect(project.conflicts).toEqual([
      {
        field: "label:auth",
        values: [
          { value: "#d73a4a", author: ada, at: "1970-01-01T00:16:40Z", commit: one.oid },
          { value: "#0e8a16", author: ben, at: "1970-01-01T00:33:20Z", commit: two.oid },
        ],
      },
    ]);
    expect(project.quarantined).toEqual([]);
  });

  test("who is added stays, though somebody concurrently removed them", () => {
    const first = commit([root], [addAda, addBen, { type: "team-added", team: "web", member: [ben.email] }]);
    const out = commit([first], [{ type: "team-changed", team: "web", removeMember: [ben.email] }], 3000);
    const again = commit([first], [{ type: "team-changed", team: "web", addMember: [ben.email] }], 2000);
    expect(fold([root, first, out, again, merge(out, again)]).teams).toEqual([{ name: "web", members: [ben.email] }]);
  });

  test("two roles are a conflict until somebody gives one again", () => {
    const first = commit([root], [addAda, addBen]);
    const up = commit([first], [{ type: "member-changed", member: ben.email, role: "maintainer" }], 2000);
    const down = commit([first], [{ type: "member-changed", member: ben.email, role: "viewer" }], 3000);
    const both = merge(up, down);
    const project = fold([root, first, up, down, both]);
    expect(memberOf(project, ben.email)?.role).toBe("viewer");
    expect(project.conflicts.map(({ field }) => field)).toEqual([`member:${ben.email}:role`]);
    const settled = commit([both], [{ type: "member-changed", member: ben.email, role: "viewer" }]);
    expect(fold([root, first, up, down, both, settled]).conflicts).toEqual([]);
  });

  test("a revocation holds from the earliest moment that anybody named", () => {
    const first = commit([root], [addAda, { type: "key-added", member: ada.email, key }]);
    const one = commit([first], [{ type: "key-revoked", member: ada.email, key, since: "2026-01-02T00:00:00Z" }], 2000);
    const two = commit([first], [{ type: "key-revoked", member: ada.email, key, since: "2026-01-01T00:00:00Z" }], 1500);
    const both = merge(one, two);
    const again = commit([both], [{ type: "key-added", member: ada.email, key }]);
    const [found] = memberOf(fold([root, first, one, two, both, again]), ada.email)?.keys ?? [];
    expect(found?.revokedSince).toBe(Date.UTC(2026, 0, 1) / 1000);
  });
});

describe("roles", () => {
  const first = commit([root], [addAda, addBen, { type: "member-added", member: eve.email, role: "viewer" }]);
  const tryAs = (author: typeof ada, draft: ProjectDraft) => {
    const second = commit([first], [draft], 2000, author);
    return fold([root, first, second]).quarantined.map(({ reason }) => reason);
  };

  test("a contributor defines labels and has keys, and changes nobody else", () => {
    expect(tryAs(ben, { type: "label-defined", label: "auth" })).toEqual([]);
    expect(tryAs(ben, { type: "key-added", member: ben.email, key })).toEqual([]);
    expect(tryAs(ben, { type: "key-added", member: ada.email, key })).toEqual([`${ben.email} is no maintainer`]);
    expect(tryAs(ben, { type: "member-changed", member: ben.email, role: "maintainer" })).toEqual([
      `${ben.email} is no maintainer`,
    ]);
    expect(tryAs(ben, { type: "team-added", team: "web" })).toEqual([`${ben.email} is no maintainer`]);
  });

  test("a viewer changes nothing, and a stranger only labels", () => {
    expect(tryAs(eve, { type: "label-defined", label: "auth" })).toEqual([`${eve.email} is a viewer`]);
    const mallory = { name: "Mallory", email: "mallory@example.com" };
    expect(tryAs(mallory, { type: "label-defined", label: "auth" })).toEqual([]);
    expect(tryAs(mallory, { type: "member-removed", member: ada.email })).toEqual([
      "mallory@example.com is no maintainer",
    ]);
  });

  test("are known for every moment", () => {
    const later = commit([first], [{ type: "member-changed", member: ben.email, role: "viewer" }], 5000);
    const member = memberOf(fold([root, first, later]), ben.email);
    if (member === undefined) throw new Error("no member");
    expect([999, 1000, 4999, 5000].map((seconds) => roleAt(member, seconds))).toEqual([
      undefined,
      "contributor",
      "contributor",
      "viewer",
    ]);
  });

  test("a beginning that nobody can vouch for does not count where one must", () => {
    const evil = commit([root], [{ type: "member-added", member: eve.email, role: "maintainer" }], 1, eve);
    const strict: Judge = ({ author }) => ({ proven: author === ada, founder: author.email === ada.email });
    const project = fold([root, evil, first, merge(evil, first)], strict);
    expect(memberOf(project, eve.email)?.role).toBe("viewer");
    const refusing: Judge = () => ({ refused: "unsigned", proven: false, founder: false });
    expect(fold([root, first], refusing)).toMatchObject({ members: [], quarantined: [{}, {}, {}] });
  });
});

const email = fc.constantFrom(ada.email, ben.email, eve.email);
const some = fc.array(email, { maxLength: 2 });
const anyDraft: fc.Arbitrary<ProjectDraft> = fc.oneof(
  fc.record({
    type: fc.constant("project-changed" as const),
    field: fc.constantFrom("name" as const, "description" as const),
    to: fc.constantFrom("a", "b", undefined),
  }),
  fc.record({
    type: fc.constant("member-added" as const),
    member: email,
    role: fc.constantFrom(...roles),
    email: some,
  }),
  fc.record({
    type: fc.constant("member-changed" as const),
    member: email,
    role: fc.constantFrom(...roles, undefined),
    addEmail: some,
    removeEmail: some,
  }),
  fc.record({ type: fc.constant("member-removed" as const), member: email }),
  fc.record({ type: fc.constant("team-added" as const), team: fc.constantFrom("x", "y"), member: some }),
  fc.record({
    type: fc.constant("team-changed" as const),
    team: fc.constantFrom("x", "y"),
    addMember: some,
    removeMember: some,
  }),
  fc.record({ type: fc.constant("team-removed" as const), team: fc.constantFrom("x", "y") }),
  fc.record({
    type: fc.constant("label-defined" as const),
    label: fc.constantFrom("l", "m"),
    color: fc.constantFrom("#ffffff", undefined),
  }),
  fc.record({ type: fc.constant("label-dropped" as const), label: fc.constantFrom("l", "m") }),
  fc.record({ type: fc.constant("key-added" as const), member: email, key: fc.constant(key) }),
  fc.record({
    type: fc.constant("key-revoked" as const),
    member: email,
    key: fc.constant(key),
    since: fc.constantFrom("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"),
  }),
);
const steps = fc.array(
  fc.record({
    on: fc.nat(20),
    with: fc.option(fc.nat(20), { nil: undefined }),
    drafts: fc.array(anyDraft, { minLength: 1, maxLength: 3 }),
    author: fc.constantFrom(ada, ben, eve),
    skew: fc.integer({ min: -1000, max: 1000 }),
  }),
  { maxLength: 12 },
);

/** Commits of a project that forked and merged, any parents before their children. */
function historyOf(made: typeof steps extends fc.Arbitrary<infer T> ? T : never): ProjectCommit[] {
  const commits = [root];
  for (const step of made) {
    const parent = commits[step.on % commits.length] ?? root;
    const other = step.with === undefined ? undefined : commits[step.with % commits.length];
    const tip = other === undefined || other === parent ? parent : merge(parent, other);
    if (tip !== parent && !commits.some(({ oid }) => oid === tip.oid)) commits.push(tip);
    commits.push(commit([tip], step.drafts, 1_000_000 + step.skew, step.author));
  }
  const unique = [...new Map(commits.map((each) => [each.oid, each])).values()];
  return [...unique, merge(...unique)];
}

test("every replica folds the same project, in whatever order its commits came", () => {
  fc.assert(
    fc.property(steps, fc.integer(), (made, seed) => {
      const commits = historyOf(made);
      const tip = commits.at(-1)?.oid ?? root.oid;
      const shuffled = commits.toSorted((a, b) => hash(a.oid, seed) - hash(b.oid, seed));
      expect(foldProject(root.oid, tip, shuffled)).toEqual(foldProject(root.oid, tip, commits));
    }),
    { numRuns: 300 },
  );
});

test("an undo makes the project as it was", () => {
  fc.assert(
    fc.property(steps, anyDraft, (made, draft) => {
      fc.pre(!draft.type.startsWith("key-"));
      const free: Judge = () => ({ proven: false, founder: true });
      const boss = { name: "Boss", email: "boss@example.com" };
      const line = [root, commit([root], [{ type: "member-added", member: boss.email, role: "maintainer" }], 1, boss)];
      for (const { drafts } of made) line.push(commit(line.slice(-1), drafts, 2, boss));
      const last = line.at(-1) ?? root;
      const before = fold(line, free);
      const changed = commit([last], [draft], 3, boss);
      const after = fold([...line, changed], free);
      const drafts = inverseOfProject(changed.events, before, after);
      const undone = drafts.length === 0 ? after : fold([...line, changed, commit([changed], drafts, 4, boss)], free);
      expect(undone.quarantined).toEqual(before.quarantined);
      const plain = ({ name, description, members, teams, labels }: Project) => ({
        name,
        description,
        labels,
        teams,
        members: members.map(({ roles: _, ...member }) => member),
      });
      expect(plain(undone)).toEqual(plain(before));
    }),
    { numRuns: 300 },
  );
});

function hash(oid: string, seed: number): number {
  return Number(Bun.hash.wyhash(oid, BigInt(Math.abs(seed))) % 1_000_000n);
}
