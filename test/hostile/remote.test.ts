/**
 * D1: a remote is anybody. Whatever it has, our refs stay as they are, all else arrives and can be used, and each stream that is not
 * taken is named with its reason, by `sync` and by `doctor`.
 */
import { expect, test } from "bun:test";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { refs } from "../../src/store/refs.ts";
import { diagnose } from "../../src/tracker/doctor.ts";
import { type SyncReport, syncIssues } from "../../src/tracker/sync.ts";
import { findSteering } from "../render/hostile.ts";
import { makeRepository, type TestRepository } from "../support/repository.ts";
import { trackerAt } from "../support/tracker.ts";
import { openSession, type Session } from "../support/transcript.ts";
import { bad, type Crafted, odd, openWorkshop, pointAt, type Workshop } from "./remote.ts";

const slow = 120_000;

interface Meeting extends Disposable {
  readonly hub: TestRepository;
  readonly shop: Workshop;
  readonly ben: Session;
  /** Ben's issue, which the remote lacks, and one that both have. */
  readonly mine: string;
  readonly known: string;
  ownRefs(): string;
}

/** A remote in which anything may be, and Ben, who had to do with it before. */
async function meet(): Promise<Meeting> {
  const hub = makeRepository("bare");
  const ben = openSession({ who: "Ben <ben@example.com>" });
  ben.repository.git("remote", "add", "origin", hub.cwd);
  const known = await ben.make("Known to both");
  await ben.$("sync");
  const mine = await ben.make("Mine");
  return {
    hub,
    ben,
    shop: openWorkshop(hub),
    mine,
    known,
    ownRefs: () => ben.repository.git("for-each-ref", refs.issues),
    [Symbol.dispose]() {
      for (const each of [hub, ben]) each[Symbol.dispose]();
    },
  };
}

async function syncAt({ repository }: Session): Promise<SyncReport> {
  const tracker = await trackerAt(repository);
  try {
    return await syncIssues(tracker, { remote: undefined, direction: "both", mode: "do" });
  } finally {
    tracker.close();
  }
}

async function findingsAt({ repository }: Session) {
  const tracker = await trackerAt(repository);
  try {
    return (await diagnose(tracker, "look")).findings;
  } finally {
    tracker.close();
  }
}

/** What the remote has, besides what it had. */
function offer({ hub, shop, known }: Meeting, crafted: readonly Crafted[]): void {
  pointAt(shop, [{ id: known, tip: hub.git("rev-parse", refs.issue(known)).trim() }, ...crafted]);
}

async function expectUsable({ ben, mine, known }: Meeting): Promise<void> {
  for (const id of [mine, known]) {
    expect(await ben.$("comment", id, "Still here")).toContain("added");
    expect(await ben.$("show", id)).toContain("Still here");
  }
}

test(
  "every stream that is none is refused with its reason, nothing of ours moves, and the rest arrives",
  async () => {
    using meeting = await meet();
    const { shop, ben, mine, hub } = meeting;
    const fine = shop.commit();
    const crafts = [...odd, ...bad].map((craft) => ({ ...craft, ...craft.make(shop) }));
    offer(meeting, [{ id: fine, tip: fine }, ...crafts]);
    const before = meeting.ownRefs();
    const report = await syncAt(ben);
    const reasons = new Map(report.refused.map(({ id, reason }) => [id, reason]));
    for (const { what, id, reason } of crafts) {
      const said = reasons.get(id);
      expect({ what, said }).toEqual({ what, said: reason === undefined ? undefined : expect.stringMatching(reason) });
    }
    const taken = [fine, ...crafts.filter(({ reason }) => reason === undefined).map(({ id }) => id)];
    const after = meeting.ownRefs().trim().split("\n");
    const isNew = (line: string) => taken.some((id) => line.endsWith(id));
    expect(after.filter((line) => !isNew(line)).join("\n")).toBe(before.trim());
    expect(after.filter(isNew)).toHaveLength(taken.length);
    await expectUsable(meeting);
    for (const id of taken) expect(await ben.$("show", id)).not.toContain("[exit");
    const said = await ben.$("sync");
    expect(findSteering(said)).toBeUndefined();
    expect(said).toEndWith("[exit 4]");
    expect(said.split("\n").length).toBeLessThan(40);
    offer(meeting, []); // With them there its own git takes nothing.
    await ben.$("sync");
    expect(hub.git("rev-parse", refs.issue(mine))).toBe(ben.repository.git("rev-parse", refs.issue(mine)));
  },
  slow,
);

test(
  "what a person's own fetch brought unchecked is checked all the same, and doctor tells of each",
  async () => {
    using meeting = await meet();
    const { shop, ben, hub } = meeting;
    const crafts = bad.map((craft) => ({ ...craft, ...craft.make(shop) }));
    offer(meeting, crafts);
    const git = join(ben.repository.cwd, ".git");
    cpSync(join(hub.cwd, "objects"), join(git, "objects"), { recursive: true });
    const packed = readFileSync(join(hub.cwd, "packed-refs"), "utf8");
    writeFileSync(join(git, "packed-refs"), packed.replaceAll(refs.root, refs.remote("origin")));
    const before = meeting.ownRefs();
    const refused = new Map((await syncAt(ben)).refused.map(({ id, by }) => [id, by]));
    for (const { what, id } of crafts) expect({ what, by: refused.get(id) }).toEqual({ what, by: "here" });
    expect(meeting.ownRefs()).toBe(before);
    const findings = (await findingsAt(ben)).filter(({ what }) => what.startsWith("What origin has of issue "));
    expect(findings).toHaveLength(20);
    for (const { what, hint, issue, level } of findings) {
      expect(crafts.map(({ id }) => id)).toContain(issue ?? "");
      expect(level).toBe("warning");
      expect(what).toMatch(/can't be taken: ./);
      expect(hint).toContain(`git log refs/git-tracker/remotes/origin/issues/${issue}`);
    }
    const said = await ben.$("doctor");
    expect(said).toContain(`${crafts.length - 20} more of what origin has can't be taken`);
    expect(findSteering(said)).toBeUndefined();
    await expectUsable(meeting);
  },
  slow,
);
