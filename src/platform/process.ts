/** Programs that are started, beside git, which git.ts alone starts: a person's editor and pager, and this program itself. */
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import type { Variables } from "./git.ts";

/** Opens a file in an editor and waits until it is closed. `editor` is a command line for the shell, as git has it. */
export async function runEditor(editor: string, path: string, env: Variables): Promise<void> {
  const child = Bun.spawn(["sh", "-c", `${editor} "$@"`, editor, path], {
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
    env: childVariables(env),
  });
  const code = await child.exited;
  if (code === 0) return;
  throw new TrackerError(
    "unavailable",
    `The editor \`${visible(editor)}\` ended with an error (${code})`,
    "Choose another: git config --global core.editor NAME",
  );
}

/** Shows a text in a pager and waits until it is left. Returns false if there is no such pager. */
export async function runPager(pager: string, text: string, env: Variables): Promise<boolean> {
  const child = Bun.spawn(["sh", "-c", pager], {
    stdin: new Blob([text]),
    stdout: "inherit",
    stderr: "inherit",
    // As git does it: quit if it fits, keep colours, leave the screen alone.
    env: { LESS: "FRX", LV: "-c", ...childVariables(env) },
  });
  return (await child.exited) !== 127;
}

/** Starts a program that outlives this one, without a terminal, and waits for nothing. */
export function startDetached(command: readonly string[], cwd: string, env: Variables): void {
  const child = Bun.spawn([...command], {
    cwd,
    env: childVariables(env),
    stdio: ["ignore", "ignore", "ignore"],
    detached: true,
  });
  child.unref();
}

/** What would change how our own executable starts is not handed on. */
function childVariables(env: Variables): Record<string, string> {
  const { BUN_OPTIONS: _, BUN_BE_BUN: __, ...rest } = env;
  return Object.fromEntries(Object.entries(rest).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
