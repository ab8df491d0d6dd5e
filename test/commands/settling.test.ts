/** What `resolve` does where there is more to settle than two values of one field: files, circles, several texts at once. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Session } from "../support/transcript.ts";
import { openPair, type Pair } from "./pair.ts";

let pair: Pair;
let ada: Session;
let ben: Session;

beforeEach(() => {
  pair = openPair();
  ({ ada, ben } = pair);
});
afterEach(() => pair[Symbol.dispose]());

async function together(...sessions: readonly Session[]): Promise<void> {
  for (const each of sessions) await each.$("sync");
}

/** An issue with two files of one name: Ada's says `of Ada`, Ben's `of Ben`. */
async function filesOfOneName(): Promise<string> {
  const id = await ada.make("Login");
  await together(ada, ben);
  for (const [session, text] of [
    [ada, "of Ada"],
    [ben, "of Ben"],
  ] as const) {
    writeFileSync(join(session.repository.cwd, "shot.txt"), text);
    await session.$("attach", id, "shot.txt");
  }
  await together(ada, ben);
  return id;
}

const read = (session: Session, id: string, name: string) => session.$("attach", id, "--get", name, "-o", "-");

test("of two files of one name the one that is taken keeps it, the other gets a name of its own", async () => {
  const id = await filesOfOneName();
  ben.columns = 80;
  expect(await ben.$("show", id)).toMatchInlineSnapshot(`
    "Login
    oid-001 · opened 3m ago by Ada · changed 1m ago

    status       todo
    conflict     attachment:shot.txt: oid-002 (Ben, 2m ago) or oid-003 (Ada, 1m ago)
                 settle it: git tracker resolve oid-001 --ours|--theirs
    attachments  shot.txt 6 B conflict"
  `);
  ben.columns = undefined;
  expect(await ben.$("resolve", id, "--value", "x")).toMatchInlineSnapshot(`
    "! error: --value needs a field: git tracker resolve ID FIELD --value VALUE
    ! hint: See: git tracker help resolve
    [exit 2]"
  `);
  expect(await ben.$("resolve", id, "attachment:shot.txt", "--value", "x")).toMatchInlineSnapshot(`
    "! error: \`x\` is none of the files called shot.txt
    ! hint: They are: oid-002, oid-003.
    [exit 3]"
  `);
  expect(await ben.$("resolve", id, "attachment:shot.txt", "-e")).toMatchInlineSnapshot(`
    "! error: That is no text: take one side, --ours or --theirs
    ! hint: See: git tracker help resolve
    [exit 2]"
  `);
  expect(await ben.$("resolve", id, "attachment:shot.txt", "--theirs")).toMatchInlineSnapshot(
    `"oid-001 attached shot.txt (6 B), attached shot-oid-002.txt (6 B)  Login"`,
  );
  await together(ben, ada);
  for (const each of [ada, ben]) {
    expect(await read(each, id, "shot.txt")).toBe("of Ada");
    expect(await each.$("attach", id, "--list")).toMatchInlineSnapshot(`
      "shot-oid-002.txt	6
      shot.txt	6"
    `);
    expect(await each.$("conflicts")).toBe("! Nothing is in conflict.");
  }
});

test("two people who settle two files of one name alike write the same; differently, and it is a conflict again", async () => {
  const id = await filesOfOneName();
  await together(ada);
  await ada.$("resolve", id, "attachment", "--ours");
  await ben.$("resolve", id, "--theirs");
  await together(ada, ben, ada);
  for (const each of [ada, ben]) expect(await each.$("conflicts")).toBe("! Nothing is in conflict.");
  const again = await filesOfOneName();
  await together(ada);
  await ada.$("resolve", again, "--ours");
  await ben.$("resolve", again, "--ours");
  await together(ada, ben, ada);
  for (const each of [ada, ben]) {
    expect(await each.json("show", again)).toMatchObject({ item: { conflicts: [{ field: "attachment:shot.txt" }] } });
  }
  await ada.$("resolve", again, "attachment:shot.txt", "--value", "");
  expect(await ada.json("show", again)).toMatchObject({ item: { conflicts: [], attachments: [{}, {}] } });
});

test("a third person names the file", async () => {
  const id = await filesOfOneName();
  const as = ["--as", "Cyn <cyn@example.com>"] as const;
  expect(await ben.$("resolve", id, "--theirs", ...as)).toMatchInlineSnapshot(`
    "! error: attachment:shot.txt: more than one of its values are somebody else's
    ! hint: Say it: git tracker resolve oid-001 attachment:shot.txt --value VALUE
    [exit 3]"
  `);
  const { item } = await ben.json("show", id);
  const [ofBen = ""] = (item as { conflicts: { values: string[] }[] }).conflicts[0]?.values ?? [];
  await ben.$("resolve", id, "attachment:shot.txt", "--value", ofBen.slice(0, 8), ...as);
  expect(await read(ben, id, "shot.txt")).toBe("of Ben");
});

