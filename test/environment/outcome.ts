/** What every command owes in any environment: a known exit code, words instead of a stack, and right answers where it gives any. */
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { exitCodes } from "../../src/core/errors.ts";
import { attempt, type Ended, type Place } from "../faults/place.ts";
import { short } from "../faults/rig.ts";

export const readingCommands = (id: string): readonly (readonly string[])[] => [
  ["list", "--json", "--all"],
  ["show", id, "--json"],
  ["search", "needle", "--json"],
  ["board", "--json"],
  ["log", "--json"],
];

/** What is wrong with how it ended, if only these exit codes are right. */
export function misconduct(name: string, { code, stderr, signal }: Ended, codes: readonly number[]): string[] {
  const known = Object.values<number>(exitCodes);
  return [
    ...(codes.includes(code)
      ? []
      : [`${name} ends with ${signal ?? code}, not ${codes.join(" or ")}: ${short(stderr)}`]),
    ...(/^\s+at .*[:(]\d+|SQLiteError|\bBun v\d/m.test(stderr) ? [`${name} shows a stack: ${short(stderr)}`] : []),
    ...(known.includes(code) && !/error:|"error"/.test(stderr) ? [`${name} ends with ${code} and says nothing`] : []),
  ];
}

/** Runs all reading commands; each must succeed. Returns what they answer, and what was wrong. */
export async function readAll(
  place: Place,
  id: string,
): Promise<{ readonly answers: string[]; readonly problems: string[] }> {
  const answers: string[] = [];
  const problems: string[] = [];
  for (const command of readingCommands(id)) {
    const ended = await attempt(place, ...command);
    answers.push(ended.stdout);
    problems.push(...misconduct(command.join(" "), ended, [0]));
  }
  return { answers, problems };
}

/** Everything below a folder, with content: equal as long as nothing has changed. */
export function snapshot(folder: string): string {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  return names
    .map((name) => {
      const stats = lstatSync(join(folder, name));
      const digest = stats.isFile() ? Bun.hash(readFileSync(join(folder, name))) : stats.mode;
      return `${name} ${stats.mode} ${stats.uid} ${digest}`;
    })
    .join("\n");
}

/** The place as seen from elsewhere, or with other variables. */
export function placeAt(place: Place, changes: Partial<Pick<Place, "cwd" | "env">>): Place {
  return { cwd: changes.cwd ?? place.cwd, env: { ...place.env, ...changes.env }, [Symbol.dispose]: () => undefined };
}
