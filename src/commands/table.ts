/** Every command there is, in the order of the help: its name, what it does in a few words, and where it is. */
import type { Command, Flags } from "./command.ts";

export type Group = "Daily" | "Planning" | "Together" | "Repository" | "Data" | "Program";

export interface Entry {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly group: Group;
  readonly summary: string;
  readonly load: () => Promise<Command<Flags>>;
}

export const commands: readonly Entry[] = [
  entry("new", "Daily", "make an issue", async () => (await import("./new.ts")).newIssue, ["create"]),
  entry("list", "Daily", "list issues", async () => (await import("./list.ts")).list, ["ls"]),
  entry("show", "Daily", "show an issue", async () => (await import("./show.ts")).show, ["view"]),
  entry(
    "edit",
    "Daily",
    "change an issue's fields, or all of it in your editor",
    async () => (await import("./edit.ts")).edit,
  ),
  entry("comment", "Daily", "say something about an issue", async () => (await import("./comment.ts")).comment),
  entry("status", "Daily", "move issues to another status", async () => (await import("./status.ts")).status, ["move"]),
  entry("close", "Daily", "finish issues", async () => (await import("./close.ts")).close),
  entry("reopen", "Daily", "open finished issues again", async () => (await import("./reopen.ts")).reopen),
  entry("assign", "Daily", "give issues to people", async () => (await import("./assign.ts")).assign),
  entry("unassign", "Daily", "take issues from people", async () => (await import("./unassign.ts")).unassign),
  entry("label", "Daily", "add, remove and list labels", async () => (await import("./label.ts")).label),
  entry("board", "Daily", "show the kanban board", async () => (await import("./board.ts")).board),
  entry("search", "Daily", "search titles, bodies and comments", async () => (await import("./search.ts")).search),
  entry("log", "Daily", "show what happened, when and by whom", async () => (await import("./log.ts")).log),
  entry("undo", "Daily", "take back the last change", async () => (await import("./undo.ts")).undo),
  entry("ready", "Planning", "list what can be begun now", async () => (await import("./ready.ts")).ready),
  entry("link", "Planning", "link issues", async () => (await import("./link.ts")).link),
  entry("unlink", "Planning", "remove links", async () => (await import("./unlink.ts")).unlink),
  entry("deps", "Planning", "show what depends on what", async () => (await import("./deps.ts")).deps),
  entry("sync", "Together", "bring your issues and others' together", async () => (await import("./sync.ts")).sync),
  entry("pull", "Together", "take what a remote has", async () => (await import("./sync.ts")).pull),
  entry("push", "Together", "send a remote what it lacks", async () => (await import("./sync.ts")).push),
  entry("remote", "Together", "see, add and remove remotes", async () => (await import("./remote.ts")).remote),
  entry(
    "conflicts",
    "Together",
    "show what concurrent edits left open",
    async () => (await import("./conflicts.ts")).conflicts,
  ),
  entry("project", "Together", "show and change what people share", async () => (await import("./project.ts")).project),
  entry("user", "Together", "say who takes part, and in which role", async () => (await import("./user.ts")).user),
  entry("team", "Together", "form teams of members", async () => (await import("./team.ts")).team),
  entry("resolve", "Together", "settle what is in conflict", async () => (await import("./resolve.ts")).resolve),
  entry("verify", "Together", "check who signed what", async () => (await import("./verify.ts")).verify),
  entry("key", "Together", "whose keys you trust", async () => (await import("./key.ts")).key),
  entry("attach", "Daily", "attach files, list them, get them back", async () => (await import("./attach.ts")).attach),
  entry("archive", "Repository", "put issues away", async () => (await import("./archive.ts")).archive),
  entry(
    "delete",
    "Repository",
    "delete issues (they can be restored)",
    async () => (await import("./delete.ts")).deleteCommand,
    ["rm"],
  ),
  entry(
    "restore",
    "Repository",
    "bring deleted or archived issues back",
    async () => (await import("./restore.ts")).restore,
  ),
  entry("purge", "Repository", "destroy issues for good", async () => (await import("./purge.ts")).purge),
  entry(
    "workspace",
    "Repository",
    "look at several repositories together",
    async () => (await import("./workspace.ts")).workspace,
  ),
  entry("init", "Repository", "write a commented git-tracker.toml", async () => (await import("./init.ts")).init),
  entry("config", "Repository", "read and change settings", async () => (await import("./config.ts")).config),
  entry(
    "doctor",
    "Repository",
    "find what is wrong, and say what to do",
    async () => (await import("./doctor.ts")).doctor,
  ),
  entry("reindex", "Repository", "make the index anew", async () => (await import("./reindex.ts")).reindex),
  entry("import", "Data", "bring issues from another system", async () => (await import("./import.ts")).importCommand),
  entry("export", "Data", "write issues for another system", async () => (await import("./export.ts")).exportCommand),
  entry("schema", "Program", "print the JSON Schema of a result", async () => (await import("./schema.ts")).schema),
  entry(
    "completion",
    "Program",
    "make a shell complete words",
    async () => (await import("./completion.ts")).completion,
  ),
  entry("man", "Program", "print the manual page", async () => (await import("./man.ts")).man),
  entry("help", "Program", "show this, or the help of a command", async () => (await import("./help.ts")).help),
  entry(
    "upgrade",
    "Program",
    "replace this program by another version",
    async () => (await import("./upgrade.ts")).upgrade,
  ),
  entry("version", "Program", "show the version", async () => (await import("./version.ts")).version),
];

/** What programs run and people don't: in no help. */
const hidden: readonly Entry[] = [
  entry("complete", "Program", "say what a word can be", async () => (await import("./complete.ts")).complete),
];

export function findCommand(name: string): Entry | undefined {
  return [...commands, ...hidden].find((each) => each.name === name || each.aliases?.includes(name) === true);
}

/** The flags' types matter to the command alone: whoever runs it gives it what its own flags were parsed to. */
function entry<F extends Flags>(
  name: string,
  group: Group,
  summary: string,
  load: () => Promise<Command<F>>,
  aliases: readonly string[] = [],
): Entry {
  return { name, group, summary, aliases, load: load as unknown as Entry["load"] };
}
