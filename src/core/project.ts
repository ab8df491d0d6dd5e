/** The project: who takes part, what teams there are and what labels mean. Folded from a stream of its own (project-fold.ts). */
import type { Oid } from "./commit.ts";
import type { Conflict, Quarantined } from "./issue.ts";
import type { Role } from "./project-event.ts";

export interface MemberKey {
  readonly key: string;
  /** In seconds since 1970. */
  readonly addedAt: number;
  /** From when on, in seconds since 1970, what it signs does not count; null: not revoked. */
  readonly revokedSince: number | null;
  /** True if somebody whose own key can be trusted has added it. */
  readonly vouched: boolean;
}

export interface Member {
  /** The one that they joined with: it names them. */
  readonly email: string;
  readonly name: string | null;
  /** All of their addresses, that one first. */
  readonly emails: readonly string[];
  readonly role: Role;
  /** Which role they had from when on, in seconds since 1970, oldest first. */
  readonly roles: readonly { readonly since: number; readonly role: Role }[];
  readonly keys: readonly MemberKey[];
}

export interface Team {
  readonly name: string;
  /** Addresses that name members. */
  readonly members: readonly string[];
}

export interface LabelDefinition {
  readonly name: string;
  /** As in `#d73a4a`. */
  readonly color: string | null;
  readonly description: string | null;
}

export interface Project {
  readonly name: string | null;
  readonly description: string | null;
  /** By address. */
  readonly members: readonly Member[];
  readonly teams: readonly Team[];
  readonly labels: readonly LabelDefinition[];
  readonly conflicts: readonly Conflict[];
  /** Records that don't count, and why. */
  readonly quarantined: readonly Quarantined[];
  /** The stream's tip; null while there is none. */
  readonly revision: Oid | null;
}

export const noProject: Project = {
  name: null,
  description: null,
  members: [],
  teams: [],
  labels: [],
  conflicts: [],
  quarantined: [],
  revision: null,
};

/** The member that an address belongs to: before all others, whom it names. */
export function memberOf(project: Pick<Project, "members">, email: string): Member | undefined {
  const wanted = email.toLowerCase();
  const { members } = project;
  return (
    members.find((member) => member.email.toLowerCase() === wanted) ??
    members.find(({ emails }) => emails.some((each) => each.toLowerCase() === wanted))
  );
}

/** True if the register of that name is in conflict: saying the same again then settles it. */
export function isOpen({ conflicts }: Pick<Project, "conflicts">, field: string): boolean {
  return conflicts.some((conflict) => conflict.field === field);
}

/** The role in which somebody acted at that time; undefined for who was no member. */
export function roleAt({ roles: held }: Member, seconds: number): Role | undefined {
  return held.findLast(({ since }) => since <= seconds)?.role;
}
