/** An issue of GitLab → its history: what somebody did to its state, labels and milestone, its notes, and the awards of both. */
import type { Actor, Moment } from "../core/commit.ts";
import { firstStatus } from "../core/workflow.ts";
import type { ImportedCommit, ImportedDraft } from "../tracker/import.ts";
import { dayOf, fitEstimate } from "./dates.ts";
import { fitBody, fitTitle, personWithoutEmail } from "./fit.ts";
import { draftsOfNote } from "./gitlab-notes.ts";
import type { GitLabAward, GitLabIssue, GitLabNote, GitLabPerson } from "./gitlab-shape.ts";
import { labelSet, personOf, type SourceHistory } from "./history.ts";
import type { ImportContext } from "./source.ts";
import { fitType } from "./vocabulary.ts";

export const gitLabSystem = "gitlab";

export interface GitLabReading {
  readonly place: string;
  /** What the issue's number stands behind where it names no project itself. */
  readonly project: string;
  /** User id → person. */
  readonly people: ReadonlyMap<string, Actor>;
  readonly context: ImportContext;
}

/** The `group/project#12` that an address of an issue names. */
export function gitLabNameIn(url: string): string | undefined {
  const [, project, number] =
    /^https?:\/\/[^/\s]{1,253}\/([\w./-]{1,300}?)\/(?:-\/)?(?:issues|work_items)\/(\d{1,15})/.exec(url) ?? [];
  return project === undefined ? undefined : `${project}#${Number(number)}`;
}

export function readGitLabIssue(issue: GitLabIssue, reading: GitLabReading): SourceHistory {
  const { place, context } = reading;
  const { workflow } = context.settings;
  const statuses = { open: firstStatus(workflow, "todo"), closed: firstStatus(workflow, "done") };
  const name = gitLabNameIn(issue.web_url ?? "") ?? issue.references?.full ?? `${reading.project}#${issue.iid}`;
  const known = { ...reading, people: peopleIn(issue, reading.people) };
  const who = (person: GitLabPerson, id: string | null | undefined) => actorOf(known.people, person, id);
  const created = { author: who(issue.author, issue.author_id), time: issue.created_at };
  const isClosed = issue.state === "closed";
  const changes = [
    ...eventsOf(issue, statuses, who),
    ...issue.notes.flatMap((note) => readNote(note, issue, { ...known, statuses, who })),
  ];
  const closes = changes.some(({ drafts }) => drafts.some((draft) => draft.type === "status-changed"));
  if (isClosed && !closes && issue.closed_at) {
    const draft = { type: "status-changed", from: statuses.open, to: statuses.closed } as const;
    changes.push({
      author: issue.closed_by ? who(issue.closed_by, undefined) : created.author,
      time: issue.closed_at,
      key: "closed",
      drafts: [draft],
    });
  }
  if (issue.timelogs.length > 0 || (issue.time_stats?.total_time_spent ?? 0) > 0) context.skipped?.("time spent");
  const assignees =
    issue.assignees.length > 0
      ? issue.assignees.map((person) => who(person, undefined))
      : issue.issue_assignees.map(({ user_id }) => who(undefined, user_id));
  const last = changes.toSorted((a, b) => b.time.seconds - a.time.seconds)[0];
  return {
    system: gitLabSystem,
    name: fitTitle(name),
    place,
    created,
    updated: { author: last?.author ?? created.author, time: issue.updated_at ?? last?.time ?? created.time },
    state: {
      title: fitTitle(issue.title),
      body: fitBody(issue.description, place, "description"),
      status: isClosed ? statuses.closed : statuses.open,
      resolution: isClosed && issue.duplicated_to_id ? "duplicate" : null,
      labels: labelsOf(issue),
      assignees: new Set(assignees.map(({ email }) => email)),
      milestone: issue.milestone?.title || null,
      sprint: issue.iteration?.title || null,
      due: issue.due_date ? dayOf(issue.due_date) : null,
      estimate: fitEstimate(issue.time_estimate ?? issue.time_stats?.time_estimate) ?? null,
      type: fitType(context, issue.issue_type === "issue" ? "" : (issue.issue_type ?? "")),
    },
    changes: [...changes, ...awardsOf(issue.award_emoji, undefined, who)],
    links: [],
    tells: [],
    keeps: "everything",
  };
}

type Who = (person: GitLabPerson, id: string | null | undefined) => Actor;

/** Authors of notes have their names beside their ids. */
function peopleIn({ notes, author, author_id }: GitLabIssue, members: ReadonlyMap<string, Actor>): Map<string, Actor> {
  const people = new Map<string, Actor>();
  for (const [person, id] of [
    [author, author_id] as const,
    ...notes.map((note) => [note.author, note.author_id] as const),
  ]) {
    const account = person?.username ?? (id ? `user-${id}` : undefined);
    const actor = person ? personOf(gitLabSystem, { name: person.name, account }) : undefined;
    if (actor !== undefined && id) people.set(id, actor);
  }
  for (const [id, person] of members) people.set(id, person);
  return people;
}

