/** The command `project`: what the project is, who is in it, and what was changed of that. */
import type { Project } from "../core/project.ts";
import { visible } from "../core/text.ts";
import { command, type Flags, type globalFlags, unknownPart, usageError, type Values } from "./command.ts";
import type { Env } from "./env.ts";
import { printProjectChange } from "./people.ts";
import { printJson } from "./print.ts";

const flags = {
  name: { type: "string", value: "NAME", help: "what the project is called" },
  description: { type: "string", short: "d", value: "TEXT", help: "what it is about, in one line" },
} as const satisfies Flags;

type ProjectFlags = Values<typeof flags & typeof globalFlags>;

export const project = command({
  usage: "[show | edit | log]",
  words: [0, 1],
  flags,
  details:
    "What people share besides issues: members and teams (see user, team), what labels mean (see label define). An empty value clears.",
  examples: [
    "git tracker project",
    'git tracker project edit --name Rocket -d "To the moon"',
    "git tracker project log",
  ],
  async run(env, { words: [what = "show"], flags }) {
    const changes = flags.name !== undefined || flags.description !== undefined;
    if (what !== "edit" && changes) throw usageError("project", "--name and --description go with `project edit`");
    switch (what) {
      case "show":
        return await showProject(env, flags);
      case "log":
        return await showLog(env, flags);
      case "edit":
        if (!changes) throw usageError("project", "What? As in: git tracker project edit --name NAME");
        return await editProject(env, flags);
      default:
        throw unknownPart("project", what, ["show", "edit", "log"]);
    }
  },
});

async function editProject(env: Env, flags: ProjectFlags): Promise<void> {
  const { editProject: edit } = await import("../tracker/people.ts");
  const { envelope } = await import("../render/json.ts");
  const changed = await edit(await env.open(), flags);
  await printProjectChange(env, flags, changed, () => envelope("project", { item: projectItem(changed.project) }));
}

function projectItem({ name, description, members, teams, labels, conflicts, quarantined, revision }: Project) {
  return {
    name,
    description,
    members: members.map(({ email, name: called, emails, role }) => ({ email, name: called, emails, role })),
    teams,
    labels,
    conflicts: conflicts.map(({ field, values }) => ({ field, values: values.map(({ value }) => value) })),
    quarantined: quarantined.map(({ commit, type, reason }) => ({ commit, type, reason })),
    revision,
  };
}

async function showProject(env: Env, { json }: ProjectFlags): Promise<void> {
  const { readProject } = await import("../tracker/project.ts");
  const shown = await readProject(await env.open());
  if (json) {
    const { envelope } = await import("../render/json.ts");
    return await printJson(env, envelope("project", { item: projectItem(shown) }));
  }
  const { bold, dim, red } = env.style;
  const { members, teams, labels, conflicts, quarantined } = shown;
  env.out(bold(visible(shown.name ?? "A project without a name")));
  if (shown.description !== null) env.out(visible(shown.description));
  env.out(
    `${countOf(members.length, "member")}, ${countOf(teams.length, "team")}, ${countOf(labels.length, "label")} defined`,
  );
  for (const { field, values } of conflicts) {
    const sides = values.map(({ value, author }) => `${value ?? "none"} (${author.name})`).join(" or ");
    env.out(`${red("in conflict")}  ${visible(field)}: ${visible(sides)}`);
  }
  for (const { commit, type, reason } of quarantined) {
    env.out(dim(`not counted  ${visible(type)} in ${commit.slice(0, 10)}: ${visible(reason)}`));
  }
  if (conflicts.length > 0) env.err("Settle it by saying it again: git tracker user edit, project edit, label define");
}

function countOf(number: number, what: string): string {
  return `${number === 0 ? "no" : number} ${what}${number === 1 ? "" : "s"}`;
}

async function showLog(env: Env, { json }: ProjectFlags): Promise<void> {
  const { projectLog } = await import("../tracker/project.ts");
  const { describeProjectEvent } = await import("../core/project-subject.ts");
  const { isoTime } = await import("../core/apply.ts");
  const { renderAge } = await import("../render/age.ts");
  const { line } = await import("../render/span.ts");
  const { renderTable } = await import("../render/table.ts");
  const commits = await projectLog(await env.open());
  const items = commits.map((commit) => ({
    at: isoTime(commit),
    author: commit.author,
    commit: commit.oid,
    what: commit.events.map(describeProjectEvent),
    unread: commit.unread.map(({ type, reason }) => ({ type, reason })),
  }));
  if (json) {
    const { pageEnvelope } = await import("../render/json.ts");
    return await printJson(env, pageEnvelope("project-log", { items, total: items.length, next: null }));
  }
  const rows = items.flatMap(({ at, author, commit, what, unread }) => {
    const when = env.style.width === undefined ? at : renderAge(at, env.style.now);
    const lines = [...what, ...unread.map(({ type, reason }) => `${type}: not counted (${reason})`)];
    return lines.map((each) => [line(when, env.style.dim), line(author.name), line(commit.slice(0, 10)), line(each)]);
  });
  const columns = [{ name: "when" }, { name: "who" }, { name: "commit" }, { name: "what" }];
  if (rows.length > 0) env.out(renderTable(columns, rows, env.style));
}
