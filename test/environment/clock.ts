/** E, clocks: events are written and read by clocks that are wrong, and what is told of them is right. */

import type { Clock } from "../../src/platform/clock.ts";
import { gitIn, makePlace, type Place } from "../faults/place.ts";
import { type Chooser, createChooser, type RigReport, range } from "../faults/rig.ts";
import { handClock, told } from "./ask.ts";
import { withoutIndex } from "./sample.ts";

const year = 365.25 * 86_400_000;
const now = Date.UTC(2026, 0, 15, 12);

/** Ways for a clock to be wrong, each made anew for a history. */
export const clocks: Readonly<Record<string, (chooser: Chooser) => Clock>> = {
  right: () => handClock(now),
  "ten years behind": () => handClock(now - 10 * year),
  "ten years ahead": () => handClock(now + 10 * year),
  "going backwards": () => handClock(now, -3_600_000),
  "standing still": () => handClock(now, 0),
  "before 1970": () => handClock(Date.UTC(1969, 6, 20), 60_000),
  "passing 1970": () => handClock(-20_000, 1000),
  "passing 2038": () => handClock(2 ** 31 * 1000 - 20_000, 1000),
  "in the year 3000": () => handClock(Date.UTC(3000, 0, 1), 60_000),
  "jumping ten years to either side": (chooser) => {
    const clock = handClock(now);
    return { ...clock, now: () => now + (chooser.below(20 * 1000) / 1000 - 10) * year };
  },
};

/** Plays one history by each clock, and one in which every command has another clock. */
export async function playByClocks(seed: number, steps: number): Promise<RigReport> {
  const chooser = createChooser(seed);
  const problems: string[] = [];
  const names = Object.keys(clocks);
  for (const name of [...names, "of all kinds"]) {
    const made = clocks[name]?.(chooser);
    const others = names.flatMap((each) => clocks[each]?.(chooser) ?? []);
    const next = () => made ?? others[chooser.below(others.length)] ?? handClock(now);
    for (const problem of await play(next, steps)) problems.push(`A clock ${name}: ${problem}`);
  }
  return { rig: "E clocks", seed, figures: { clocks: names.length + 1, steps }, problems };
}

/** Statuses, titles and comments of one issue; the last word counts, and comments stand in the order in which they were made. */
async function play(next: () => Clock, steps: number): Promise<string[]> {
  using place = makePlace();
  const problems: string[] = [];
  const say = async (...words: string[]) => await told(place, words, next());
  const id = await say("new", "-q", "The first with a needle");
  const said: string[] = [];
  let status = "todo";
  for (const step of range(steps)) {
    status = status === "todo" ? "in-progress" : "todo";
    await say("comment", "-q", id, `Comment ${step}`);
    said.push(`Comment ${step}`);
    await say("status", "-q", id, status);
    await say("edit", "-q", id, "--title", `Title ${step} with a needle`);
    // Another tool moves the ref, and moves it back, within the same moment: both are noticed.
    const tip = gitIn(place, "rev-parse", `refs/git-tracker/issues/${id}`).trim();
    gitIn(place, "update-ref", `refs/git-tracker/issues/${id}`, `${tip}~1`);
    const behind = JSON.parse(await say("show", id, "--json")).item;
    if (behind.title === `Title ${step} with a needle`)
      problems.push(`step ${step}: a ref that was moved goes unnoticed`);
    gitIn(place, "update-ref", `refs/git-tracker/issues/${id}`, tip);
    const { item } = JSON.parse(await say("show", id, "--json"));
    if (item.title !== `Title ${step} with a needle`) problems.push(`step ${step}: the title is ${item.title}`);
    if (item.status !== status) problems.push(`step ${step}: the status is ${item.status}, not ${status}`);
    const comments = item.comments.map(({ body }: { body: string }) => body);
    if (comments.join() !== said.join()) problems.push(`step ${step}: comments come as ${comments.join()}`);
  }
  problems.push(...(await compareWithNone(place, id, next)), ...checkSound(place));
  await say("undo");
  if (JSON.parse(await say("show", id, "--json")).item.title === `Title ${steps - 1} with a needle`) {
    problems.push("undo takes nothing back");
  }
  return problems;
}

/** The index says what a clone without one says, when both are asked at the same moment. */
async function compareWithNone(place: Place, id: string, next: () => Clock): Promise<string[]> {
  const questions = [
    ["list", "--json", "--all"],
    ["show", id, "--json"],
    ["search", "--json", "needle"],
    ["log", "--json"],
  ];
  const right = await withoutIndex(place, questions);
  const problems: string[] = [];
  for (const [at, question] of questions.entries()) {
    await told(place, question, next());
    if ((await told(place, question)) !== right[at])
      problems.push(`${question[0]} answers otherwise than without an index`);
  }
  return problems;
}

function checkSound(place: Place): string[] {
  const said = gitIn(place, "fsck", "--strict", "--no-dangling", "--no-progress").trim();
  return said === "" ? [] : [`fsck: ${said}`];
}