function actorOf(people: ReadonlyMap<string, Actor>, person: GitLabPerson, id: string | null | undefined): Actor {
  const known = people.get(id ?? person?.id ?? "");
  if (known !== undefined) return known;
  const named = person ? personOf(gitLabSystem, { name: person.name, account: person.username }) : undefined;
  return named ?? personWithoutEmail(gitLabSystem, id ? `user-${id}` : "unknown");
}

function labelsOf({ labels, label_links, confidential, weight }: GitLabIssue): Set<string> {
  return labelSet([
    ...labels.map((label) => (typeof label === "string" ? label : label.name)),
    ...label_links.map(({ label }) => label?.title ?? ""),
    ...(confidential === true ? ["confidential"] : []),
    ...(weight === null || weight === undefined ? [] : [`weight:${weight}`]),
  ]);
}

function eventsOf(issue: GitLabIssue, statuses: { open: string; closed: string }, who: Who): ImportedCommit[] {
  const commits: ImportedCommit[] = [];
  const add = (
    event: { readonly user?: GitLabPerson; readonly user_id?: string | null | undefined; readonly created_at: Moment },
    draft: ImportedDraft,
  ) => {
    const author = who(event.user, event.user_id);
    commits.push({ author, time: event.created_at, key: `event:${commits.length}`, drafts: [draft] });
  };
  for (const event of issue.resource_state_events) {
    const { open, closed } = statuses;
    if (event.state === "closed") add(event, { type: "status-changed", from: open, to: closed });
    else if (event.state === "reopened") add(event, { type: "status-changed", from: closed, to: open });
  }
  for (const event of issue.resource_label_events) {
    const [label] = labelSet([event.label?.title ?? ""]);
    if (label !== undefined) add(event, { type: event.action === "remove" ? "label-removed" : "label-added", label });
  }
  let milestone: string | undefined;
  for (const event of issue.resource_milestone_events.toSorted((a, b) => a.created_at.seconds - b.created_at.seconds)) {
    const [title] = labelSet([event.milestone?.title ?? ""]);
    const to = event.action === "remove" ? undefined : title;
    add(event, { type: "milestone-changed", from: event.action === "remove" ? title : milestone, to });
    milestone = to;
  }
  return commits;
}

function readNote(
  note: GitLabNote,
  issue: GitLabIssue,
  reading: GitLabReading & { readonly statuses: { readonly open: string; readonly closed: string }; readonly who: Who },
): ImportedCommit[] {
  const author = reading.who(note.author, note.author_id);
  const by = { author, time: note.created_at, key: `note:${note.id}` };
  const text = note.note ?? note.body ?? "";
  if (note.system === true) {
    const told = {
      states: issue.resource_state_events.length > 0,
      labels: issue.resource_label_events.length > 0,
      milestones: issue.resource_milestone_events.length > 0,
    };
    const drafts = draftsOfNote(text, { statuses: reading.statuses, told });
    if (drafts.length === 0) reading.context.skipped?.("system note");
    return drafts.length === 0 ? [] : [{ ...by, drafts }];
  }
  const body = fitBody(text, reading.place, `note ${note.id}`);
  if (body === "") {
    reading.context.skipped?.("comment without a text");
    return [];
  }
  const comment: ImportedDraft = { type: "comment-added", body, external: `${gitLabSystem} note-${note.id}` };
  return [{ ...by, drafts: [comment] }, ...awardsOf(note.award_emoji, { key: by.key, time: by.time }, reading.who)];
}

/** The names that every system has in common, as they look. */
const emoji: ReadonlyMap<string, string> = new Map([
  ["thumbsup", "👍"],
  ["thumbsdown", "👎"],
  ["smile", "😄"],
  ["tada", "🎉"],
  ["confused", "😕"],
  ["heart", "❤️"],
  ["rocket", "🚀"],
  ["eyes", "👀"],
]);

function awardsOf(
  awards: readonly GitLabAward[],
  comment: { readonly key: string; readonly time: Moment } | undefined,
  who: Who,
): ImportedCommit[] {
  return awards.flatMap(({ id, name, user, user_id, created_at }, index) => {
    const time = created_at ?? comment?.time;
    if (name === "" || time === undefined) return [];
    const reaction = emoji.get(name) ?? `:${name}:`;
    const draft: ImportedDraft =
      comment === undefined
        ? { type: "reaction-added", reaction }
        : { type: "reaction-added", commentKey: comment.key, reaction };
    // An award never stands before what it is for.
    const at = comment !== undefined && comment.time.seconds > time.seconds ? comment.time : time;
    return [
      { author: who(user, user_id), time: at, key: `award:${comment?.key ?? ""}:${id ?? index}`, drafts: [draft] },
    ];
  });
}
