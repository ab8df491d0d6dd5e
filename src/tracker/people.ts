/** The verbs about people: who takes part, in which role, and what teams they form. */
import { nearest, TrackerError } from "../core/errors.ts";
import { isOpen, type Member, memberOf, type Project, type Team } from "../core/project.ts";
import { type ProjectDraft, type Role, roles } from "../core/project-event.ts";
import { toLine, visible } from "../core/text.ts";
import { changeProject, type ProjectChanged } from "./project.ts";
import { parseActor } from "./resolve.ts";
import type { Tracker } from "./tracker.ts";

export interface MemberEdit {
  readonly name?: string | undefined;
  readonly role?: string | undefined;
  readonly addEmails?: readonly string[];
  readonly removeEmails?: readonly string[];
}

/** Adds somebody: `Ada <ada@example.com>`, an address, or `@me`. Whoever is the first becomes a maintainer unless told. Throws `conflict`. */
export async function addMember(tracker: Tracker, text: string, edit: MemberEdit): Promise<ProjectChanged> {
  const { name, email } = text === "@me" ? await tracker.actor() : parsePerson(text);
  const called = edit.name ?? (text === email ? undefined : name);
  const others = (edit.addEmails ?? []).map(parseEmail).filter((other) => other !== email);
  return await changeProject(tracker, (project) => {
    for (const each of [email, ...others]) refuseTaken(project, each, undefined);
    const role = edit.role === undefined ? defaultRole(project) : parseRole(edit.role);
    return [{ type: "member-added", member: email, name: parseName(called), role, email: others }];
  });
}

export async function editMember(tracker: Tracker, text: string, edit: MemberEdit): Promise<ProjectChanged> {
  const add = (edit.addEmails ?? []).map(parseEmail);
  const remove = (edit.removeEmails ?? []).map(parseEmail);
  const role = edit.role === undefined ? undefined : parseRole(edit.role);
  const who = await whoIs(tracker, text);
  return await changeProject(tracker, (project) => {
    const member = resolveMember(project, who);
    for (const each of add) refuseTaken(project, each, member);
    if (remove.includes(member.email)) {
      throw new TrackerError(
        "invalid",
        `${visible(member.email)} is the address that names this member`,
        "Add them again under another one: git tracker user add EMAIL",
      );
    }
    if (role !== undefined && role !== "maintainer") keepMaintainer(project, member);
    const addEmail = add.filter((each) => !member.emails.includes(each));
    const removeEmail = remove.filter((each) => member.emails.includes(each));
    const { email } = member;
    const isNew = (field: "name" | "role", value: string | undefined) =>
      value !== undefined && (value !== member[field] || isOpen(project, `member:${email}:${field}`));
    const name = isNew("name", edit.name) ? parseName(edit.name) : undefined;
    const draft: ProjectDraft = {
      type: "member-changed",
      member: member.email,
      name,
      role: isNew("role", role) ? role : undefined,
      addEmail,
      removeEmail,
    };
    const isSame = name === undefined && draft.role === undefined && addEmail.length + removeEmail.length === 0;
    return isSame ? [] : [draft];
  });
}

export async function removeMember(tracker: Tracker, text: string): Promise<ProjectChanged> {
  const who = await whoIs(tracker, text);
  return await changeProject(tracker, (project) => {
    const member = resolveMember(project, who);
    keepMaintainer(project, member);
    return [{ type: "member-removed", member: member.email }];
  });
}

export async function addTeam(tracker: Tracker, text: string, members: readonly string[]): Promise<ProjectChanged> {
  const team = parseTeamName(text);
  const joining = await Promise.all(members.map((member) => whoIs(tracker, member)));
  return await changeProject(tracker, (project) => {
    if (project.teams.some(({ name }) => name === team)) {
      const hint = `git tracker team edit ${visible(team)} --add MEMBER`;
      throw new TrackerError("conflict", `There is a team ${visible(team)} already`, hint);
    }
    return [{ type: "team-added", team, member: emailsOf(project, joining) }];
  });
}

export async function editTeam(
  tracker: Tracker,
  text: string,
  change: { readonly add: readonly string[]; readonly remove: readonly string[] },
): Promise<ProjectChanged> {
  const add = await Promise.all(change.add.map((member) => whoIs(tracker, member)));
  const remove = await Promise.all(change.remove.map((member) => whoIs(tracker, member)));
  return await changeProject(tracker, (project) => {
    const team = resolveTeam(project, text);
    const addMember = emailsOf(project, add).filter((email) => !team.members.includes(email));
    const removeMember = emailsOf(project, remove).filter((email) => team.members.includes(email));
    return addMember.length + removeMember.length === 0
      ? []
      : [{ type: "team-changed", team: team.name, addMember, removeMember }];
  });
}

