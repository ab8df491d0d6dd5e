/**
 * The fold of the project's stream. Its first commit says nothing and is the same everywhere, so two clones that both start a project
 * have one stream with two branches, which merge like any other. All that an event writes is a register: a scalar, of which the later in
 * stream order counts and two concurrent ones are a conflict, or an element, which is there if anybody concurrently added it.
 */
import { isoTime } from "./apply.ts";
import type { Commit, CommitContent, Oid } from "./commit.ts";
import { headsOf } from "./concurrency.ts";
import type { Conflict, Quarantined } from "./issue.ts";
import { codecOf, rootMessage } from "./message.ts";
import { ancestry, generations, inStreamOrder } from "./order.ts";
import { type LabelDefinition, type Member, type MemberKey, memberOf, type Project } from "./project.ts";
import { type ProjectEvent, projectEvents, type Role, roles } from "./project-event.ts";

export const { encodeMessage: encodeProjectMessage, decodeCommit: decodeProjectCommit } = codecOf(projectEvents);

export type ProjectCommit = Commit<ProjectEvent>;

/** The stream's first commit: the same in every clone. */
export function projectRoot(emptyTree: Oid): CommitContent {
  return {
    tree: emptyTree,
    parents: [],
    author: { name: "git-tracker", email: "git-tracker@localhost" },
    time: { seconds: 0, zone: "+0000" },
    message: rootMessage,
  };
}

/** What a commit's signature is worth, with the members known so far. */
export interface Worth {
  /** Why its events don't count; undefined: they do. */
  readonly refused?: string | undefined;
  /** True if its author surely wrote it. */
  readonly proven: boolean;
  /** True if its author may begin a project: say who its maintainers are where nobody has said so yet. */
  readonly founder: boolean;
}

/** The members as they are at some point of the stream, for whoever judges a signature. */
export type Judge = (commit: ProjectCommit, members: () => readonly Member[]) => Worth;

/** Folds the project's stream. Returns the reason as a text if these commits are none. `root` is the name of its first commit. */
export function foldProject(
  root: Oid,
  tip: Oid,
  commits: readonly ProjectCommit[],
  judge: Judge = () => ({ proven: false, founder: true }),
): Project | string {
  const generation = generations(commits);
  const ordered = inStreamOrder(commits, generation);
  if (ordered.find(({ parents }) => parents.length === 0)?.oid !== root) return "it does not begin as a project does";
  const other = ordered.find(({ parents, oid }) => parents.length === 0 && oid !== root);
  if (other !== undefined) return `it has a second beginning, ${other.oid}`;

  const state = createState();
  for (const commit of ordered) takeCommit(state, commit, judge);
  const conflicts = settle(state, ordered);
  return { ...projectOf(state), conflicts, quarantined: state.quarantined, revision: tip };
}

/** What one event writes: the value of a scalar, or whether an element is there. */
interface Register {
  readonly key: string;
  readonly kind: "scalar" | "element";
  /** Null: cleared, or taken out. */
  readonly value: string | null;
}

interface Write {
  readonly register: Register;
  readonly commit: ProjectCommit;
}

interface State {
  readonly values: Map<string, string | null>;
  readonly writes: Write[];
  /** By address and key. */
  readonly keys: Map<string, { readonly member: string; key: MemberKey }>;
  readonly roles: Map<string, { readonly since: number; readonly role: Role }[]>;
  readonly quarantined: Quarantined[];
  /** The commits whose history, with them, names no maintainer. */
  readonly unruled: Set<Oid>;
  /** What the above say of members, kept until one of them changes. */
  members: readonly Member[] | undefined;
}

function createState(): State {
  return {
    values: new Map(),
    writes: [],
    keys: new Map(),
    roles: new Map(),
    quarantined: [],
    unruled: new Set(),
    members: undefined,
  };
}

function membersOf(state: State): readonly Member[] {
  state.members ??= projectOf(state).members;
  return state.members;
}

