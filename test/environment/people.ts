/** Somebody who is not root, and what they can reach. Root can become anybody; who is not root already is somebody. */
import { chmodSync, chownSync, lchownSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type Ended, type Place, start } from "../faults/place.ts";
import { binary } from "../support/binary.ts";

/** The user `nobody` of every Linux. */
export const somebody = 65_534;

/** Begins a command that is to be run as somebody. */
const becoming = ["setpriv", `--reuid=${somebody}`, `--regid=${somebody}`, "--clear-groups", "--"];

/** Undefined, or why nothing can be run as somebody else. */
export const whyNobodyElse: string | undefined = await findReason();

/** Gives a folder and all in it to somebody. */
export function giveTo(uid: number, folder: string): void {
  chownSync(folder, uid, uid);
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }))
    lchownSync(join(folder, name), uid, uid);
}

/** Lets others into the temporary folder of a place, which mkdtemp makes for its owner alone. */
export function letOthersIn(place: Place): void {
  chmodSync(join(place.cwd, ".."), 0o755);
}

/** Runs git-tracker as somebody. */
export async function asSomebody(place: Place, ...args: readonly string[]): Promise<Ended> {
  return start(place, [...becoming, await binary(), ...args]).ended;
}

/** Runs any program as somebody. */
export function programAsSomebody(place: Place, ...command: readonly string[]): Promise<Ended> {
  return start(place, [...becoming, ...command]).ended;
}

async function findReason(): Promise<string | undefined> {
  if (process.platform !== "linux") return "setpriv is for Linux";
  if (process.getuid?.() !== 0) return "only root can become somebody else";
  if (Bun.which("setpriv") === null) return "there is no setpriv";
  const { exitCode } = Bun.spawnSync([...becoming, await binary(), "version"]);
  return exitCode === 0 ? undefined : "somebody else can't reach the executable";
}
