/** From a command line to an exit code: finds the command, parses, runs, and tells refusals. The one place that maps them to codes. */
import { exitCodes, nearest, systemRefusal, TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import { type Flag, globalFlags, parseInput } from "./command.ts";
import type { Env } from "./env.ts";
import { commands, findCommand } from "./table.ts";

/** What is needed of the command line before there is an Env: it says how the Env is to be. */
export interface Invocation {
  readonly name: string;
  readonly args: readonly string[];
}

/** Finds the command's name; flags may stand before it. Without one it is `help`. */
export function findInvocation(args: readonly string[]): Invocation {
  const at = args.findIndex((arg, i) => !arg.startsWith("-") && !takesValue(args[i - 1]));
  if (args[0] === "--version") return { name: "version", args: [] };
  if (at === -1) return { name: "help", args: args.filter((arg) => arg !== "--help" && arg !== "-h") };
  return { name: args[at] ?? "help", args: [...args.slice(0, at), ...args.slice(at + 1)] };
}

/**
 * Runs a command. Returns the exit code. Bugs are thrown on. `runOther` runs what isn't in the table, and returns undefined if nothing
 * goes by that name.
 */
export async function run(
  env: Env,
  { name, args }: Invocation,
  runOther: () => Promise<number | undefined> = async () => undefined,
): Promise<number> {
  try {
    const entry = findCommand(name);
    if (entry === undefined) {
      const code = await runOther();
      if (code === undefined) throw unknownCommand(name);
      return code;
    }
    const definition = await entry.load();
    const input = parseInput(entry.name, definition, args);
    if (input.flags.help) {
      const { renderCommandHelp } = await import("./help.ts");
      env.out(renderCommandHelp(entry, definition, env.style));
      return 0;
    }
    await definition.run(env, input);
    return 0;
  } catch (error) {
    const refusal = error instanceof TrackerError ? error : systemRefusal(error);
    if (refusal === undefined) throw error;
    await tell(env, refusal, args.includes("--json"));
    return exitCodes[refusal.code];
  }
}

async function tell(env: Env, error: TrackerError, asJson: boolean): Promise<void> {
  if (asJson) {
    const { errorEnvelope, renderJson } = await import("../render/json.ts");
    env.fail(`${renderJson(errorEnvelope(error), { width: undefined })}\n`);
    return;
  }
  // A caret points at the line above it, so that line must begin where the caret's does.
  const gap = /^[^\n]*\n *\^/.test(error.message) ? "\n" : " ";
  const hint = error.hint === undefined ? "" : `${env.style.cyan("hint:")} ${visible(error.hint, "lines")}\n`;
  env.fail(`${env.style.red("error:")}${gap}${visible(error.message, "lines")}\n${hint}`);
}

/** True of a flag of every command whose value is the next argument. */
function takesValue(arg: string | undefined): boolean {
  return Object.entries<Flag>(globalFlags).some(([name, { type }]) => type !== "boolean" && arg === `--${name}`);
}

function unknownCommand(name: string): TrackerError {
  const near = nearest(
    name,
    commands.flatMap((entry) => [entry.name, ...(entry.aliases ?? [])]),
  );
  return new TrackerError(
    "invalid",
    `There is no command \`${visible(name)}\``,
    near === undefined ? "See them with: git tracker help" : `Did you mean: git tracker ${near}`,
  );
}
