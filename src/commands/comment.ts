/** The command `comment`: says something about an issue, and takes it back. */
import type { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import type { Tracker } from "../tracker/tracker.ts";
import { bodyFlags, readBody } from "./body.ts";
import { anyNumber, command, usageError } from "./command.ts";
import type { Env } from "./env.ts";
import { printViews } from "./print.ts";

export const comment = command({
  usage: "ID [TEXT]",
  words: [1, anyNumber],
  flags: {
    ...bodyFlags,
    editor: { type: "boolean", short: "e", help: "write it in the editor, as it does on a terminal without a text" },
    "reply-to": { type: "string", value: "COMMENT", help: "answer a comment" },
    edit: { type: "string", value: "COMMENT", help: "change a comment" },
    delete: { type: "string", value: "COMMENT", help: "take a comment back" },
  },
  details: "COMMENT is the beginning of a comment's id: git tracker show ID --comments",
  examples: [
    'git tracker comment 4f2a "Happens on Safari only"',
    "git tracker comment @ -F notes.md",
    'git tracker comment 4f2a --reply-to 9c1d "Same here"',
    "git tracker comment 4f2a --delete 9c1d",
  ],
  async run(env, { words: [id = "", ...rest], flags }) {
    const tracker = await env.open([id]);
    const { addComment, deleteComment, editComment } = await import("../tracker/talk.ts");
    const { edit: edited, delete: deleted, "reply-to": replyTo } = flags;
    if ([edited, deleted, replyTo].filter((each) => each !== undefined).length > 1) {
      throw usageError("comment", "One of --reply-to, --edit and --delete");
    }
    const said = rest.length > 0 ? rest.join(" ") : undefined;
    const given = await readBody(env, "comment", { ...flags, body: flags.body ?? said });
    if (flags.body !== undefined && said !== undefined) throw usageError("comment", "The text stands twice");
    if (deleted !== undefined) {
      if (given !== undefined) throw usageError("comment", "--delete takes no text");
      await print(env, flags, await deleteComment(tracker, id, deleted), "deleted");
      return;
    }
    const take = async (text: string) =>
      edited === undefined
        ? await addComment(tracker, id, text, replyTo)
        : await editComment(tracker, id, edited, text);
    const done =
      given === undefined || flags.editor ? await write(env, tracker, { id, edited, given, take }) : await take(given);
    await print(env, flags, done, edited === undefined ? "added" : "changed");
  },
});

type Done = Awaited<ReturnType<typeof import("../tracker/talk.ts").addComment>>;

interface Writing {
  readonly id: string;
  readonly edited: string | undefined;
  readonly given: string | undefined;
  readonly take: (text: string) => Promise<Done>;
}

async function write(env: Env, tracker: Tracker, { id, edited, given, take }: Writing): Promise<Done> {
  const { showIssues } = await import("../tracker/read.ts");
  const { findComment } = await import("../tracker/talk.ts");
  const { aboveScissors, editUntilTaken, scissors } = await import("./editing.ts");
  const missing = () => usageError("comment", 'Nothing was said. As in: git tracker comment ID "What there is to say"');
  if (!env.interactive && given === undefined) throw missing();
  const [issue] = await showIssues(tracker, [id]);
  if (issue === undefined) throw missing();
  const text = given ?? (edited === undefined ? "" : findComment(issue, edited).body);
  const below = (reason?: TrackerError) =>
    [
      "",
      scissors,
      `Above: the comment on ${issue.shortId} ${visible(issue.title)}`,
      "What stands from the line above on is left out. Save it unchanged to give up.",
      ...(reason === undefined ? [] : [`error: ${reason.message}`, reason.hint ?? ""]),
      "",
    ].join("\n");
  const done = await editUntilTaken(env, tracker, {
    text: `${text}\n${below()}`,
    name: `comment-${issue.shortId}`,
    isEmpty: (saved) => aboveScissors(saved).trim() === "",
    explain: (saved, reason) => `${aboveScissors(saved).trimEnd()}\n${below(reason)}`,
    take: async (saved) => await take(aboveScissors(saved)),
  });
  if (done === undefined) throw missing();
  return done;
}

async function print(
  env: Env,
  { json }: { readonly json: boolean },
  { issue, comment: id }: Done,
  what: string,
): Promise<void> {
  if (json) {
    await printViews(env, [issue]);
    return;
  }
  const { yellow, dim } = env.style;
  env.out(`${yellow(issue.shortId)} comment ${id.slice(0, 7)} ${what}  ${dim(visible(issue.title))}`);
}
