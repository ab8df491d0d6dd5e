/**
 * D5: every payload in every place of every command line. Nothing may run, nothing may be written but what is ours (and a file that the
 * command line itself names), every ending is a documented one, and no bug shows.
 */
import { isAbsolute, join, relative, resolve } from "node:path";
import { exitCodes } from "../../src/core/errors.ts";
import { findSteering } from "../render/hostile.ts";
import { type Effort, sample } from "./effort.ts";
import { payloads } from "./payloads.ts";
import { type Slot, slotsFor } from "./slots.ts";
import type { Played } from "./stage.ts";
import { isCanary, openWorld, type World, workTree } from "./world.ts";

export interface Injected {
  /** All there are. */
  readonly cases: number;
  readonly tried: number;
  /** How many ended well, and with each code. */
  readonly codes: ReadonlyMap<number, number>;
  readonly troubles: readonly string[];
}

interface Case {
  readonly slot: Slot;
  readonly payload: string;
}

const documented = new Set([0, ...Object.values(exitCodes)]);
/** A world in which so much was tried begins anew. */
const triesMax = 100;

/** Tries so many cases, drawn by the seed; all if there are no more. */
export async function inject(count: number, { seed }: Effort): Promise<Injected> {
  using first = await openWorld();
  const slots = await slotsFor(first.things);
  const cases = slots.flatMap((slot) => payloads.map((payload) => ({ slot, payload })));
  const troubles: string[] = [];
  const codes = new Map<number, number>();
  const chosen = sample(cases, count, seed);
  let world = first.again();
  try {
    for (const [at, each] of chosen.entries()) {
      const played = await world.stage.play(each.slot.with(each.payload), { stdin: "from standard input" });
      const changed = world.changes();
      const trouble = troubleOf(each, played, changed, world);
      if (trouble !== undefined) troubles.push(trouble);
      if (played.code !== undefined) codes.set(played.code, (codes.get(played.code) ?? 0) + 1);
      if (changed.length === 0 && world.isWhole() && at % triesMax < triesMax - 1) continue;
      world[Symbol.dispose]();
      world = first.again();
    }
  } finally {
    world[Symbol.dispose]();
  }
  return { cases: cases.length, tried: chosen.length, codes, troubles };
}

function troubleOf(
  { slot, payload }: Case,
  played: Played,
  changed: readonly string[],
  world: World,
): string | undefined {
  const { code, crash, out, err } = played;
  const what = `${slot.name} with ${JSON.stringify(payload.slice(0, 80))}`;
  if (code === undefined) return `${what} crashed: ${crash instanceof Error ? crash.stack : crash}`;
  if (!documented.has(code)) return `${what} ended with ${code}`;
  if (/^\s+at .+:\d+/m.test(out + err) || /\b(?:Type|Range|Reference|Syntax)Error\b/.test(err))
    return `${what} shows a stack: ${err}`;
  const wrong = changed.filter((path) => !mayWrite({ slot, payload }, path, world));
  if (wrong.length > 0) return `${what} changed ${wrong.join(", ")}${wrong.some(isCanary) ? " (the canary)" : ""}`;
  const steering = findSteering(out) ?? findSteering(err);
  return steering === undefined ? undefined : `${what} steers a terminal: ${steering}`;
}

/** Files that the person names: by `--output`, by the name of an attachment that is got, or as settings. */
function mayWrite({ slot, payload }: Case, path: string, { stage }: World): boolean {
  const args = slot.with(payload);
  const absolute = resolve(stage.root, path);
  if (slot.command === "config" || slot.command === "init") {
    return path === `${workTree}/git-tracker.toml` || path === "home/.config/git-tracker/config.toml";
  }
  if (slot.command === "attach" && slot.flag !== "output" && outputsOf(args).length === 0) {
    // Into the folder where one stands and nowhere else.
    return args.includes("--get") || slot.flag === "get"
      ? isIn(stage.cwd, absolute) && !path.includes("/.git/")
      : false;
  }
  if (slot.command !== "export" && slot.command !== "attach") return false;
  const named = [...(slot.flag === "output" ? [payload] : []), ...outputsOf(args)];
  return named.some((each) => resolve(stage.cwd, each) === absolute);
}

/** What follows `-o` or is glued to it, however the parser takes it: `-o file`, `-ofile`, `--output=file`. */
function outputsOf(args: readonly string[]): string[] {
  return args.flatMap((arg, at) => {
    const glued = /^(?:-o|--output=)([\s\S]+)$/.exec(arg)?.[1];
    return [...(glued === undefined ? [] : [glued]), ...(args[at - 1] === "-o" ? [arg] : [])];
  });
}

function isIn(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== "" && !way.startsWith("..") && !isAbsolute(way) && join(folder, way) === path && !way.includes("/");
}
