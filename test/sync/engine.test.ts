import { beforeEach, expect, test } from "bun:test";
import type { Commit } from "../../src/core/commit.ts";
import type { EventDraft } from "../../src/core/event.ts";
import { foldStream } from "../../src/core/fold.ts";
import { decodeCommit, encodeMessage } from "../../src/core/message.ts";
import { subjectOf } from "../../src/core/subject.ts";
import { decodeCommitObject } from "../../src/store/objects.ts";
import { issueOfRef, refs } from "../../src/store/refs.ts";
import type { StreamRead } from "../../src/store/store.ts";
import { type SyncOptions, type SyncResult, sync } from "../../src/sync/engine.ts";
import { ada, ben, known } from "../support/events.ts";
import { type MemoryStore, memoryStore } from "../support/memory-store.ts";
import { type Door, memoryTransport } from "../support/memory-transport.ts";
import { countingChance } from "../support/tracker.ts";

let hub: MemoryStore;
let door: Door;
let seconds: number;

beforeEach(() => {
  hub = memoryStore();
  door = { pushes: 0 };
  seconds = 1_700_000_000;
});

function syncing(store: MemoryStore, choice: Partial<SyncOptions> = {}): Promise<SyncResult> {
  return sync({
    store,
    transport: memoryTransport(store, hub, "origin", door),
    remote: "origin",
    direction: "both",
    mode: "do",
    held: [],
    check,
    writing: (work) => work(),
    inTurn: (work) => work(),
    sleep: async () => {},
    clock: { now: () => 0 },
    chance: countingChance(),
    progress: () => {},
    ...choice,
  });
}

function check(name: string, stream: StreamRead): readonly Commit[] | string {
  if ("broken" in stream) return stream.broken;
  const commits = stream.commits.map(({ oid, bytes }) => {
    const { content, signed } = decodeCommitObject(bytes);
    return decodeCommit(oid, content, signed);
  });
  const folded = foldStream(issueOfRef(refs.root + name) ?? "", stream.tip, commits, {});
  return typeof folded === "string" ? folded : folded.ordered;
}

async function write(store: MemoryStore, parents: readonly string[], draft: EventDraft, author = ada) {
  const events = [known(draft)];
  seconds += 60;
  const time = { seconds, zone: "+0000" };
  const message = encodeMessage(subjectOf(events), events);
  const [oid = ""] = await store.writeCommits([{ tree: store.emptyTree, parents, author, time, message }]);
  return oid;
}

async function begin(store: MemoryStore, title: string): Promise<string> {
  const nonce = seconds.toString(16).padStart(20, "0");
  const id = await write(store, [], { type: "issue-created", title, status: "todo", nonce });
  store.refs.set(refs.issue(id), id);
  return id;
}

async function rename(store: MemoryStore, id: string, to: string): Promise<string> {
  const tip = await write(store, [tipOf(store, id)], { type: "title-changed", to }, ben);
  store.refs.set(refs.issue(id), tip);
  return tip;
}

const tipOf = (store: MemoryStore, id: string) => store.refs.get(refs.issue(id)) ?? "";
const trackedBy = (store: MemoryStore, id: string) => store.refs.get(`${refs.remote("origin")}issues/${id}`);
const told = ({ streams }: SyncResult) => streams.map(({ came, sent }) => (sent ? `${came}, sent` : came));
const reasons = ({ refused }: SyncResult) => refused.map(({ by, reason }) => `${by}: ${reason}`);

test("new issues come and go, and then there is nothing left to do", async () => {
  const [a, b] = [memoryStore(), memoryStore()];
  const id = await begin(a, "From a");
  const other = await begin(b, "From b");
  expect(told(await syncing(a))).toEqual(["same, sent"]);
  expect(told(await syncing(b))).toEqual(["new", "same, sent"]);
  expect(told(await syncing(a))).toEqual(["new"]);
  for (const store of [a, b, hub]) expect([tipOf(store, id), tipOf(store, other)]).toEqual([id, other]);
  for (const store of [a, b]) expect([trackedBy(store, id), trackedBy(store, other)]).toEqual([id, other]);
  expect(await syncing(a)).toMatchObject({ streams: [], refused: [], rewound: [], rounds: 1 });
});

