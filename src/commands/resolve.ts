/** `resolve`: settles conflicts: your value, somebody else's, or another. */
import { TrackerError } from "../core/errors.ts";
import type { Side } from "../tracker/conflicts.ts";
import { command, usageError } from "./command.ts";
import type { Env } from "./env.ts";
import { printChanged } from "./print.ts";

export const resolve = command({
  usage: "ID [FIELD]",
  words: [1, 2],
  flags: {
    ours: { type: "boolean", help: "what you wrote" },
    theirs: { type: "boolean", help: "what somebody else wrote" },
    value: { type: "string", value: "VALUE", help: "something else; empty: nothing" },
    edit: { type: "boolean", short: "e", help: "write it in the editor, with all sides of it" },
  },
  details: "Without a field all that is in conflict is settled. Setting the field in any other way settles it, too.",
  examples: [
    "git tracker resolve 4f2a --theirs",
    'git tracker resolve 4f2a title --value "Login with SSO"',
    "git tracker resolve 4f2a description -e",
  ],
  async run(env, { words: [id = "", field], flags }) {
    const ways = [flags.ours, flags.theirs, flags.value !== undefined, flags.edit].filter(Boolean).length;
    if (ways !== 1) throw usageError("resolve", "Say how, in one way: --ours, --theirs, --value VALUE or -e");
    if (flags.value !== undefined && field === undefined)
      throw usageError("resolve", "--value needs a field: git tracker resolve ID FIELD --value VALUE");
    const { resolveConflicts } = await import("../tracker/conflicts.ts");
    const tracker = await env.open([id]);
    if (flags.edit) {
      const { name, value } = await edited(env, id, field);
      await printChanged(env, flags, await resolveConflicts(tracker, id, name, { value }));
      return;
    }
    const how: Side = flags.ours ? "ours" : flags.theirs ? "theirs" : { value: flags.value ?? "" };
    await printChanged(env, flags, await resolveConflicts(tracker, id, field, how));
  },
});

/** All sides one below the other, as git marks them. What is saved with a mark left in it is refused. */
async function edited(env: Env, id: string, field: string | undefined): Promise<{ name: string; value: string }> {
  const { listConflicts } = await import("../tracker/conflicts.ts");
  const [conflict, another] = await listConflicts(await env.open([id]), id, field);
  if (conflict === undefined || another !== undefined) throw usageError("resolve", "Say which field: one at a time");
  const sides = conflict.values.map(({ value, author }) => `<<<<<<< ${author.name}\n${value ?? ""}\n`);
  const text = `${sides.join("")}>>>>>>>\n`;
  const saved = await env.edit(text, ".md");
  if (/^(?:<{7} |>{7}$)/m.test(saved)) {
    throw new TrackerError(
      "invalid",
      "The marks of the conflict are still there: nothing was changed",
      "Take out the lines with <<<<<<< and >>>>>>>.",
    );
  }
  return { name: conflict.field, value: saved.trimEnd() };
}