export async function removeTeam(tracker: Tracker, text: string): Promise<ProjectChanged> {
  return await changeProject(tracker, (project) => [{ type: "team-removed", team: resolveTeam(project, text).name }]);
}

export async function editProject(
  tracker: Tracker,
  edit: { readonly name?: string | undefined; readonly description?: string | undefined },
): Promise<ProjectChanged> {
  return await changeProject(tracker, (project) =>
    (["name", "description"] as const).flatMap((field): ProjectDraft[] => {
      const to = toLine(edit[field] ?? "");
      if (edit[field] === undefined || (to === (project[field] ?? "") && !isOpen(project, field))) return [];
      return [{ type: "project-changed", field, from: project[field] ?? undefined, to: to || undefined }];
    }),
  );
}

/** The member that `text` means: one of their addresses, or a unique part of their name or address. Throws `not-found` or `ambiguous`. */
export function resolveMember(project: Project, text: string): Member {
  const exact = memberOf(project, /<([^<>\s]+)>$/.exec(text)?.[1] ?? text);
  if (exact !== undefined) return exact;
  const wanted = text.toLowerCase();
  const found = project.members.filter(({ name, emails }) =>
    [name ?? "", ...emails].some((each) => each.toLowerCase().includes(wanted)),
  );
  const [member] = found;
  if (member === undefined) {
    throw new TrackerError("not-found", `There is no member ${visible(text)}`, "See them with: git tracker user list");
  }
  if (found.length === 1) return member;
  const names = found.map(({ email }) => visible(email)).join(", ");
  throw new TrackerError("ambiguous", `\`${visible(text)}\` may be ${names}`, "Type more of the name or address.");
}

/** The team that `text` means, with or without its `@`. Throws `not-found`. */
export function resolveTeam({ teams }: Project, text: string): Team {
  const wanted = text.replace(/^@/, "");
  const team = teams.find(({ name }) => name === wanted) ?? teams.find(({ name }) => sameName(name, wanted));
  if (team !== undefined) return team;
  const near = nearest(
    wanted,
    teams.map(({ name }) => name),
  );
  const hint = near === undefined ? "See them with: git tracker team list" : `Did you mean: ${visible(near)}`;
  throw new TrackerError("not-found", `There is no team ${visible(wanted)}`, hint);
}

/** `@me` as the address that it stands for. */
export async function whoIs(tracker: Tracker, text: string): Promise<string> {
  return text === "@me" ? (await tracker.actor()).email : text;
}

function emailsOf(project: Project, texts: readonly string[]): string[] {
  return texts.map((text) => resolveMember(project, text).email);
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** Somebody must be able to change the members, so the first can, and so can the last. */
export function defaultRole({ members }: Project): Role {
  return members.some(({ role }) => role === "maintainer") ? "contributor" : "maintainer";
}

function keepMaintainer({ members }: Project, leaving: Member): void {
  const others = members.filter(({ email, role }) => role === "maintainer" && email !== leaving.email);
  if (leaving.role !== "maintainer" || others.length > 0 || members.length === 1) return;
  throw new TrackerError(
    "conflict",
    `${visible(leaving.email)} is the only maintainer`,
    "Make somebody else one first: git tracker user edit EMAIL --role maintainer",
  );
}

function refuseTaken(project: Project, email: string, self: Member | undefined): void {
  const holder = memberOf(project, email);
  if (holder === undefined || holder.email === self?.email) return;
  throw new TrackerError(
    "conflict",
    `${visible(email)} is an address of the member ${visible(holder.name ?? holder.email)}`,
    `Change them with: git tracker user edit ${visible(holder.email)}`,
  );
}

function parsePerson(text: string): { readonly name: string; readonly email: string } {
  const { name, email } = parseActor(text);
  return { name, email: parseEmail(email) };
}

function parseEmail(text: string): string {
  if (/^[^\s<>:@]+@[^\s<>:@]+$/.test(text) && toLine(text) === text) return text;
  throw new TrackerError(
    "invalid",
    `\`${visible(text)}\` is not an email address`,
    'As in: git tracker user add "Ada <ada@example.com>"',
  );
}

function parseRole(text: string): Role {
  const role = roles.find((each) => each === text.toLowerCase());
  if (role !== undefined) return role;
  throw new TrackerError("invalid", `There is no role \`${visible(text)}\``, `Roles: ${roles.join(", ")}.`);
}

function parseName(text: string | undefined): string | undefined {
  return toLine(text ?? "").replace(/[<>]/g, "") || undefined;
}

function parseTeamName(text: string): string {
  const name = toLine(text.replace(/^@/, ""));
  if (/^[^\s,@]+$/.test(name) && name !== "me" && name !== "last") return name;
  throw new TrackerError(
    "invalid",
    `\`${visible(text)}\` can't be a team's name`,
    "One word, without blanks and commas.",
  );
}
