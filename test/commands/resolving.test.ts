import { afterEach, beforeEach, expect, test } from "bun:test";
import type { Session } from "../support/transcript.ts";
import { openPair, type Pair, renamedByBoth } from "./pair.ts";

let pair: Pair;
let ada: Session;
let ben: Session;
const $ = (...args: string[]) => ada.$(...args);

beforeEach(() => {
  pair = openPair();
  ({ ada, ben } = pair);
});
afterEach(() => pair[Symbol.dispose]());

test("a conflict is shown by sync, show and conflicts, and settled by resolve", async () => {
  const id = await renamedByBoth(pair);
  expect(await ben.$("conflicts")).toMatchInlineSnapshot(`"! Nothing is in conflict."`);
  expect(await ben.$("resolve", id, "--ours")).toMatchInlineSnapshot(`
    "! error: Nothing of this issue is in conflict
    ! hint: See what is, anywhere: git tracker conflicts
    [exit 3]"
  `);
  expect(await ben.$("sync")).toMatchInlineSnapshot(`
    "oid-001 merged, sent, in conflict  Login with SSO
    synced with origin: 1 merged, 1 sent, 1 in conflict"
  `);
  expect(await ben.$("conflicts")).toMatchInlineSnapshot(
    `"oid-001  title: Login by key (Ben <ben@example.com> 2026-01-15T12:02:00Z) or Login with SSO (Ada <ada@example.com> 2026-01-15T12:03:00Z)"`,
  );
  expect(await ben.json("conflicts")).toMatchObject({ kind: "issues", total: 1, items: [{ id }] });
  ben.columns = 70;
  expect(await ben.$("conflicts")).toMatchInlineSnapshot(`
    "oid-001  Login with SSO
      title: Login by key (Ben, 6m ago) or Login with SSO (Ada, 5m ago)
    Settle it with: git tracker resolve ID [FIELD] --ours, --theirs,
    --value VALUE or -e"
  `);
  ben.columns = 40;
  expect(await ben.$("conflicts")).toMatchInlineSnapshot(`
    "oid-001  Login with SSO
      title: Login by key (Ben, 7m ago) or
        Login with SSO (Ada, 6m ago)
    Settle it with: git tracker resolve ID
    [FIELD] --ours, --theirs, --value VALUE
    or -e"
  `);
  ben.columns = 70;
  expect(await ben.$("show", id)).toMatchInlineSnapshot(`
    "Login with SSO conflict
    oid-001 · opened 9m ago by Ada · changed 7m ago

    status    todo
    conflict  title: Login by key (Ben, 8m ago) or Login with SSO (Ada, 7m
              ago)
              settle it: git tracker resolve oid-001 --ours|--theirs|-e

    One

    Two

    Three"
  `);
  ben.columns = undefined;
  expect(await ben.$("resolve", id)).toMatchInlineSnapshot(`
    "! error: Say how, in one way: --ours, --theirs, --value VALUE or -e
    ! hint: See: git tracker help resolve
    [exit 2]"
  `);
  expect(await ben.$("resolve", id, "status", "--ours")).toMatchInlineSnapshot(`
    "! error: \`status\` is not in conflict
    ! hint: In conflict: title.
    [exit 3]"
  `);
  expect(await ben.$("resolve", id, "--value", "x")).toMatchInlineSnapshot(`
    "! error: --value needs a field: git tracker resolve ID FIELD --value VALUE
    ! hint: See: git tracker help resolve
    [exit 2]"
  `);
  expect(await ben.$("resolve", id, "--theirs")).toMatchInlineSnapshot(
    `"oid-001 resolved title → Login with SSO  Login with SSO"`,
  );
  await ben.$("sync");
  expect(await $("sync")).toMatchInlineSnapshot(`
    "oid-001 changed  Login with SSO
    synced with origin: 1 changed"
  `);
  expect(await ada.json("show", id)).toMatchObject({ item: { title: "Login with SSO", conflicts: [] } });
});

test.each([
  ["--ours", "Login by key"],
  ["--theirs", "Login with SSO"],
  ["--value", "Login"],
])("resolve %s", async (how, title) => {
  const id = await renamedByBoth(pair);
  await ben.$("sync");
  await ben.json("resolve", id, "title", how, ...(how === "--value" ? [title] : []));
  expect(await ben.json("show", id)).toMatchObject({ item: { title, conflicts: [] } });
});