test("what follows is taken forward, on either side", async () => {
  const [a, b] = [memoryStore(), memoryStore()];
  const id = await begin(a, "One");
  await syncing(a);
  await syncing(b);
  const tip = await rename(b, id, "Two");
  expect(told(await syncing(b))).toEqual(["same, sent"]);
  expect(await syncing(a)).toMatchObject({ streams: [{ came: "forward", sent: false, before: id, after: tip }] });
  expect(tipOf(a, id)).toBe(tip);
});

test("four who changed the same end with the same merges, whoever syncs first", async () => {
  const stores = [memoryStore(), memoryStore(), memoryStore(), memoryStore()] as const;
  const [a, b, c, d] = stores;
  const id = await begin(a, "One");
  for (const store of stores) await syncing(store);
  for (const [index, store] of stores.entries()) await rename(store, id, `Name ${index}`);
  expect(told(await syncing(c))).toEqual(["same, sent"]);
  for (const store of [a, d, b]) expect(told(await syncing(store))).toEqual(["merged, sent"]);
  for (const store of stores) await syncing(store);
  const tip = tipOf(hub, id);
  for (const store of stores) expect(tipOf(store, id)).toBe(tip);
  for (const store of stores) expect(told(await syncing(store))).toEqual([]);
});

test("two who merge the same tips write the same commit", async () => {
  const [a, b] = [memoryStore(), memoryStore()];
  const id = await begin(a, "One");
  await syncing(a);
  await syncing(b);
  const ours = await rename(a, id, "Ours");
  const theirs = await rename(b, id, "Theirs");
  await syncing(a);
  await syncing(b, { direction: "pull" });
  for (const [oid, object] of b.objects) hub.objects.set(oid, object);
  hub.refs.set(refs.issue(id), theirs); // The same two tips, from the other side.
  await syncing(a, { direction: "pull" });
  expect(tipOf(a, id)).toBe(tipOf(b, id));
  expect([ours, theirs]).not.toContain(tipOf(a, id));
});

test("whoever is outrun looks again", async () => {
  const [a, b] = [memoryStore(), memoryStore()];
  const id = await begin(a, "One");
  await syncing(a);
  await syncing(b);
  await rename(a, id, "Ours");
  const theirs = await rename(b, id, "Theirs");
  for (const [oid, object] of b.objects) hub.objects.set(oid, object);
  door.before = () => {
    if (tipOf(hub, id) === id) hub.refs.set(refs.issue(id), theirs);
  };
  door.pushes = 0;
  let turns = 0;
  const result = await syncing(a, {
    inTurn: (work) => {
      turns++;
      expect(door.pushes).toBe(1);
      return work();
    },
  });
  expect(result).toMatchObject({ rounds: 2, refused: [], streams: [{ came: "merged", sent: true }] });
  expect(turns).toBe(1);
  expect(tipOf(hub, id)).toBe(tipOf(a, id));
  expect(tipOf(hub, id)).not.toBe(theirs);
});

test("what could not be fetched in one round, and could in the next, is not refused", async () => {
  const [a, b] = [memoryStore(), memoryStore()];
  const ours = await begin(a, "Ours");
  const theirs = await begin(b, "Theirs");
  await syncing(a);
  await syncing(b);
  await rename(b, theirs, "Theirs, too");
  const faster = await rename(b, ours, "Faster");
  await syncing(b, { direction: "push" });
  hub.refs.set(refs.issue(ours), ours);
  await rename(a, ours, "Slower");
  door.withhold = (name) => name === `issues/${theirs}`;
  door.before = () => {
    door.withhold = () => false;
    if (tipOf(hub, ours) === ours) hub.refs.set(refs.issue(ours), faster);
  };
  expect(await syncing(a)).toMatchObject({ rounds: 2, refused: [] });
  expect(tipOf(a, theirs)).toBe(tipOf(b, theirs));
});

