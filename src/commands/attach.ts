/** The command `attach`: attaches files to issues, lists them, gets them back. */
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import type { IssueView } from "../core/view.ts";
import type { Tracker } from "../tracker/tracker.ts";
import { anyNumber, command, type Flags, type globalFlags, outputFlags, usageError, type Values } from "./command.ts";
import type { Env } from "./env.ts";
import { isText, printItems, printViews } from "./print.ts";

const flags = {
  name: { type: "string", value: "NAME", help: "what the file is called there" },
  list: { type: "boolean", help: "what is attached" },
  get: { type: "string", value: "NAME", help: "get a file back" },
  output: { type: "string", short: "o", value: "FILE", help: "where --get writes it; - is standard output" },
  remove: { type: "string", value: "NAME", help: "take a file away" },
  ...outputFlags,
} as const satisfies Flags;

type AttachFlags = Values<typeof flags & typeof globalFlags>;

export const attach = command({
  usage: "ID FILE…",
  words: [1, anyNumber],
  values: { NAME: "ATTACHMENT" },
  flags,
  details:
    "Files travel with the issue, 100 MiB each at most. A file of the same name takes the place of the one before.",
  examples: [
    "git tracker attach 4f2a screenshot.png",
    "git tracker attach 4f2a --list",
    "git tracker attach 4f2a --get screenshot.png -o /tmp/shot.png",
    "git tracker attach 4f2a --remove screenshot.png",
  ],
  async run(env, { words: [id = "", ...files], flags }) {
    checkUse(files, flags);
    const tracker = await env.open([id]);
    if (flags.get !== undefined) return await getFile(env, tracker, id, flags);
    if (flags.list) return await listFiles(env, tracker, id, flags);
    if (flags.remove !== undefined) {
      const { detachFile } = await import("../tracker/talk.ts");
      const issue = await detachFile(tracker, id, flags.remove);
      return await print(env, flags, issue, [`removed ${visible(flags.remove)}`]);
    }
    await attachAll(env, tracker, { id, files, flags });
  },
});

function checkUse(files: readonly string[], { get, list, remove, name, output }: AttachFlags): void {
  const others = [get !== undefined, list, remove !== undefined].filter(Boolean).length;
  if (others > 1) throw usageError("attach", "One of --list, --get and --remove");
  if (others === 1 && files.length > 0) throw usageError("attach", "--list, --get and --remove take no files");
  if (others === 0 && files.length === 0) throw usageError("attach", "Which file? As in: git tracker attach ID FILE");
  if (name !== undefined && files.length !== 1) throw usageError("attach", "--name is for one file");
  if (output !== undefined && get === undefined) throw usageError("attach", "--output goes with --get");
}

async function attachAll(
  env: Env,
  tracker: Tracker,
  { id, files, flags }: { readonly id: string; readonly files: readonly string[]; readonly flags: AttachFlags },
): Promise<void> {
  const { attachFiles } = await import("../tracker/talk.ts");
  const { renderSize } = await import("../render/size.ts");
  const named = files.map((file) => ({ file, name: flags.name ?? baseName(file) }));
  if (named.some(({ file, name }) => file === "-" && name === "-")) {
    throw usageError("attach", "What comes from standard input needs a name: --name NAME");
  }
  const twice = named.find(({ name }, i) => named.findIndex((other) => other.name === name) !== i);
  if (twice !== undefined) {
    throw new TrackerError(
      "invalid",
      `Two of the files are called ${visible(twice.name)}`,
      "Attach them one by one: --name NAME",
    );
  }
  const contents: { name: string; bytes: Uint8Array }[] = [];
  for (const { file, name } of named) contents.push({ name, bytes: await env.files.read(file) });
  const issue = await attachFiles(tracker, id, contents);
  await print(
    env,
    flags,
    issue,
    contents.map(({ name, bytes }) => `attached ${visible(name)} (${renderSize(bytes.length)})`),
  );
}

async function listFiles(env: Env, tracker: Tracker, id: string, flags: AttachFlags): Promise<void> {
  const { showIssues } = await import("../tracker/read.ts");
  const { line } = await import("../render/span.ts");
  const { renderTable } = await import("../render/table.ts");
  const { renderSize } = await import("../render/size.ts");
  const attachments = (await showIssues(tracker, [id])).flatMap((issue) => issue.attachments);
  const size = (bytes: number) => (env.style.width === undefined ? String(bytes) : renderSize(bytes));
  await printItems(env, flags, {
    kind: "attachments",
    page: {
      items: attachments.map(({ name, size, oid }) => ({ name, size, oid })),
      total: attachments.length,
      next: null,
    },
    known: ["name", "size", "oid"],
    rowFields: ["name", "size", "oid"],
    idField: "oid",
    text: () =>
      renderTable(
        [{ name: "name" }, { name: "size", align: "right" }],
        attachments.map((file) => [line(file.name), line(size(file.size))]),
        env.style,
      ),
  });
  if (attachments.length === 0 && isText(flags)) env.err("Nothing is attached. As in: git tracker attach ID FILE");
}

async function getFile(env: Env, tracker: Tracker, id: string, { get: name = "", output }: AttachFlags): Promise<void> {
  const { readAttachment } = await import("../tracker/talk.ts");
  const bytes = await readAttachment(tracker, id, name);
  if (output === "-" && env.style.width !== undefined) {
    throw new TrackerError("invalid", "A file's bytes don't go to a terminal", "Name a file, or pipe it: -o - | less");
  }
  const path = output ?? freeName(env, name);
  await env.files.write(path, bytes);
  if (path !== "-") env.err(`${visible(path)} written`);
}

/** Somebody else chose the attachment's name: it must not lead anywhere else, nor take the place of a file that is there. */
function freeName(env: Env, name: string): string {
  const { visible: shown, hint } = { visible: visible(name), hint: "Say where it is to go: -o FILE" };
  if (/[/\\:]/.test(name) || /^\.|^-$/.test(name))
    throw new TrackerError("invalid", `${shown} is no plain file name`, hint);
  if (env.files.exists(name)) throw new TrackerError("conflict", `There is a file ${shown} here already`, hint);
  return name;
}

async function print(env: Env, { json }: AttachFlags, issue: IssueView, done: readonly string[]): Promise<void> {
  if (json) {
    await printViews(env, [issue]);
    return;
  }
  const { yellow, dim } = env.style;
  env.out(`${yellow(issue.shortId)} ${done.join(", ")}  ${dim(visible(issue.title))}`);
}

function baseName(path: string): string {
  return path.split(/[/\\]/).findLast((part) => part !== "") ?? path;
}
