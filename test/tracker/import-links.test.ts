/** Links that another system tells of, told again: what is new comes, what it took back goes, and what was done here stays. */
import { describe, expect, test } from "bun:test";
import { type ImportedIssue, type ImportedLink, importIssues } from "../../src/tracker/import.ts";
import { editIssues, type IssueEdit } from "../../src/tracker/issues.ts";
import type { Tracker } from "../../src/tracker/tracker.ts";
import { ben } from "../support/events.ts";
import { makeRepository } from "../support/repository.ts";
import { trackerAt } from "../support/tracker.ts";

const allKinds = ["parent", "blocks", "blocked-by", "relates", "duplicates"] as const;
const names = ["a", "b", "c", "d"];

/** The whole source: all issues, with links as in `a blocks b`. */
function source(links: readonly string[], seconds: number, tells: readonly ImportedLink["kind"][] = allKinds) {
  return names.map((name): ImportedIssue => {
    const by = { author: ben, time: { seconds, zone: "+0000" } };
    const begun = { author: ben, time: { seconds: 10, zone: "+0000" } };
    const [title, status] = [name, "todo"];
    return {
      system: "x",
      name,
      commits: [
        { ...begun, key: "issue", drafts: [{ type: "issue-created", title, status, nonce: "0".repeat(20), body: "" }] },
      ],
      links: links.flatMap((link) => {
        const [from, word, targetName = ""] = link.split(" ");
        const kind = allKinds.find((each) => each === word);
        return from === name && kind !== undefined ? [{ kind, targetName, ...begun }] : [];
      }),
      now: { ...by, state: { title, status }, isAll: true, tells },
    };
  });
}

/** Brings one source after the other, with what somebody does here in between; returns what is left, and what the last import counts. */
async function after(...steps: readonly (readonly ImportedIssue[] | ((tracker: Tracker) => Promise<unknown>))[]) {
  using repository = makeRepository();
  const tracker = await trackerAt(repository);
  let told = "";
  for (const step of steps) {
    if (typeof step === "function") await step(tracker);
    else {
      const { updated, unchanged, commits } = await importIssues(tracker, step);
      told = `${updated} updated, ${unchanged} unchanged, ${commits} commits`;
    }
  }
  const ids = names.map((name) => tracker.index.byExternalId("x", name) ?? "");
  const nameOf = (id: string) => names[ids.indexOf(id)];
  const left = ids.flatMap((id) => {
    const state = tracker.index.state(id);
    const parent = state?.parent ? [`${nameOf(id)} parent ${nameOf(state.parent)}`] : [];
    return [...parent, ...(state?.links ?? []).map(({ kind, target }) => `${nameOf(id)} ${kind} ${nameOf(target)}`)];
  });
  tracker.close();
  return { left, told };
}

function edit(name: string, make: (id: (name: string) => string) => IssueEdit) {
  return async (tracker: Tracker) => {
    const id = (one: string) => tracker.index.byExternalId("x", one) ?? "";
    await editIssues(tracker, [id(name)], make(id));
  };
}

describe("links that are told again", () => {
  const every = ["a blocks b", "c blocked-by a", "b parent c", "a relates d", "d duplicates c"];
  const kept = ["a blocks b", "a blocks c", "a relates d", "b parent c", "d duplicates c"];

  test("are no news", async () => {
    const { left, told } = await after(source(every, 20), source(every, 30));
    expect({ left: left.sort(), told }).toEqual({ left: kept, told: "0 updated, 4 unchanged, 0 commits" });
  });

  test.each(every)("go where %s is told no more", async (gone) => {
    const rest = every.filter((link) => link !== gone);
    const { left, told } = await after(source(every, 20), source(rest, 30), source(rest, 40), source(rest, 50));
    expect(left.sort()).toEqual(
      kept.filter((link) => link !== gone && !(gone === "c blocked-by a" && link === "a blocks c")),
    );
    expect(told).toBe("0 updated, 4 unchanged, 0 commits");
  });

  test("are counted when they go, and come back when they are told anew", async () => {
    expect(await after(source(["a blocks b"], 20), source([], 30))).toEqual({
      left: [],
      told: "1 updated, 3 unchanged, 1 commits",
    });
    expect(await after(source(["a blocks b"], 20), source([], 30), source(["a blocks b"], 40))).toEqual({
      left: ["a blocks b"],
      told: "1 updated, 3 unchanged, 1 commits",
    });
  });

  test("of several parents are the first one", async () => {
    const links = ["b parent c", "b parent d", "b parent a"];
    const { left, told } = await after(source(links, 20), source(links, 30));
    expect({ left, told }).toEqual({ left: ["b parent c"], told: "0 updated, 4 unchanged, 0 commits" });
  });

  test("move to another parent", async () => {
    const { left } = await after(source(["b parent a"], 20), source(["b parent c"], 30), source(["b parent d"], 40));
    expect(left).toEqual(["b parent d"]);
  });

  test("stay gone where somebody took them back here", async () => {
    const links = ["a blocks b", "b parent c"];
    const take = [edit("a", (id) => ({ removeBlocking: [id("b")] })), edit("b", () => ({ parent: "" }))];
    expect(await after(source(links, 20), ...take, source(links, 30))).toEqual({
      left: [],
      told: "0 updated, 4 unchanged, 0 commits",
    });
  });

  test("stay where somebody made them here, or made them anew", async () => {
    const make = edit("a", (id) => ({ addBlocking: [id("b")] }));
    const take = edit("a", (id) => ({ removeBlocking: [id("b")] }));
    const move = edit("d", (id) => ({ parent: id("c") }));
    expect((await after(source([], 20), make, source([], 30))).left).toEqual(["a blocks b"]);
    expect((await after(source(["a blocks b"], 20), take, make, source([], 30))).left).toEqual(["a blocks b"]);
    const moved = [source(["d parent a"], 20), move, source([], 30), source(["d parent b"], 40)];
    expect((await after(...moved)).left).toEqual(["d parent c"]);
  });

  test("stay where the source doesn't tell of such, or where their issue isn't in it", async () => {
    const links = ["a blocks b", "b parent c"];
    expect((await after(source(links, 20), source([], 30, ["relates"]))).left).toEqual(links);
    const others = source([], 30).filter(({ name }) => name === "c" || name === "d");
    expect((await after(source(links, 20), others)).left).toEqual(links);
  });

  test("may be told from the other end from now on", async () => {
    const { left, told } = await after(
      source(["a blocks b", "a relates c"], 20),
      source(["b blocked-by a", "c relates a"], 30),
    );
    expect(left).toEqual(["a blocks b", "a relates c", "c relates a"]);
    expect(told).toBe("1 updated, 3 unchanged, 1 commits");
  });
});
