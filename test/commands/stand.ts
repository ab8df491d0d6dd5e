/** A folder for workspaces in a session's own temporary folder, where the person stands. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { openSession, type Session } from "../support/transcript.ts";

export interface Stand extends Disposable {
  readonly session: Session;
  readonly folder: string;
  /** As the session's, with the temporary folder as `~`. */
  $(...args: string[]): Promise<string>;
  at(...path: string[]): string;
  git(path: string, ...args: string[]): string;
  /** Makes a workspace of these repositories, each at its name. */
  workspaceOf(...names: string[]): Promise<void>;
  /** Two repositories: an urgent bug and an idea in one, what is to be shipped and a button in the other. */
  makeSome(): Promise<Record<"bug" | "ship" | "idea" | "button", string>>;
}

export function openStand(): Stand {
  const session = openSession();
  const { root, env } = session.repository;
  const folder = join(root, "ws");
  mkdirSync(folder);
  session.cwd = folder;
  const stand: Stand = {
    session,
    folder,
    $: async (...args) => (await session.$(...args)).replaceAll(root, "~"),
    at: (...path) => join(folder, ...path),
    git: (path, ...args) => {
      const { exitCode, stdout, stderr } = Bun.spawnSync(["git", "-C", path, ...args], { env });
      if (exitCode !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}`);
      return String(stdout);
    },
    workspaceOf: async (...names) => {
      await stand.$("workspace", "init");
      for (const name of names) {
        stand.git(root, "init", "--quiet", stand.at(name));
        await stand.$("workspace", "add", name, name);
      }
    },
    makeSome: async () => {
      await stand.workspaceOf("api", "web");
      const bug = await session.make("--repo", "api", "Fix login", "-p", "urgent", "-l", "auth");
      const ship = await session.make("--repo", "web", "Ship it");
      const idea = await session.make("--repo", "api", "An idea", "-p", "low");
      const button = await session.make("--repo", "web", "Login button", "-p", "high");
      return { bug, ship, idea, button };
    },
    [Symbol.dispose]: () => session[Symbol.dispose](),
  };
  return stand;
}
