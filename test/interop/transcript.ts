/** The same work in every kind of place, and what must be true of it there: git finds no fault, and the index says what git says. */
import { expect } from "bun:test";
import { attempt, type Listed, type Place, type Shown, tracker, trackerJson } from "../proof/here.ts";

/** A place, and git in it. */
export interface Spot extends Place {
  git(...args: string[]): string;
}

/** What the work left, as it reads everywhere. */
export interface Outcome {
  readonly ids: readonly string[];
  readonly seen: readonly Seen[];
}

export interface Seen {
  readonly title: string;
  readonly status: string;
  readonly labels: readonly string[];
  readonly comments: readonly string[];
}

/** Makes two issues, talks, moves and takes back. */
export async function work(place: Place): Promise<Outcome> {
  const first = await tracker(place, "new", "-q", "Fix login", "-b", "Steps:\n\n1. go", "-l", "auth");
  const second = await tracker(place, "new", "-q", "Ünïcode ☃");
  await tracker(place, "comment", first, "It is the cookie");
  await tracker(place, "status", first, "in-progress");
  await tracker(place, "label", "add", second, "later");
  await tracker(place, "undo");
  await tracker(place, "comment", second, "Not now");
  const ids = [first, second];
  const { total, items } = await trackerJson<Listed>(place, "list", "sort:created");
  expect({ total, ids: items.map(({ id }) => id).toSorted() }).toEqual({ total: 2, ids: ids.toSorted() });
  const seen = await see(place, ids);
  expect(seen).toEqual(worked);
  return { ids, seen };
}

/** What these issues say that is the same wherever they were made. */
export async function see(place: Place, ids: readonly string[]): Promise<Seen[]> {
  const shown: Seen[] = [];
  for (const id of ids) {
    const { item } = await trackerJson<Shown>(place, "show", id);
    const { title, status, labels, comments } = item;
    shown.push({ title, status, labels, comments: comments.map(({ body }) => body) });
  }
  return shown;
}

const worked: Seen[] = [
  { title: "Fix login", status: "in-progress", labels: ["auth"], comments: ["It is the cookie"] },
  { title: "Ünïcode ☃", status: "todo", labels: [], comments: ["Not now"] },
];

/** Git's check of all objects, and the index against one made anew. */
export async function expectSoundAt(spot: Spot): Promise<void> {
  const said = spot.git("fsck", "--strict", "--no-dangling", "--no-progress");
  expect(said.split("\n").filter((line) => line !== "" && !line.startsWith("notice: HEAD"))).toEqual([]);
  const { findings } = await trackerJson<{ findings: readonly { what: string }[] }>(spot, "doctor");
  expect(findings.map(({ what }) => what)).toEqual([]);
  const before = await tracker(spot, "list", "--all", "--json");
  await tracker(spot, "reindex");
  expect(await tracker(spot, "list", "--all", "--json")).toBe(before);
}

/** What doctor finds, which may be trouble. */
export async function troubles(place: Place): Promise<{ code: number; errors: readonly string[] }> {
  const { stdout, code } = await attempt(place, "doctor", "--json");
  const { findings }: { findings: readonly { level: string; what: string }[] } = JSON.parse(stdout);
  return { code, errors: findings.filter(({ level }) => level === "error").map(({ what }) => what) };
}

/** Every ref of git-tracker's with its tip, as text. */
export function trackerRefs(spot: Pick<Spot, "git">): string {
  return spot.git("for-each-ref", "--format=%(objectname) %(refname)", "refs/git-tracker/");
}

/** Another folder of a repository's environment. */
export function spotAt(cwd: string, env: Spot["env"]): Spot {
  return {
    cwd,
    env,
    git: (...args) => {
      const { exitCode, stdout, stderr } = Bun.spawnSync(["git", ...args], { cwd, env: { ...env } });
      if (exitCode !== 0) throw new Error(`git ${args.join(" ")}: ${exitCode}: ${stderr}`);
      return stdout.toString();
    },
  };
}
