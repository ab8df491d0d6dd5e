/** The command `team`: members who can be given issues together. */
import {
  anyNumber,
  command,
  type Flags,
  type globalFlags,
  outputFlags,
  unknownPart,
  usageError,
  type Values,
} from "./command.ts";
import type { Env } from "./env.ts";
import { printProjectChange } from "./people.ts";
import { isText, type OutputChoice, printItems } from "./print.ts";

const flags = {
  add: { type: "list", value: "MEMBERS", help: "who joins it" },
  remove: { type: "list", value: "MEMBERS", help: "who leaves it" },
  ...outputFlags,
} as const satisfies Flags;

type TeamFlags = Values<typeof flags & typeof globalFlags>;

export const team = command({
  usage: "[list] | add TEAM [MEMBER…] | edit TEAM | remove TEAM",
  words: [0, anyNumber],
  flags,
  details: "`git tracker assign ID @TEAM` gives an issue to all who are in the team at that moment.",
  examples: [
    "git tracker team add web ada ben",
    "git tracker team edit web --add eve@example.com --remove ben",
    "git tracker team remove web",
  ],
  async run(env, { words: [what = "list", name, ...members], flags }) {
    if (what === "list" || what === "ls") {
      if (name !== undefined) throw usageError("team", "`team list` takes no more words");
      return await listTeams(env, flags);
    }
    if (what !== "rm" && !parts.some((part) => part === what)) throw unknownPart("team", what, parts);
    if (name === undefined) throw usageError("team", `Which team? As in: git tracker team ${what} TEAM`);
    if (what !== "add" && members.length > 0) {
      throw usageError("team", "Who joins and who leaves is said with --add and --remove");
    }
    await changeTeam(env, what, { name, members }, flags);
  },
});

const parts = ["list", "add", "edit", "remove"] as const;

async function changeTeam(
  env: Env,
  what: string,
  { name, members }: { readonly name: string; readonly members: readonly string[] },
  flags: TeamFlags,
): Promise<void> {
  const { addTeam, editTeam, removeTeam } = await import("../tracker/people.ts");
  const { envelope } = await import("../render/json.ts");
  const tracker = await env.open();
  if (what !== "edit" && flags.remove.length > 0) throw usageError("team", "--remove goes with `team edit`");
  if (what === "edit" && flags.add.length + flags.remove.length === 0) {
    throw usageError("team", "Who joins, who leaves? As in: git tracker team edit TEAM --add MEMBER");
  }
  const changed =
    what === "add"
      ? await addTeam(tracker, name, [...members, ...flags.add])
      : what === "edit"
        ? await editTeam(tracker, name, flags)
        : await removeTeam(tracker, name);
  const wanted = name.replace(/^@/, "").toLowerCase();
  await printProjectChange(env, flags, changed, () =>
    envelope("team", { item: changed.project.teams.find((each) => each.name.toLowerCase() === wanted) ?? null }),
  );
}

async function listTeams(env: Env, choice: OutputChoice): Promise<void> {
  const { readProject } = await import("../tracker/project.ts");
  const { line } = await import("../render/span.ts");
  const { renderTable } = await import("../render/table.ts");
  const { teams } = await readProject(await env.open());
  await printItems(env, choice, {
    kind: "teams",
    page: { items: teams.map(({ name, members }) => ({ name, members })), total: teams.length, next: null },
    known: ["name", "members"],
    rowFields: ["name", "members"],
    idField: "name",
    text: () =>
      renderTable(
        [{ name: "team" }, { name: "members", shrinksTo: 20 }],
        teams.map(({ name, members }) => [line(`@${name}`), line(members.join(", "), env.style.dim)]),
        env.style,
      ),
  });
  if (teams.length === 0 && isText(choice)) env.err("No teams yet. As in: git tracker team add TEAM MEMBER");
}