test("who is outrun again and again waits up to twice as long each time, while nothing gets through", async () => {
  const [a, b] = [memoryStore(), memoryStore()];
  const ids = [await begin(a, "One"), await begin(a, "Two")];
  await syncing(a);
  await syncing(b);
  const theirs: [ref: string, tip: string][][] = [];
  for (const moving of [ids, ids, ids, ids, ids.slice(1), []]) {
    const tips = moving.map(async (id): Promise<[string, string]> => [refs.issue(id), await rename(b, id, "Theirs")]);
    theirs.push(await Promise.all(tips));
  }
  for (const [oid, object] of b.objects) hub.objects.set(oid, object);
  door.before = () => {
    for (const [ref, tip] of theirs.shift() ?? []) hub.refs.set(ref, tip);
  };
  for (const id of ids) await rename(a, id, "Ours");
  const waits: number[] = [];
  const sleep = async (milliseconds: number) => {
    waits.push(milliseconds);
  };
  await syncing(a, { sleep, chance: { hex: (count) => "f".repeat(2 * count) } });
  expect(waits).toEqual([0, 40, 80, 160, 160]);
});

test("a remote that always says that somebody was faster, though nobody is, is given up", async () => {
  const a = memoryStore();
  await begin(a, "One");
  const transport = memoryTransport(a, hub, "origin", door);
  const push: typeof transport.push = async (sendings) => {
    door.pushes++;
    return { refused: [], outrun: sendings.map(({ name }) => ({ name, by: "remote", reason: "cannot lock ref" })) };
  };
  expect(reasons(await syncing(a, { transport: { ...transport, push } }))).toEqual(["remote: cannot lock ref"]);
  expect(door.pushes).toBeLessThan(20);
});

test("what is refused leaves the others alone", async () => {
  const [a, b] = [memoryStore(), memoryStore()];
  const good = await begin(a, "Good");
  const bad = await begin(a, "Bad");
  const kept = await begin(a, "Kept");
  await syncing(a);
  const second = await begin(hub, "Another root");
  hub.refs.set(refs.issue(bad), second);
  hub.refs.delete(refs.issue(second));
  hub.refs.set(`${refs.issues}no-id`, good);
  door.withhold = (name) => name === `issues/${kept}`;
  const mine = await begin(b, "Mine");
  const theirs = await begin(b, "Not for them");
  door.refuse = (name) => (name === `issues/${theirs}` ? "hook declined" : undefined);
  const result = await syncing(b);
  expect(reasons(result).sort()).toEqual([
    expect.stringMatching(/^here: its first commit/),
    "here: its name is not an issue's id",
    "remote: hook declined",
    "remote: withheld",
  ]);
  expect([...b.refs.keys()].filter((ref) => ref.startsWith(refs.issues)).sort()).toEqual(
    [good, mine, theirs].map(refs.issue).sort(),
  );
  expect(tipOf(hub, mine)).toBe(mine);
  expect(tipOf(hub, bad)).toBe(second);
  const again = await syncing(a);
  expect(tipOf(a, bad)).toBe(bad);
  expect(reasons(again)).toEqual([
    "here: its name is not an issue's id",
    expect.stringMatching(/^here: its first commit/),
  ]);
});

test("a remote that lost events is told of, and gets them back", async () => {
  const [a, b] = [memoryStore(), memoryStore()];
  const [id, gone] = [await begin(a, "One"), await begin(a, "Gone")];
  const tip = await rename(a, id, "Two");
  await syncing(a);
  hub.refs.set(refs.issue(id), id);
  hub.refs.delete(refs.issue(gone));
  const pulled = await syncing(a, { direction: "pull" });
  expect([...pulled.rewound].sort()).toEqual([`issues/${id}`, `issues/${gone}`].sort());
  expect([tipOf(a, id), tipOf(a, gone)]).toEqual([tip, gone]);
  expect(told(await syncing(a))).toEqual(["same, sent", "same, sent"]);
  expect([tipOf(hub, id), tipOf(hub, gone)]).toEqual([tip, gone]);
  expect(await syncing(b)).toMatchObject({ rewound: [] });
});

