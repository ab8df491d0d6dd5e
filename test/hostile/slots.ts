/**
 * Every place of every command line where somebody can put a text, derived from the table of commands: each word, one word more, and
 * each flag that takes a value. A command that is added to the table is covered by that alone; `usual` only leads deeper into some.
 */
import { type Flag, type Flags, globalFlags } from "../../src/commands/command.ts";
import { commands, type Entry } from "../../src/commands/table.ts";

export interface Slot {
  readonly command: string;
  /** As in `config set KEY •`. */
  readonly name: string;
  /** The flag that the text is given to, if it is one. */
  readonly flag: string | undefined;
  readonly with: (text: string) => readonly string[];
}

/** What there is to speak of in the repository that the command lines run in. */
export interface Things {
  readonly id: string;
  readonly other: string;
  readonly comment: string;
  /** The name of an attachment of `id`. */
  readonly attachment: string;
  /** Paths of files, from the work tree. */
  readonly file: string;
  readonly plan: string;
  readonly github: string;
  /** An issue whose title is in conflict. */
  readonly torn: string;
  /** The name of a remote. */
  readonly remote: string;
}

/** Command lines that do something, for commands whose usage says too little for that. */
function usual({
  id,
  other,
  comment,
  attachment,
  file,
  plan,
  github,
  torn,
  remote,
}: Things): Record<string, readonly (readonly string[])[]> {
  return {
    new: [["A title"], ["--from-file", plan]],
    edit: [
      [id, "--title", "Other"],
      [id, "--edit"],
    ],
    comment: [
      [id, "Hello"],
      [id, "--edit", comment, "Hello again"],
    ],
    status: [[id, "done"]],
    label: [["add", id, "x"], ["remove", id, "x"], ["list"]],
    assign: [[id, "ben@example.com"]],
    unassign: [[id, "ben@example.com"]],
    link: [[id, "--blocks", other]],
    unlink: [[id, other]],
    attach: [
      [id, file],
      [id, "--get", attachment],
      [id, "--remove", attachment],
      [id, "--get", attachment, "-o", "-"],
    ],
    search: [["login"]],
    purge: [[other, "--yes"]],
    config: [
      ["list"],
      ["get", "list.limit"],
      ["set", "list.limit", "3"],
      ["set", "default.type", "bug", "--local"],
      ["unset", "list.limit", "--user"],
    ],
    import: [["github", github]],
    sync: [[remote], [remote, "--dry-run"]],
    pull: [[remote]],
    push: [[remote]],
    conflicts: [[]],
    resolve: [
      [torn, "title", "--ours"],
      [torn, "--theirs"],
      [torn, "title", "--value", "Both"],
    ],
    export: [["jsonl"], ["json", "login"], ["csv", "--fields", "id,title"], ["html"], ["ical", "-o", "-"]],
    schema: [["issue"]],
    help: [["list"]],
  };
}

export async function slotsFor(things: Things): Promise<Slot[]> {
  const lines = usual(things);
  const found: Slot[] = [];
  for (const entry of commands) {
    const { flags, usage } = await entry.load();
    const bases = lines[entry.name] ?? [wordsOf(usage, things)];
    for (const base of bases) found.push(...wordSlots(entry, base));
    const [base = []] = bases;
    for (const flag of Object.keys({ ...flags, ...globalFlags }).filter((name) => takesText(flags, name))) {
      found.push(...flagSlots(entry, base, flag));
    }
  }
  return [...found, { command: "", name: "•", flag: undefined, with: (text) => [text] }];
}

function takesText(flags: Flags, name: string): boolean {
  const flag: Flag | undefined = { ...flags, ...globalFlags }[name];
  return flag !== undefined && flag.type !== "boolean";
}

function wordSlots({ name }: Entry, base: readonly string[]): Slot[] {
  const places = [...base.keys(), base.length];
  return [
    ...places.map((at) => slot(name, undefined, (text) => [...base.slice(0, at), text, ...base.slice(at + 1)])),
    // After `--` everything is a word, so that a payload which looks like a flag gets past the parser.
    ...places.map((at) => slot(name, undefined, (text) => [...base.slice(0, at), "--", text, ...base.slice(at + 1)])),
  ];
}

function flagSlots({ name }: Entry, base: readonly string[], flag: string): Slot[] {
  return [
    slot(name, flag, (text) => [...base, `--${flag}=${text}`]),
    slot(name, flag, (text) => [...base, `--${flag}`, text]),
  ];
}

function slot(command: string, flag: string | undefined, rest: (text: string) => readonly string[]): Slot {
  return { command, flag, name: [command, ...rest("•")].join(" "), with: (text) => [command, ...rest(text)] };
}

/** `ID… STATUS` → an id and a status; what stands in brackets is left out. */
function wordsOf(usage: string, { id, file }: Things): string[] {
  return usage
    .replace(/\[[^\]]*\]/g, "")
    .split(/\s+/)
    .map((word) => word.replace("…", "").split("|")[0] ?? "")
    .filter((word) => word !== "" && !word.startsWith("-"))
    .map((word) => (word === "ID" ? id : word === "FILE" ? file : word.toLowerCase()));
}
