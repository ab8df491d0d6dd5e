/** What a repository says: every event that can be read, as rows, and as a text that is equal when the same has happened. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { attempt, gitIn, type Place } from "./place.ts";

export interface Row {
  readonly issue: string;
  readonly commit: string;
  readonly title: string;
  readonly author: { readonly email: string };
  readonly events: readonly Readonly<Record<string, unknown>>[];
  readonly unread: readonly unknown[];
}

export interface Listed {
  readonly total: number;
  readonly items: readonly { readonly id: string; readonly title: string; readonly status: string }[];
}

/** Who writes what is no part of a rig's own story. */
export const bystander = "bystander@example.com";

/** Every commit of every issue, the newest first. */
export async function readLog(place: Place): Promise<readonly Row[]> {
  return (await readJson<{ readonly items: readonly Row[] }>(place, "log")).items;
}

/** Runs a reading command, which must succeed. */
export async function readJson<T>(place: Place, ...args: readonly string[]): Promise<T> {
  const { code, stdout, stderr } = await attempt(place, ...args, "--json");
  if (code !== 0) throw new Error(`${args.join(" ")} ends with ${code}: ${stderr}`);
  return JSON.parse(stdout);
}

/** Without names, times and chance, and without the bystander: two runs of the same command come to the same text. */
export function stateOf(place: Place, rows: readonly Row[], listed: Listed): string {
  const issues = listed.items.map(({ id, title, status }) => {
    const own = rows.filter(({ issue, author }) => issue === id && author.email !== bystander);
    return JSON.stringify({ title, status, commits: own.toReversed().map(({ events }) => events.map(lasting)) });
  });
  const settings = join(place.cwd, "git-tracker.toml");
  return [...issues.sort(), existsSync(settings) ? readFileSync(settings, "utf8") : "no settings"].join("\n");
}

function lasting({ nonce: _, ...event }: Readonly<Record<string, unknown>>): unknown {
  return event;
}

/** Every file below the git folder whose name says that it is a lock. */
export function strayLocks(place: Place): string[] {
  const folder = gitIn(place, "rev-parse", "--path-format=absolute", "--git-common-dir").trim();
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".lock"));
}