function takeCommit(state: State, commit: ProjectCommit, judge: Judge): void {
  for (const { type, reason, fields } of commit.unread) {
    if (reason !== "unknown") state.quarantined.push({ commit: commit.oid, type, reason, fields });
  }
  const founds = commit.parents.every((parent) => state.unruled.has(parent));
  const rules = commit.events.some((event) => "role" in event && event.role === "maintainer");
  if (founds && !rules) state.unruled.add(commit.oid);
  if (commit.events.length === 0) return;
  const worth = judge(commit, () => membersOf(state));
  for (const event of commit.events) {
    // Two clones may both begin a project, and whoever began the second knew of no maintainer to ask.
    const isFree = founds && worth.founder;
    const reason = worth.refused ?? (isFree ? undefined : notAllowed(state, event, commit.author.email));
    if (reason === undefined) takeEvent(state, event, commit, worth);
    else {
      const fields = projectEvents.encode(event);
      state.quarantined.push({ commit: commit.oid, type: event.type, reason, fields });
    }
  }
}

/** Why this person may not do that. A project without maintainers has nobody to ask. */
function notAllowed(state: State, event: ProjectEvent, author: string): string | undefined {
  const members = membersOf(state);
  const self = memberOf({ members }, author);
  if (self?.role === "maintainer" || !members.some(({ role }) => role === "maintainer")) return undefined;
  if (self?.role === "viewer") return `${author} is a viewer`;
  switch (event.type) {
    case "label-defined":
    case "label-dropped":
      return undefined;
    case "key-added":
    case "key-revoked":
      return self !== undefined && event.member === self.email ? undefined : `${author} is no maintainer`;
    default:
      return `${author} is no maintainer`;
  }
}

function takeEvent(state: State, event: ProjectEvent, commit: ProjectCommit, worth: Worth): void {
  const { seconds } = commit.time;
  if (!event.type.startsWith("label-")) state.members = undefined;
  for (const register of registersOf(event, state.values)) {
    state.values.set(register.key, register.value);
    state.writes.push({ register, commit });
  }
  if ((event.type === "member-added" || event.type === "member-changed") && event.role !== undefined) {
    const held = state.roles.get(event.member) ?? [];
    state.roles.set(event.member, [...held, { since: seconds, role: event.role }]);
  }
  if (event.type === "key-added") {
    const before = state.keys.get(keyName(event))?.key;
    const key = {
      key: event.key,
      addedAt: before?.addedAt ?? seconds,
      revokedSince: before?.revokedSince ?? null,
      vouched: worth.proven || before?.vouched === true,
    };
    state.keys.set(keyName(event), { member: event.member, key });
  } else if (event.type === "key-revoked") {
    // Of concurrent revocations the earliest counts, and nothing takes one back: the key may be anybody's.
    const known = state.keys.get(keyName(event));
    const since = Math.min(Date.parse(event.since) / 1000, known?.key.revokedSince ?? Number.POSITIVE_INFINITY);
    if (known !== undefined) known.key = { ...known.key, revokedSince: since };
  }
}

function keyName({ member, key }: { readonly member: string; readonly key: string }): string {
  return `${member} ${key}`;
}

function registersOf(event: ProjectEvent, values: State["values"]): Register[] {
  switch (event.type) {
    case "project-changed":
      return [scalar(event.field, event.to)];
    case "member-added":
      return [
        element(`member:${event.member}`, true),
        scalar(`member:${event.member}:role`, event.role),
        ...(event.name === undefined ? [] : [scalar(`member:${event.member}:name`, event.name)]),
        ...event.email.map((email) => element(`member:${event.member}:email:${email}`, true)),
      ];
    case "member-changed":
      return [
        ...(event.role === undefined ? [] : [scalar(`member:${event.member}:role`, event.role)]),
        ...(event.name === undefined ? [] : [scalar(`member:${event.member}:name`, event.name)]),
        ...event.addEmail.map((email) => element(`member:${event.member}:email:${email}`, true)),
        ...event.removeEmail.map((email) => element(`member:${event.member}:email:${email}`, false)),
      ];
    case "member-removed":
      return [element(`member:${event.member}`, false)];
    case "key-added":
    case "key-revoked":
      return [];
    case "team-added":
      return [
        element(`team:${event.team}`, true),
        ...event.member.map((email) => element(`in-team:${email}:${event.team}`, true)),
      ];
    case "team-changed":
      return [
        ...event.addMember.map((email) => element(`in-team:${email}:${event.team}`, true)),
        ...event.removeMember.map((email) => element(`in-team:${email}:${event.team}`, false)),
      ];
    case "team-removed":
      return [
        element(`team:${event.team}`, false),
        // Another team of that name begins with nobody.
        ...[...values.keys()]
          .filter((key) => key.startsWith("in-team:") && key.endsWith(`:${event.team}`))
          .map((key) => element(key, false)),
      ];
    case "label-defined":
      return [scalar(`label:${event.label}`, JSON.stringify([event.color ?? null, event.description ?? null]))];
    case "label-dropped":
      return [scalar(`label:${event.label}`, undefined)];
    default:
      return event satisfies never;
  }
}

