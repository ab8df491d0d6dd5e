/**
 * Issues of git-native-issue → histories. The source is a repository: `refs/issues/<uuid>` is a chain of commits without files, whose
 * messages are the title and description, the comments, and trailers for what they set (ISSUE-FORMAT.md there, format version 1).
 */
import type { Actor, Moment } from "../core/commit.ts";
import type { Resolution } from "../core/issue.ts";
import type { ForeignCommit, ForeignRepository } from "../tracker/foreign.ts";
import type { ImportedCommit, ImportedDraft, ImportedIssue, ImportedLink } from "../tracker/import.ts";
import {
  fitBody,
  fitName,
  fitPriority,
  fitStatus,
  fitTitle,
  personNamed,
  personWithoutEmail,
  readSeconds,
} from "./fit.ts";
import { type IssueMessage, parseIssueMessage } from "./issue-trailers.ts";
import { advance, emptyState, type SourceState } from "./reconcile.ts";
import type { ImportContext } from "./source.ts";
import { refusedAt } from "./values.ts";

const system = "git-native-issue";
const what = "git-native-issue's issues";

/** Yields one issue after the other, in the order of their ids. Throws `invalid` with ref and commit. */
export async function* importGitNativeIssue(
  repository: ForeignRepository,
  context: ImportContext,
): AsyncGenerator<ImportedIssue> {
  const providers = await readProviders(repository);
  for await (const { ref, name, commits } of repository.histories(what)) {
    yield translate(name, ref, byTime(commits), providers, context);
  }
}

/** Parents are named as a third system names them: its names → those of issues. */
async function readProviders(repository: ForeignRepository): Promise<Map<string, string>> {
  const providers = new Map<string, string>();
  for await (const { name, commits } of repository.histories(what)) {
    for (const { message } of commits) {
      const provider = parseIssueMessage(message).trailers.get("provider-id");
      if (provider !== undefined) providers.set(provider, name);
    }
  }
  return providers;
}

/** The earliest first, but each after its parents: of branches, the later word is the last. */
function byTime(commits: readonly ForeignCommit[]): ForeignCommit[] {
  const times = new Map<string, number>();
  for (const { oid, parents, time } of commits) {
    times.set(oid, Math.max(time.seconds, ...parents.map((parent) => times.get(parent) ?? 0)));
  }
  return commits.toSorted((a, b) => (times.get(a.oid) ?? 0) - (times.get(b.oid) ?? 0));
}

interface Translation {
  readonly context: ImportContext;
  readonly state: SourceState;
  priority: string | undefined;
  readonly links: Map<ImportedLink["kind"], ImportedLink>;
  readonly providers: ReadonlyMap<string, string>;
}

function translate(
  name: string,
  ref: string,
  history: readonly ForeignCommit[],
  providers: ReadonlyMap<string, string>,
  context: ImportContext,
): ImportedIssue {
  const translation: Translation = { context, state: emptyState(), priority: undefined, links: new Map(), providers };
  const commits: ImportedCommit[] = [];
  for (const [index, commit] of history.entries()) {
    const place = `${ref} in ${commit.oid.slice(0, 7)}`;
    const message = parseIssueMessage(commit.message);
    const by = { author: authorOf(commit.author), time: timeOf(commit.time, place) };
    const drafts =
      index === 0 ? [creation(translation, message, place)] : draftsOf(translation, commit, message, place);
    addParent(translation, message, by);
    for (const draft of drafts) advance(translation.state, draft);
    if (drafts.length > 0) commits.push({ ...by, key: commit.oid, drafts });
    else context.skipped?.(commit.parents.length > 1 ? "merge that changes nothing" : "commit that changes nothing");
  }
  return { system, name: fitName(name), commits, links: [...translation.links.values()] };
}

function authorOf({ name, email }: Actor): Actor {
  const person = personNamed(system, email);
  if (!email.includes("@")) return personWithoutEmail(system, name || email);
  return { name: fitName(name.replace(/[<>]/g, "")) || person.name, email: person.email };
}

function timeOf({ seconds, zone }: Moment, place: string): Moment {
  const moment = readSeconds(seconds);
  if (moment === undefined)
    throw refusedAt(place, "its time is not one from 1970 to 9999", "Correct it at the source.");
  return { ...moment, zone: /^[+-]\d{4}$/.test(zone) ? zone : "+0000" };
}

function creation(translation: Translation, { text, trailers }: IssueMessage, place: string): ImportedDraft {
  const { context } = translation;
  const [title = "", ...rest] = text.split("\n");
  translation.priority = priorityOf(trailers.get("priority"), context);
  const draft = {
    type: "issue-created" as const,
    title: fitTitle(title),
    body: fitBody(rest.join("\n").replace(/^\n+/, ""), place, "description"),
    status: stateOf(trailers.get("state"), context),
    priority: translation.priority,
    milestone: fitName(trailers.get("milestone") ?? "") || undefined,
    label: labelsOf(trailers.get("labels")),
    assignee: assigneesOf(trailers.get("assignee")),
    external: [],
    nonce: "0".repeat(20),
  };
  for (const label of draft.label) translation.state.labels.add(label);
  for (const assignee of draft.assignee) translation.state.assignees.add(assignee);
  translation.state.milestone = draft.milestone;
  return draft;
}