/** Ada puts the first above the second, Ben the second above the first. Ada's clock says that hers is the later: it gives way. */
async function circle(field: "parent" | "links"): Promise<readonly [string, string]> {
  const [one, two] = [await ada.make("One"), await ada.make("Two")];
  await together(ada, ben);
  const edge = (from: string, to: string) =>
    field === "parent" ? ["edit", from, "--set-parent", to] : ["link", from, "--blocks", to];
  await ada.$(...edge(one, two));
  await ben.$(...edge(two, one));
  await together(ada, ben, ada);
  return [one, two];
}

async function expectEdge(field: "parent" | "links", from: string, to: string): Promise<void> {
  for (const each of [ada, ben]) {
    expect(await each.$("conflicts")).toBe("! Nothing is in conflict.");
    const edges = { parent: to, links: [{ kind: "blocks", target: to }] };
    expect((await each.json("show", from)).item).toMatchObject({ [field]: edges[field] });
    expect((await each.json("show", to)).item).toMatchObject({ parent: null, links: [] });
  }
}

test("a circle is told of where an edge gave way", async () => {
  const [one, two] = await circle("parent");
  ada.columns = 80;
  expect(await ada.$("conflicts")).toMatchInlineSnapshot(`
    "oid-001  One
      parent: oid-002 (Ada, 3m ago) gave way: it would close a circle
    Settle it with: git tracker resolve ID [FIELD] --ours, --theirs, --value VALUE
    or -e"
  `);
  expect(await ada.$("show", one)).toMatchInlineSnapshot(`
    "One
    oid-001 · opened 7m ago by Ada · changed 4m ago

    status    todo
    conflict  parent: oid-002 (Ada, 4m ago) gave way: it would close a circle
              settle it: git tracker resolve oid-001 --ours|--theirs
    parent    none conflict
    children  0 of 1 done
              oid-002  todo  Two"
  `);
  ada.columns = undefined;
  expect(await ada.$("resolve", one, "-e")).toMatchInlineSnapshot(`
    "! error: That is no text: take one side, --ours or --theirs
    ! hint: See: git tracker help resolve
    [exit 2]"
  `);
  expect(await ada.$("resolve", two, "--ours")).toMatchInlineSnapshot(`
    "! error: Nothing of this issue is in conflict
    ! hint: See what is, anywhere: git tracker conflicts
    [exit 3]"
  `);
  expect(await ada.$("resolve", one, "--ours")).toMatchInlineSnapshot(`"oid-002 parent oid-001 → none  Two"`);
});

test.each([
  ["parent", ["--theirs"]],
  ["parent", ["parent", "--value", ""]],
  ["links", ["--theirs"]],
  ["links", ["links", "--value", ""]],
] as const)("a circle of %s: the edge that gave way goes for good by %j", async (field, how) => {
  const [one, two] = await circle(field);
  await ada.$("resolve", one, ...how);
  await together(ada, ben);
  await expectEdge(field, two, one);
});

test.each(["parent", "links"] as const)("a circle of %s that is opened at the other end", async (field) => {
  const [one, two] = await circle(field);
  if (field === "links")
    expect(await ben.$("resolve", one, "links", "--value", two)).toMatchInlineSnapshot(`
    "! error: A link is there or it isn't
    ! hint: Take one side: --ours or --theirs
    [exit 2]"
  `);
  await ben.$("resolve", one, "--theirs");
  await together(ben, ada);
  await expectEdge(field, one, two);
});

test("a parent that gave way, and is another one now", async () => {
  const [one, two] = await circle("parent");
  const other = await ada.make("Other");
  await ada.$("resolve", one, "parent", "--value", other);
  await together(ada, ben);
  for (const each of [ada, ben]) {
    expect(await each.$("conflicts")).toBe("! Nothing is in conflict.");
    expect((await each.json("show", one)).item).toMatchObject({ parent: other, children: [two] });
  }
});

test("two texts and a field are settled in one go", async () => {
  const id = await ada.make("Login", "-b", "One");
  await ada.$("comment", id, "First");
  await together(ada, ben);
  const { item } = await ada.json("show", id);
  const comment = (item as { comments: { id: string }[] }).comments[0]?.id ?? "";
  for (const [session, name] of [
    [ada, "Ada"],
    [ben, "Ben"],
  ] as const) {
    await session.$("edit", id, "--body", `Body of ${name}`, "--title", `Title of ${name}`);
    await session.$("comment", id, "--edit", comment, `Comment of ${name}`);
  }
  await together(ada, ben, ada);
  await ada.$("resolve", id, "--ours");
  await together(ada, ben);
  const settled = { title: "Title of Ada", body: "Body of Ada", comments: [{ body: "Comment of Ada" }], conflicts: [] };
  for (const each of [ada, ben]) expect(await each.json("show", id)).toMatchObject({ item: settled });
});

test("setting the parent to what is shown meanwhile settles it", async () => {
  const [id, one, two] = [await ada.make("Child"), await ada.make("One"), await ada.make("Two")];
  await together(ada, ben);
  await ada.$("edit", id, "--set-parent", one);
  await ben.$("edit", id, "--set-parent", two);
  await together(ada, ben);
  const { item } = await ben.json("show", id);
  const { parent } = item as { parent: string };
  expect([one, two]).toContain(parent);
  await ben.$("edit", id, "--set-parent", parent);
  expect(await ben.json("show", id)).toMatchObject({ item: { parent, conflicts: [] } });
});
