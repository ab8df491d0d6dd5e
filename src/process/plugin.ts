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
  const child = runProgram([path, ...args], {
    ...environment,
    GIT_TRACKER_SCHEMA: "1",
    GIT_TRACKER_BIN: more.length === 0 ? executable : undefined,
    GIT_TRACKER_REPOSITORY: repositoryFolder({ cwd, env: environment, uid }),
    GIT_TRACKER_JSON: isJson ? "1" : undefined,
  });
  // What is typed at a terminal reaches the plug-in by itself.
  const typed = isTerminal(0) ? undefined : child.kill;
  program.onSignal("SIGINT", () => typed?.("SIGINT"));
  program.onSignal("SIGQUIT", () => typed?.("SIGQUIT"));
  program.onSignal("SIGTERM", () => child.kill("SIGTERM"));
  program.onSignal("SIGHUP", () => child.kill("SIGHUP"));
  return await child.ended;
}