function draftsOf(
  translation: Translation,
  { oid, parents }: ForeignCommit,
  message: IssueMessage,
  place: string,
): ImportedDraft[] {
  const { trailers } = message;
  const fixedBy = trailers.get("fixed-by") ?? "";
  const body = parents.length > 1 || message.isNotice ? "" : fitBody(message.text, place, "comment");
  const drafts = [...scalarDrafts(translation, trailers), ...setDrafts(translation, trailers)];
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(fixedBy)) drafts.push({ type: "commit-linked", commit: fixedBy });
  const provider = fitName(trailers.get("provider-id") ?? "");
  if (provider !== "") drafts.push({ type: "external-linked", external: `provider ${provider}` });
  if (body !== "") drafts.push({ type: "comment-added", body, external: `${system} ${oid}` });
  return drafts;
}

function scalarDrafts(translation: Translation, trailers: IssueMessage["trailers"]): ImportedDraft[] {
  const { state, context } = translation;
  const drafts: ImportedDraft[] = [];
  const [title, named] = [trailers.get("title"), trailers.get("state")];
  if (title !== undefined && fitTitle(title) !== state.title) {
    drafts.push({ type: "title-changed", from: state.title, to: fitTitle(title) });
  }
  const status = named === undefined ? state.status : stateOf(named, context);
  if (status !== state.status) {
    const resolution = resolutions.get(trailers.get("reason")?.toLowerCase() ?? "");
    drafts.push({ type: "status-changed", from: state.status, to: status, resolution });
  }
  const priority = trailers.has("priority") ? priorityOf(trailers.get("priority"), context) : translation.priority;
  if (priority !== translation.priority) {
    drafts.push({ type: "priority-changed", from: translation.priority, to: priority });
    translation.priority = priority;
  }
  const milestone = trailers.has("milestone") ? fitName(trailers.get("milestone") ?? "") || undefined : state.milestone;
  if (milestone !== state.milestone) drafts.push({ type: "milestone-changed", from: state.milestone, to: milestone });
  return drafts;
}

/** A trailer names the whole set. */
function setDrafts({ state }: Translation, trailers: IssueMessage["trailers"]): ImportedDraft[] {
  const labels = trailers.has("labels") ? new Set(labelsOf(trailers.get("labels"))) : state.labels;
  const assignees = trailers.has("assignee") ? new Set(assigneesOf(trailers.get("assignee"))) : state.assignees;
  return [
    ...[...state.labels.difference(labels)].map((label): ImportedDraft => ({ type: "label-removed", label })),
    ...[...labels.difference(state.labels)].map((label): ImportedDraft => ({ type: "label-added", label })),
    ...[...state.assignees.difference(assignees)].map(
      (assignee): ImportedDraft => ({ type: "assignee-removed", assignee }),
    ),
    ...[...assignees.difference(state.assignees)].map(
      (assignee): ImportedDraft => ({ type: "assignee-added", assignee }),
    ),
  ];
}

function addParent(
  { links, providers }: Translation,
  { trailers }: IssueMessage,
  by: Pick<ImportedLink, "author" | "time">,
) {
  const parent = trailers.get("parent-id");
  if (parent !== undefined) links.set("parent", { kind: "parent", targetName: providers.get(parent) ?? parent, ...by });
}

const resolutions: ReadonlyMap<string, Resolution> = new Map<string, Resolution>([
  ["completed", "completed"],
  ["duplicate", "duplicate"],
  ["wontfix", "not-planned"],
  ["invalid", "not-planned"],
]);

/** What is not said is open, says the format. */
function stateOf(state: string | undefined, context: ImportContext): string {
  return fitStatus(context, state || "open", state === "closed" ? "done" : "todo");
}

/** How urgent each is, from 0 to below 1. */
const urgencies: ReadonlyMap<string, number> = new Map([
  ["low", 0],
  ["medium", 0.3],
  ["high", 0.6],
  ["critical", 0.9],
]);

function priorityOf(priority: string | undefined, context: ImportContext): string | undefined {
  return priority ? fitPriority(context, priority, urgencies.get(priority.toLowerCase()) ?? 0.3) : undefined;
}

function labelsOf(labels = ""): string[] {
  return [...new Set(labels.split(",").map(fitName))].filter((label) => label !== "");
}

function assigneesOf(assignee = ""): string[] {
  return assignee.trim() === "" ? [] : [personNamed(system, assignee).email];
}