test("a plan moves tracking refs and nothing else, and tells what would be done", async () => {
  const [a, b] = [memoryStore(), memoryStore()];
  const id = await begin(a, "One");
  await syncing(a);
  await syncing(b);
  await rename(a, id, "Ours");
  const theirs = await rename(b, id, "Theirs");
  const mine = await begin(a, "Mine");
  await syncing(b);
  const before = new Map(a.refs);
  const atHub = new Map(hub.refs);
  expect(told(await syncing(a, { mode: "plan" })).sort()).toEqual(["merged, sent", "same, sent"]);
  before.set(`${refs.remote("origin")}issues/${id}`, theirs);
  expect(a.refs).toEqual(before);
  expect(hub.refs).toEqual(atHub);
  expect(told(await syncing(a)).sort()).toEqual(["merged, sent", "same, sent"]);
  expect(tipOf(hub, mine)).toBe(mine);
});

test("pull sends nothing, push takes nothing and says what it could not send", async () => {
  const [a, b] = [memoryStore(), memoryStore()];
  const id = await begin(a, "One");
  await syncing(a);
  await syncing(b);
  const theirs = await rename(b, id, "Theirs");
  await syncing(b);
  const ours = await rename(a, id, "Ours");
  const mine = await begin(a, "Mine");
  for (const mode of ["plan", "do"] as const) {
    const pushed = await syncing(a, { direction: "push", mode });
    expect(told(pushed)).toEqual(["same, sent"]);
    expect(reasons(pushed)).toEqual([expect.stringMatching(/^here: the remote has changes .*git tracker sync$/)]);
  }
  expect([tipOf(a, id), tipOf(hub, id), tipOf(hub, mine)]).toEqual([ours, theirs, mine]);
  const other = await begin(a, "Another");
  expect(told(await syncing(a, { direction: "pull" }))).toEqual(["merged"]);
  expect([tipOf(hub, id), tipOf(hub, other)]).toEqual([theirs, ""]);
});

test("a push that is outrun does not try again", async () => {
  const [a, b] = [memoryStore(), memoryStore()];
  const id = await begin(a, "One");
  await syncing(a);
  await syncing(b);
  await rename(a, id, "Ours");
  const theirs = await rename(b, id, "Theirs");
  door.before = () => hub.refs.set(refs.issue(id), theirs);
  door.pushes = 0;
  expect(reasons(await syncing(a, { direction: "push" }))).toEqual([expect.stringContaining("git tracker sync")]);
  expect(door.pushes).toBe(1);
});

test("what can't be read here is neither sent nor written over", async () => {
  const [a, b] = [memoryStore(), memoryStore()];
  const [id, broken, good] = [await begin(a, "One"), await begin(a, "Broken"), await begin(a, "Good")];
  await syncing(a);
  await syncing(b);
  await rename(b, id, "Theirs");
  await syncing(b);
  const lost = await rename(a, id, "Ours");
  const lostObject = a.objects.get(lost);
  a.objects.delete(lost);
  a.refs.set(refs.issue(broken), "0".repeat(40));
  const unknown = await begin(a, "Broken before they had it");
  a.refs.set(refs.issue(unknown), "0".repeat(40));
  const tip = await rename(a, good, "Better");
  const atHub = new Map(hub.refs);
  const result = await syncing(a);
  expect(reasons(result)).toEqual(Array.from({ length: 3 }, () => expect.stringContaining("git tracker doctor")));
  expect([tipOf(a, id), tipOf(a, broken)]).toEqual([lost, "0".repeat(40)]);
  expect(hub.refs).toEqual(atHub.set(refs.issue(good), tip));
  if (lostObject !== undefined) a.objects.set(lost, lostObject);
  expect(told(await syncing(a))).toEqual(["merged, sent"]);
});

test("a ref that moves while others are taken is taken as it is then", async () => {
  const [a, b] = [memoryStore(), memoryStore()];
  const id = await begin(a, "One");
  await syncing(a);
  await syncing(b);
  const theirs = await rename(b, id, "Theirs");
  await syncing(b);
  let ours = "";
  const swap: typeof a.swap = async (updates) => {
    if (ours === "") ours = await rename(a, id, "Ours");
    return await a.swap(updates);
  };
  const result = await syncing(a, { store: { ...a, swap }, direction: "pull" });
  expect(told(result)).toEqual(["merged"]);
  const [merge] = await a.readCommits([tipOf(a, id)]);
  expect([...decodeCommitObject(merge?.bytes ?? new Uint8Array()).content.parents].sort()).toEqual(
    [ours, theirs].sort(),
  );
});
