/** `resolve`: settles conflicts: your value, somebody else's, or another. */
import { TrackerError } from "../core/errors.ts";
import { isCircle } from "../core/issue.ts";
import { visible } from "../core/text.ts";
import type { Changed } from "../tracker/change.ts";
import type { Side } from "../tracker/conflicts.ts";
import type { Tracker } from "../tracker/tracker.ts";
import { command, usageError } from "./command.ts";
import type { Env } from "./env.ts";
import { effective, printChanged } from "./print.ts";

export const resolve = command({
  usage: "ID [FIELD]",
  words: [1, 2],
  flags: {
    ours: { type: "boolean", help: "what you wrote" },
    theirs: { type: "boolean", help: "what somebody else wrote" },
    value: { type: "string", value: "VALUE", help: "something else; empty: nothing" },
    edit: { type: "boolean", short: "e", help: "put it together in the editor, with all sides of it" },
  },
  details:
    "Without a field all that is in conflict is settled. Setting the field in any other way settles it, too. Of files of one name the others stay, under names of their own. In a circle the side that is taken keeps its link or parent, and the other's goes.",
  examples: [
    "git tracker resolve 4f2a --theirs",
    'git tracker resolve 4f2a title --value "Login with SSO"',
    "git tracker resolve 4f2a description -e",
    "git tracker resolve 4f2a attachment:shot.png --ours",
  ],
  async run(env, { words: [id = "", field], flags }) {
    const ways = [flags.ours, flags.theirs, flags.value !== undefined, flags.edit].filter(Boolean).length;
    if (ways !== 1) throw usageError("resolve", "Say how, in one way: --ours, --theirs, --value VALUE or -e");
    if (flags.value !== undefined && field === undefined)
      throw usageError("resolve", "--value needs a field: git tracker resolve ID FIELD --value VALUE");
    const { resolveConflicts } = await import("../tracker/conflicts.ts");
    const tracker = await env.open([id]);
    const side: Side = flags.ours ? "ours" : flags.theirs ? "theirs" : { value: flags.value ?? "" };
    const changes = flags.edit
      ? await settleByHand(env, tracker, id, field)
      : await resolveConflicts(tracker, id, field, side);
    await printChanged(env, flags, flags.json ? changes : effective(changes));
  },
});

async function settleByHand(env: Env, tracker: Tracker, id: string, field: string | undefined): Promise<Changed[]> {
  const { listConflicts, resolveConflicts } = await import("../tracker/conflicts.ts");
  const { checkMarks, markedText } = await import("./resolve-text.ts");
  const { aboveScissors, editUntilTaken, scissors } = await import("./editing.ts");
  const [open, another] = await listConflicts(tracker, id, field);
  if (open === undefined || another !== undefined) throw usageError("resolve", "Say which field: one at a time");
  const { issue, conflict } = open;
  if (isCircle(conflict) || conflict.field.startsWith("attachment:"))
    throw usageError("resolve", "That is no text: take one side, --ours or --theirs");
  const { text, marks } = markedText(open, env.style.now);
  const below = (reason?: TrackerError) =>
    [
      scissors,
      `Above: ${conflict.field.replace(/^(comment):(.{7}).*$/, "$1 $2")} of ${issue.shortId} ${visible(issue.title)}, with all sides of it`,
      "Make one of them and take out the marks. What stands from the line above on is left out.",
      "Save it unchanged to give up.",
      ...(reason === undefined ? [] : [`error: ${reason.message}`, reason.hint ?? ""]),
      "",
    ].join("\n");
  const done = await editUntilTaken(env, tracker, {
    text: `${text}\n${below()}`,
    name: `resolve-${issue.shortId}`,
    isEmpty: (saved) => aboveScissors(saved).trim() === "",
    explain: (saved, reason) => `${aboveScissors(saved).trimEnd()}\n${below(reason)}`,
    take: async (saved) => {
      const value = aboveScissors(saved).trimEnd();
      checkMarks(value, marks);
      return await resolveConflicts(tracker, issue.id, conflict.field, { value });
    },
  });
  if (done !== undefined) return done;
  throw new TrackerError(
    "invalid",
    "Nothing was put together: it is in conflict as before",
    "Or take --ours, --theirs.",
  );
}