test("a third person has to say which", async () => {
  const id = await renamedByBoth(pair);
  await ben.$("sync");
  expect(await ben.$("resolve", id, "--ours", "--as", "Cyn <cyn@example.com>")).toMatchInlineSnapshot(`
    "! error: title: none of its values is yours
    ! hint: Say it: git tracker resolve oid-001 title --value VALUE
    [exit 3]"
  `);
  expect(await ben.$("resolve", id, "--theirs", "--as", "Cyn <cyn@example.com>")).toMatchInlineSnapshot(`
    "! error: title: more than one of its values are somebody else's
    ! hint: Say it: git tracker resolve oid-001 title --value VALUE
    [exit 3]"
  `);
});

test("descriptions that overlap are put together in the editor", async () => {
  const id = await renamedByBoth(pair);
  await ada.$("edit", id, "--body", "One\n\nTwo of Ada\n\nThree");
  await ben.$("edit", id, "--body", "One\n\nTwo of Ben\n\nThree");
  await $("sync");
  await ben.$("sync");
  expect(await ben.$("resolve", id, "-e")).toMatchInlineSnapshot(`
    "! error: Say which field: one at a time
    ! hint: See: git tracker help resolve
    [exit 2]"
  `);
  ben.edits.push((text) => text);
  expect(await ben.$("resolve", id, "description", "-e")).toMatchInlineSnapshot(`
    "! error: Nothing was put together: it is in conflict as before
    ! hint: Or take --ours, --theirs.
    [exit 2]"
  `);
  let shown = "";
  let again = "";
  ben.edits.push(
    (text) => {
      shown = text;
      return text.replace("Two of Ada", "Two of both");
    },
    (text) => {
      again = text;
      return "One\n\nTwo of both\n\nThree\n";
    },
  );
  expect(await ben.$("resolve", id, "description", "-e")).toMatchInlineSnapshot(
    `"oid-001 description changed: One Two of both Three  Login with SSO"`,
  );
  expect(shown.replace(id.slice(0, 7), "ID")).toMatchInlineSnapshot(`
    "One

    <<<<<<< Ben, 4m ago
    Two of Ben
    =======
    Two of Ada
    >>>>>>> Ada, 2m ago

    Three
    # ------------------------ >8 ------------------------
    Above: description of ID Login with SSO, with all sides of it
    Make one of them and take out the marks. What stands from the line above on is left out.
    Save it unchanged to give up.
    "
  `);
  expect(again.replace(id.slice(0, 7), "ID")).toMatchInlineSnapshot(`
    "One

    <<<<<<< Ben, 4m ago
    Two of Ben
    =======
    Two of both
    >>>>>>> Ada, 2m ago

    Three
    # ------------------------ >8 ------------------------
    Above: description of ID Login with SSO, with all sides of it
    Make one of them and take out the marks. What stands from the line above on is left out.
    Save it unchanged to give up.
    error: This mark is still there: <<<<<<< Ben, 4m ago
    Take out all lines with <<<<<<< and >>>>>>>.
    "
  `);
  expect(await ben.json("show", id)).toMatchObject({
    item: { body: "One\n\nTwo of both\n\nThree", conflicts: [{ field: "title" }] },
  });
  ben.edits.push(() => "Login at last\n");
  await ben.$("resolve", id, "-e");
  expect(await ben.json("show", id)).toMatchObject({ item: { title: "Login at last", conflicts: [] } });
});

test("a comment that one changed and the other took back", async () => {
  const id = await ada.make("Login");
  await $("comment", id, "First words");
  await $("sync");
  await ben.$("sync");
  const { item } = await ada.json("show", id);
  const comment = (item as { comments: { id: string }[] }).comments[0]?.id ?? "";
  await $("comment", id, "--edit", comment, "Better words");
  await ben.$("comment", id, "--delete", comment);
  await $("sync");
  expect(await ben.$("sync")).toMatchInlineSnapshot(`
    "oid-001 merged, sent, in conflict  Login
    synced with origin: 1 merged, 1 sent, 1 in conflict"
  `);
  expect(await ben.$("conflicts")).toMatchInlineSnapshot(
    `"oid-001  comment:oid-002…: none (Ben <ben@example.com> 2026-01-15T12:02:00Z) or Better words (Ada <ada@example.com> 2026-01-15T12:05:00Z)"`,
  );
  expect(await ben.$("resolve", id, `comment:${comment.slice(0, 7)}`, "--ours")).toMatchInlineSnapshot(
    `"oid-001 deleted comment oid-002  Login"`,
  );
  expect(await ben.json("show", id)).toMatchObject({ item: { comments: [], conflicts: [] } });
  await ben.$("sync");
  await $("sync");
  expect(await ada.json("show", id)).toMatchObject({ item: { comments: [], conflicts: [] } });
});
