/** The command `user`: who takes part in the project. */
import type { Member } from "../core/project.ts";
import { command, type Flags, type globalFlags, outputFlags, unknownPart, usageError, type Values } from "./command.ts";
import type { Env } from "./env.ts";
import { printProjectChange } from "./people.ts";
import { isText, type OutputChoice, printItems } from "./print.ts";

const flags = {
  name: { type: "string", value: "NAME", help: "what they are called" },
  role: { type: "string", value: "ROLE", help: "viewer, contributor or maintainer" },
  email: { type: "list", value: "EMAILS", help: "more addresses of theirs" },
  "remove-email": { type: "list", value: "EMAILS", help: "addresses that are theirs no more" },
  ...outputFlags,
} as const satisfies Flags;

type UserFlags = Values<typeof flags & typeof globalFlags>;

export const user = command({
  usage: "[list] | add PERSON | edit PERSON | remove PERSON",
  words: [0, 2],
  flags,
  details:
    "Members have a role: a viewer's events don't count, a contributor works on issues, a maintainer also changes members, teams and\n" +
    "the project. Whoever is added first is a maintainer; without members, everybody may do everything. Without signatures\n" +
    "(setting signing.require) a role binds only who says their true name.",
  examples: [
    "git tracker user",
    "git tracker user add @me",
    'git tracker user add "Ben <ben@example.com>" --role contributor --email ben@home.example',
    "git tracker user edit ben --role maintainer",
    "git tracker user remove ben@example.com",
  ],
  async run(env, { words: [what = "list", person, ...rest], flags }) {
    if (what === "list" || what === "ls") {
      if (person !== undefined) throw usageError("user", "`user list` takes no more words");
      return await listMembers(env, flags);
    }
    if (what !== "rm" && !parts.some((part) => part === what)) throw unknownPart("user", what, parts);
    if (person === undefined || rest.length > 0)
      throw usageError("user", `Who? As in: git tracker user ${what} PERSON`);
    await changeMember(env, what, person, flags);
  },
});

const parts = ["list", "add", "edit", "remove"] as const;

async function changeMember(env: Env, what: string, person: string, flags: UserFlags): Promise<void> {
  const { addMember, editMember, removeMember } = await import("../tracker/people.ts");
  const { memberOf } = await import("../core/project.ts");
  const { envelope } = await import("../render/json.ts");
  const tracker = await env.open();
  const { name, role, email: addEmails, "remove-email": removeEmails } = flags;
  if (what !== "edit" && removeEmails.length > 0) throw usageError("user", "--remove-email goes with `user edit`");
  const edit = { name, role, addEmails, removeEmails };
  const changed =
    what === "add"
      ? await addMember(tracker, person, edit)
      : what === "edit"
        ? await editMember(tracker, person, edit)
        : await removeMember(tracker, person);
  const [event] = changed.events;
  const email = event !== undefined && "member" in event && typeof event.member === "string" ? event.member : person;
  await printProjectChange(env, flags, changed, () => {
    const member = memberOf(changed.project, email);
    return envelope("member", { item: member === undefined ? null : memberItem(member) });
  });
}

function memberItem({ email, name, emails, role, keys }: Member) {
  return { email, name, emails, role, keys: keys.filter(({ revokedSince }) => revokedSince === null).length };
}

async function listMembers(env: Env, choice: OutputChoice): Promise<void> {
  const { readProject } = await import("../tracker/project.ts");
  const { line } = await import("../render/span.ts");
  const { renderTable } = await import("../render/table.ts");
  const { members } = await readProject(await env.open());
  await printItems(env, choice, {
    kind: "members",
    page: { items: members.map(memberItem), total: members.length, next: null },
    known: ["email", "name", "emails", "role", "keys"],
    rowFields: ["email", "name", "role"],
    idField: "email",
    text: () =>
      renderTable(
        [{ name: "member" }, { name: "role" }, { name: "addresses", shrinksTo: 20 }, { name: "keys", align: "right" }],
        members.map((member) => [
          line(member.name ?? member.email),
          line(member.role, member.role === "viewer" ? env.style.dim : undefined),
          line(member.emails.join(", "), env.style.dim),
          line(String(memberItem(member).keys)),
        ]),
        env.style,
      ),
  });
  if (members.length === 0 && isText(choice)) {
    env.err("Nobody is a member yet, so everybody may do everything. As in: git tracker user add @me");
  }
}
