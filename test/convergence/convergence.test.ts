/** The table of what concurrent edits come to, over real syncs, whoever syncs first. */
import { describe, expect, test } from "bun:test";
import type { Json } from "../support/transcript.ts";
import type { Case } from "./case.ts";
import { cases } from "./cases.ts";
import { act, begin, expectOutcome, openPeople, type People, type Person, type Played } from "./people.ts";
import { manualCases, scalars } from "./scalar-cases.ts";

const timeoutMs = 120_000;
const needsThree = ({ c, next }: Case) => c !== undefined || next?.c !== undefined;

/** Who syncs first, by how many there are. */
const orders = {
  two: ["ab", "ba"],
  three: ["abc", "acb", "bac", "bca", "cab", "cba"],
} as const;

for (const count of ["two", "three"] as const) {
  const some = cases.filter((each) => needsThree(each) === (count === "three"));
  test.each(orders[count])(
    `${some.length} cases of ${count} replicas, synced in the order %s`,
    async (order) => {
      using people = openPeople();
      await play(people, some, order);
    },
    timeoutMs,
  );
}

describe("with merge.strategy manual", () => {
  test.each(orders.two)(
    `${manualCases.length} cases, synced in the order %s`,
    async (order) => {
      using people = openPeople();
      for (const { session } of people.all) {
        for (const { field } of scalars) await session.$("config", "set", `merge.strategy.${field}`, "manual");
      }
      await play(people, manualCases, order);
    },
    timeoutMs,
  );
});

async function play(people: People, table: readonly Case[], order: string): Promise<void> {
  const taking = people.all.filter(({ key }) => order.includes(key));
  const [first] = taking;
  if (first === undefined) throw new Error("Nobody takes part");
  const played: Played[] = [];
  for (const each of table) played.push(await begin(first, each));
  await sync(taking);
  for (const person of taking) for (const each of played) await act(person, each, each.of);
  await comeTogether(people, inOrder(taking, order));
  for (const each of played) for (const person of taking) await expectOutcome(person, each, each.of);

  const going = played.filter(({ of }) => of.next !== undefined);
  for (const person of taking) for (const each of going) await act(person, each, each.of.next ?? {});
  await comeTogether(people, inOrder(taking, order));
  for (const each of going) {
    for (const person of taking) await expectOutcome(person, each, each.of.next ?? { state: {} });
  }
}

function inOrder(people: readonly Person[], order: string): Person[] {
  return [...people].sort((a, b) => order.indexOf(a.key) - order.indexOf(b.key));
}

async function sync(people: readonly Person[]): Promise<void> {
  for (const { session } of people) expect(await session.$("sync", "-q")).not.toContain("! ");
}

/** After all have synced, and once more those who came too early, refs are the same to the byte, and so is all that anybody sees. */
async function comeTogether({ hub }: People, people: readonly Person[]): Promise<void> {
  await sync(people);
  await sync(people.slice(0, -1));
  const listing = ["for-each-ref", "--format=%(refname) %(objectname)", "refs/git-tracker/issues"] as const;
  const tips = hub.git(...listing);
  const [first, ...others] = people;
  const list = first === undefined ? [] : await listed(first);
  expect(list.length).toBeGreaterThan(0);
  for (const { session } of people) {
    expect(session.repository.git(...listing)).toBe(tips);
    expect(await session.$("sync")).toBe("synced with origin: nothing new");
  }
  for (const other of others) expect(await listed(other)).toEqual(list);
}

/** All issues, by id: what is dated later than somebody's own clock stands last in their list. */
async function listed({ session }: Person): Promise<readonly Listed[]> {
  const { items } = (await session.json("list", "--all", "--limit", "1000")) as Json & { items: readonly Listed[] };
  return items.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

interface Listed {
  readonly id: string;
}
