/** Runs a plug-in in place of a command: docs/plugins.md says what it may rely on. */
import type { Invocation } from "../commands/run.ts";
import { findPlugin } from "../platform/plugin.ts";
import { runProgram } from "../platform/process.ts";
import { isTerminal } from "../platform/terminal.ts";
import { repositoryFolder } from "../tracker/peek.ts";
import type { Process } from "./start.ts";

/** Returns the plug-in's exit code, or 128 and the signal that ended it. Undefined: there is no such plug-in. */
export async function runPlugin(program: Process, { name, args }: Invocation): Promise<number | undefined> {
  const { cwd, environment, uid } = program;
  const path = findPlugin(name, environment);
  if (path === undefined) return undefined;
  const [executable, ...more] = program.program;
  const end = args.indexOf("--");
  const isJson = (end === -1 ? args : args.slice(0, end)).includes("--json");
  // Before it starts, so that no signal ends us and leaves it behind.
  let pass = (_: NodeJS.Signals): void => undefined;
  // What is typed at a terminal reaches the plug-in by itself.
  const isTyped = isTerminal(0);
  for (const signal of ["SIGINT", "SIGQUIT"] as const) program.onSignal(signal, () => isTyped || pass(signal));
  for (const signal of ["SIGTERM", "SIGHUP"] as const) program.onSignal(signal, () => pass(signal));
  const child = runProgram([path, ...args], {
    ...environment,
    GIT_TRACKER_SCHEMA: "1",
    GIT_TRACKER_BIN: more.length === 0 ? executable : undefined,
    GIT_TRACKER_REPOSITORY: repositoryFolder({ cwd, env: environment, uid }),
    GIT_TRACKER_JSON: isJson ? "1" : undefined,
  });
  pass = child.kill;
  return await child.ended;
}
