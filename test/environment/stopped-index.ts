/** E, the index is locked: a process is stopped where it holds a lock of the index, and others read. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { attempt, copyPlace, gitIn, makePlace, type Place, start, tracker } from "../faults/place.ts";
import { inMs, type RigReport } from "../faults/rig.ts";
import { binary } from "../support/binary.ts";
import { indexFolder } from "./sample.ts";

/** What the stopped process is in the middle of. */
export type Held = "a write to the index" | "the lock under which the index is replaced";

/** What has happened to the index since. */
export type Since = "nothing" | "an issue was fetched" | "the seal is broken";

/** Longer than a reader may wait for a lock twice over. */
const readMsMax = 30_000;

/** Asks all reading commands while somebody is stopped. */
export async function readPastHolder(seed: number, held: Held, since: Since): Promise<RigReport> {
  using place = makePlace();
  const id = await tracker(place, "new", "-q", "One with a needle");
  await tracker(place, "list");
  using _holder = await startHolder(place, held);
  const title = since === "an issue was fetched" ? await fetchAnIssue(place) : "One with a needle";
  if (since === "the seal is broken") rmSync(join(indexFolder(place), "index-seal"));
  const questions = [
    ["list", "--json", "--all"],
    ["show", id, "--json"],
    ["search", "needle", "--json"],
    ["board", "--json"],
  ];
  const problems: string[] = [];
  let slowest = 0;
  const asked = questions.map(async (question) => {
    const words = question.join(" ");
    const { code, stdout, stderr, ms } = await attempt(place, ...question);
    slowest = Math.max(slowest, ms);
    if (code !== 0) problems.push(`${words} ends with ${code}: ${stderr}`);
    else if (question[0] === "list" && !stdout.includes(title))
      problems.push(`${words} knows nothing of what is there`);
    if (ms > readMsMax) problems.push(`${words} takes ${ms} ms`);
  });
  await Promise.all(asked);
  return { rig: `E index, ${held} is stopped, ${since}`, seed, figures: { "max ms": slowest }, problems };
}

/** An issue comes from elsewhere, so that the index has something to be brought up to. Returns its title. */
async function fetchAnIssue(place: Place): Promise<string> {
  using other = copyPlace(place);
  await tracker(other, "new", "-q", "Another with a needle");
  gitIn(place, "fetch", "--quiet", other.cwd, "refs/git-tracker/issues/*:refs/git-tracker/issues/*");
  return "Another with a needle";
}

/** A process that has begun, and was stopped. Dispose kills it. */
async function startHolder(place: Place, held: Held): Promise<Disposable> {
  const file = join(indexFolder(place), held === "a write to the index" ? "index" : "index-lock");
  const begin =
    held === "a write to the index"
      ? `db.run("BEGIN IMMEDIATE"); db.run("UPDATE meta SET value = value || ' '");`
      : `db.run("PRAGMA journal_mode = MEMORY"); db.run("BEGIN EXCLUSIVE");`;
  const script = `
    const db = new (await import("bun:sqlite")).Database(${JSON.stringify(file)});
    ${begin}
    (await import("node:fs")).writeSync(1, "begun");
    process.kill(process.pid, "SIGSTOP");`;
  const child = Bun.spawn([process.execPath, "-e", script], { cwd: place.cwd, stdout: "pipe", stderr: "inherit" });
  const kill = () => child.kill("SIGKILL");
  for await (const chunk of child.stdout) {
    if (new TextDecoder().decode(chunk).includes("begun")) return { [Symbol.dispose]: kill };
  }
  kill();
  throw new Error("The holder ended before it held anything");
}

/** A process of our own is killed in the middle of its work, and what it left is read. */
export async function readAfterKilled(seed: number, kills: number): Promise<RigReport> {
  using place = makePlace();
  const id = await tracker(place, "new", "-q", "One");
  const problems: string[] = [];
  for (let turn = 1; turn <= kills; turn++) {
    const running = start(place, [await binary(), "comment", "-q", id, `Said ${turn}`]);
    await inMs(turn * 4);
    running.signal("SIGKILL");
    await running.ended;
    const shown = await attempt(place, "show", id, "--json");
    using copy = copyPlace(place);
    rmSync(indexFolder(copy), { recursive: true });
    const right = await attempt(copy, "show", id, "--json");
    if (shown.code !== 0 || shown.stdout !== right.stdout) {
      problems.push(`Killed after ${turn * 4} ms: show ends with ${shown.code}, otherwise than without an index`);
    }
  }
  return { rig: "E index, left by the killed", seed, figures: { kills }, problems };
}
