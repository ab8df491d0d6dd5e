/** Undo in the project's stream: the events that make what others changed as it was before them. */
import { TrackerError } from "./errors.ts";
import type { Member, Project, Team } from "./project.ts";
import type { ProjectDraft, ProjectEvent } from "./project-event.ts";

/**
 * The inverse of `events`, in the order in which it is to be written. `before` is the project that they changed, `now` the one that
 * the inverse will be written on. Throws `conflict` for what can't be taken back.
 */
export function inverseOfProject(events: readonly ProjectEvent[], before: Project, now: Project): ProjectDraft[] {
  return events.toReversed().flatMap((event) => inverse(event, before, now));
}

function inverse(event: ProjectEvent, before: Project, now: Project): ProjectDraft[] {
  switch (event.type) {
    case "project-changed": {
      const { field } = event;
      if (before[field] === now[field]) return [];
      return [{ type: event.type, field, from: now[field] ?? undefined, to: before[field] ?? undefined }];
    }
    case "member-added":
    case "member-changed":
    case "member-removed":
      return restoreMember(event.member, named(before, event.member), named(now, event.member));
    case "team-added":
    case "team-changed":
    case "team-removed":
      return restoreTeam(event.team, teamOf(before, event.team), teamOf(now, event.team));
    case "label-defined":
    case "label-dropped": {
      const label = before.labels.find(({ name }) => name === event.label);
      if (label === undefined) return [{ type: "label-dropped", label: event.label }];
      const { name, color, description } = label;
      return [{ type: "label-defined", label: name, color: color ?? undefined, description: description ?? undefined }];
    }
    case "key-added":
      throw new TrackerError(
        "conflict",
        "What was signed with a key stays signed, so adding one can't be undone",
        "Revoke it: git tracker key revoke KEY",
      );
    case "key-revoked":
      throw new TrackerError("conflict", "A revoked key stays revoked", "Add another one: git tracker key add FILE");
    default:
      return event satisfies never;
  }
}

function restoreMember(email: string, before: Member | undefined, now: Member | undefined): ProjectDraft[] {
  if (before === undefined) return now === undefined ? [] : [{ type: "member-removed", member: email }];
  const { name, role, emails } = before;
  if (now === undefined) {
    return [{ type: "member-added", member: email, name: name ?? undefined, role, email: emails.slice(1) }];
  }
  const addEmail = emails.filter((each) => !now.emails.includes(each));
  const removeEmail = now.emails.filter((each) => !emails.includes(each));
  const isSame = role === now.role && name === now.name && addEmail.length + removeEmail.length === 0;
  return isSame
    ? []
    : [{ type: "member-changed", member: email, name: name ?? undefined, role, addEmail, removeEmail }];
}

function restoreTeam(team: string, before: Team | undefined, now: Team | undefined): ProjectDraft[] {
  if (before === undefined) return now === undefined ? [] : [{ type: "team-removed", team }];
  if (now === undefined) return [{ type: "team-added", team, member: [...before.members] }];
  const addMember = before.members.filter((each) => !now.members.includes(each));
  const removeMember = now.members.filter((each) => !before.members.includes(each));
  return addMember.length + removeMember.length === 0 ? [] : [{ type: "team-changed", team, addMember, removeMember }];
}

function named({ members }: Project, email: string): Member | undefined {
  return members.find((member) => member.email === email);
}

function teamOf({ teams }: Project, name: string): Team | undefined {
  return teams.find((team) => team.name === name);
}