function scalar(key: string, value: string | undefined): Register {
  return { key, kind: "scalar", value: value ?? null };
}

function element(key: string, isThere: boolean): Register {
  return { key, kind: "element", value: isThere ? "" : null };
}

/** Settles what was written concurrently. Returns the conflicts, by field. */
function settle(state: State, ordered: readonly ProjectCommit[]): Conflict[] {
  if (!ordered.some(({ parents }) => parents.length > 1)) return [];
  const isAncestor = ancestry(ordered);
  const conflicts: Conflict[] = [];
  for (const [key, writes] of Map.groupBy(state.writes, ({ register }) => register.key)) {
    const heads = headsOf(writes, isAncestor);
    const values = new Set(heads.map(({ register }) => register.value));
    if (values.size < 2) continue;
    if (heads[0]?.register.kind === "element") state.values.set(key, "");
    else conflicts.push({ field: key, values: heads.map(conflictValue) });
  }
  return conflicts.sort((a, b) => (a.field < b.field ? -1 : 1));
}

function conflictValue({ register: { key, value }, commit }: Write): Conflict["values"][number] {
  const shown = value !== null && key.startsWith("label:") ? labelText(labelOf("", value)) : value;
  return { value: shown, author: commit.author, at: isoTime(commit), commit: commit.oid };
}

function labelText({ color, description }: LabelDefinition): string {
  return [color, description].filter((fact) => fact !== null).join(" ") || "no meaning";
}

function projectOf({ values, keys, roles: held }: State): Omit<Project, "conflicts" | "quarantined" | "revision"> {
  const members: Member[] = [];
  const teams: { name: string; members: string[] }[] = [];
  const labels: LabelDefinition[] = [];
  for (const [register, value] of values) {
    if (value === null) continue;
    const [kind, ...rest] = register.split(":");
    const name = rest.join(":");
    if (kind === "team") teams.push({ name, members: [] });
    else if (kind === "label") labels.push(labelOf(name, value));
    else if (kind === "member" && values.has(`${register}:role`)) members.push(memberIn(values, keys, held, name));
  }
  for (const team of teams) {
    const joined = members.filter(({ email }) => typeof values.get(`in-team:${email}:${team.name}`) === "string");
    team.members.push(...joined.map(({ email }) => email).sort());
  }
  return {
    name: values.get("name") ?? null,
    description: values.get("description") ?? null,
    members: members.sort((a, b) => (a.email < b.email ? -1 : 1)),
    teams: teams.sort(byName),
    labels: labels.sort(byName),
  };
}

function memberIn(values: State["values"], keys: State["keys"], held: State["roles"], email: string): Member {
  const prefix = `member:${email}:email:`;
  const others = [...values].filter(([key, value]) => value !== null && key.startsWith(prefix));
  const role = values.get(`member:${email}:role`);
  return {
    email,
    name: values.get(`member:${email}:name`) ?? null,
    emails: [...new Set([email, ...others.map(([key]) => key.slice(prefix.length)).sort()])],
    role: roles.find((each) => each === role) ?? "viewer",
    roles: held.get(email) ?? [],
    keys: [...keys.values()].filter(({ member }) => member === email).map(({ key }) => key),
  };
}

function labelOf(name: string, json: string): LabelDefinition {
  const [color, description]: readonly (string | null)[] = JSON.parse(json);
  return { name, color: color ?? null, description: description ?? null };
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}
