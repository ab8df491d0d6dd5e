/** Syncing with a bare repository beside it, and git's own fetch and push of the same refs. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { refs } from "../src/store/refs.ts";
import { copyFixture, type Fixture } from "./fixture.ts";
import type { Trial } from "./measure.ts";
import type { Row, Trials } from "./rows.ts";
import { runIn, scratchFolder } from "./scratch.ts";

const remote = "origin";
const ours = `${refs.issues}*`;
const tracked = `${refs.remote(remote)}issues/*`;
const fetchAll = `git fetch --quiet --no-tags ${remote} '+${ours}:${tracked}'`;

export function syncRows(executable: string, fixture: Fixture, ids: readonly string[]): Row[] {
  const beside = "git fetch + push";
  return [
    { name: "sync, nothing to do", beside, open: () => nothing(executable, fixture), target: 1.5, kind: "remote" },
    {
      name: "sync, one change each way",
      beside,
      open: () => eachWay(executable, fixture, ids),
      target: 1.5,
      kind: "remote",
    },
    { name: "sync, first of a clone", beside, open: () => first(executable, fixture), target: undefined, kind: "long" },
  ];
}

async function nothing(executable: string, fixture: Fixture): Promise<Trials> {
  const [mine, theirs] = [await openClone(executable, fixture), await openClone(executable, fixture)];
  return {
    ours: { label: "sync", next: () => ({ command: [executable, "sync"], cwd: mine.folder }) },
    beside: fetchAndPush(`'${ours}:${ours}'`, () => theirs.folder),
  };
}

/** Before each run somebody else has pushed a change, and there is one here of another issue. */
async function eachWay(executable: string, fixture: Fixture, ids: readonly string[]): Promise<Trials> {
  const [mine, theirs] = [await openClone(executable, fixture), await openClone(executable, fixture)];
  const others = { mine: await openOther(mine), theirs: await openOther(theirs) };
  let next = 0;
  const change = async (folder: string, other: string) => {
    const [away, here] = [ids[next++ % ids.length] ?? "", ids[next++ % ids.length] ?? ""];
    await runIn(other, [executable, "comment", away, "Somebody else says something."]);
    await runIn(other, ["git", "push", "--quiet", remote, refs.issue(away)]);
    await runIn(folder, [executable, "comment", here, "Something is to be said."]);
    return refs.issue(here);
  };
  return {
    ours: {
      label: "sync",
      async next() {
        await change(mine.folder, others.mine);
        return { command: [executable, "sync"], cwd: mine.folder };
      },
    },
    beside: {
      label: "git fetch + push",
      async next() {
        const ref = await change(theirs.folder, others.theirs);
        return fetchAndPushOf(`${ref}:${ref}`, theirs.folder);
      },
    },
  };
}

/** Every run is the first of a repository that is new. */
async function first(executable: string, fixture: Fixture): Promise<Trials> {
  const { hub } = await openClone(executable, fixture);
  const empty = () => emptyClone(hub);
  return {
    ours: { label: "sync", next: async () => ({ command: [executable, "sync"], cwd: await empty() }) },
    beside: { label: "git fetch + push", next: async () => fetchAndPushOf(`'${ours}:${ours}'`, await empty()) },
  };
}

function fetchAndPush(refspec: string, folder: () => string): Trial {
  return { label: "git fetch + push", next: () => fetchAndPushOf(refspec, folder()) };
}

function fetchAndPushOf(refspec: string, cwd: string) {
  return { command: ["sh", "-c", `${fetchAll} && git push --quiet ${remote} ${refspec}`], cwd };
}

interface Clone {
  readonly folder: string;
  readonly hub: string;
}

/** A copy of the fixture, a bare repository with the same issues as its remote, and a sync behind it. */
async function openClone(executable: string, fixture: Fixture): Promise<Clone> {
  const folder = copyFixture(fixture);
  const hub = `${folder}.git`;
  await runIn(scratchFolder(), ["git", "clone", "--quiet", "--mirror", folder, hub]);
  await runIn(folder, ["git", "remote", "add", remote, `file://${hub}`]);
  await runIn(folder, [executable, "sync"]);
  return { folder, hub };
}

/** Another clone of the same remote, for somebody else. */
async function openOther({ hub }: Clone): Promise<string> {
  const other = `${hub}.other`;
  await runIn(scratchFolder(), ["git", "clone", "--quiet", "--mirror", hub, other]);
  await runIn(other, ["git", "config", "--unset", `remote.${remote}.mirror`]);
  return other;
}

let clones = 0;

async function emptyClone(hub: string): Promise<string> {
  const folder = join(scratchFolder(), `clone-${clones++}`);
  mkdirSync(folder);
  await runIn(folder, ["git", "init", "--quiet"]);
  await runIn(folder, ["git", "remote", "add", remote, `file://${hub}`]);
  return folder;
}
