/** Jira's changelog → commits: one for each history, which is what somebody changed at once. */
import type { Actor } from "../core/commit.ts";
import type { ImportedCommit, ImportedDraft } from "../tracker/import.ts";
import { fitEstimate, readAnyDay } from "./dates.ts";
import { fitBody, fitTitle, personWithoutEmail } from "./fit.ts";
import { labelSet, personOf } from "./history.ts";
import { type JiraChange, type JiraHistory, type JiraIssue, readChange } from "./jira-shape.ts";
import { fitJiraStatus, jiraSystem } from "./jira-words.ts";
import type { ImportContext } from "./source.ts";
import { fitPriority, fitType } from "./vocabulary.ts";

export interface JiraReading {
  readonly place: string;
  readonly context: ImportContext;
  /** Account → person, of all who are in the answer. */
  readonly people: ReadonlyMap<string, Actor>;
  /** Name → id of the fields, where the answer has them. */
  readonly fieldNames: ReadonlyMap<string, string>;
  readonly wiki: (text: string) => string;
}

export interface JiraChanges {
  readonly commits: readonly ImportedCommit[];
  readonly firstBody: string | undefined;
}

/** Where an issue stands while its changes are told. */
interface Standing {
  status: string;
  resolution: string;
}

/** The newer API gives the latest history first, the older one the earliest. */
export function changesOf(issue: JiraIssue, histories: readonly JiraHistory[], reading: JiraReading): JiraChanges {
  const ordered = histories
    .map((history) => ({ history, changes: history.items.flatMap((item) => readChange(item) ?? []) }))
    .toSorted((a, b) => a.history.created.seconds - b.history.created.seconds);
  const all = ordered.flatMap(({ changes }) => changes);
  const standing: Standing = {
    status: all.find(({ field }) => field === "status")?.fromText ?? issue.fields.status.name,
    resolution: all.find(({ field }) => field === "resolution")?.fromText ?? issue.fields.resolution?.name ?? "",
  };
  const description = all.find(({ field }) => field === "description")?.fromText;
  const commits = ordered.flatMap(({ history, changes }): ImportedCommit[] => {
    const drafts = draftsOf(changes, issue, standing, reading);
    if (drafts.length === 0) return [];
    return [{ author: authorOf(history, reading), time: history.created, key: `history:${history.id}`, drafts }];
  });
  const firstBody =
    description === undefined ? undefined : fitBody(reading.wiki(description), reading.place, "description");
  return { commits, firstBody };
}

function authorOf({ author }: JiraHistory, { people }: JiraReading): Actor {
  return (
    people.get(author?.accountId ?? author?.name ?? "") ??
    personWithoutEmail(jiraSystem, author?.displayName ?? "unknown")
  );
}

/** One of them at most owns a text: Jira changes a description once at a time. */
function draftsOf(changes: readonly JiraChange[], issue: JiraIssue, standing: Standing, reading: JiraReading) {
  const drafts: ImportedDraft[] = [];
  let hasText = false;
  const before = { ...standing };
  for (const change of changes) {
    if (change.field === "status") standing.status = change.toText;
    else if (change.field === "resolution") standing.resolution = change.toText;
    else if (change.field !== "description" || !hasText) drafts.push(...draftsOfChange(change, reading));
    hasText ||= change.field === "description";
  }
  return [...statusDrafts(before, standing, issue, reading), ...drafts];
}

/** A status and why it is finished are two fields there and one event here. */
function statusDrafts(
  before: Standing,
  after: Standing,
  { fields }: JiraIssue,
  { context }: JiraReading,
): ImportedDraft[] {
  const fit = ({ status: name, resolution }: Standing) => {
    const category = name === fields.status.name ? fields.status.statusCategory?.key : undefined;
    return fitJiraStatus(context, { name, category, resolution });
  };
  if (before.status === after.status && before.resolution === after.resolution) return [];
  const [from, to] = [fit(before), fit(after)];
  if (from.status === to.status && from.resolution === to.resolution) return [];
  return [{ type: "status-changed", from: from.status, to: to.status, resolution: to.resolution ?? undefined }];
}

function draftsOfChange(change: JiraChange, reading: JiraReading): ImportedDraft[] {
  const { field, fromText, toText } = change;
  const { context, place, wiki } = reading;
  switch (field) {
    case "summary":
      return [{ type: "title-changed", from: fitTitle(fromText), to: fitTitle(toText) }];
    case "description":
      return [{ type: "description-changed", body: fitBody(wiki(toText), place, "description") }];
    case "labels":
      return labelDrafts(fromText.split(/\s+/), toText.split(/\s+/));
    case "Component":
      return labelDrafts(named("component:", fromText), named("component:", toText));
    case "assignee":
      return assigneeDrafts(change, reading);
    case "priority":
      return changed("priority-changed", fitPriority(context, fromText), fitPriority(context, toText));
    case "issuetype":
      return changed("type-changed", fitType(context, fromText), fitType(context, toText));
    case "duedate":
      return changed("due-changed", readAnyDay(change.from), readAnyDay(change.to));
    case "timeoriginalestimate":
      return changed("estimate-changed", estimateOf(change.from), estimateOf(change.to));
    case "Fix Version":
      return changed("milestone-changed", oneOf([fromText]), oneOf([toText]));
    case "Sprint":
      return changed("sprint-changed", oneOf(fromText.split(",")), oneOf(toText.split(",")));
    default:
      context.skipped?.(`change of ${field.slice(0, 60)}`);
      return [];
  }
}

type Changing =
  | "priority-changed"
  | "type-changed"
  | "due-changed"
  | "estimate-changed"
  | "milestone-changed"
  | "sprint-changed";

function changed(type: Changing, from: string | null | undefined, to: string | null | undefined): ImportedDraft[] {
  if ((from ?? undefined) === (to ?? undefined)) return [];
  return [{ type, from: from ?? undefined, to: to ?? undefined }];
}

function named(prefix: string, text: string): string[] {
  return text === "" ? [] : [prefix + text];
}

function labelDrafts(from: readonly string[], to: readonly string[]): ImportedDraft[] {
  const [before, after] = [labelSet(from), labelSet(to)];
  return [
    ...[...before.difference(after)].map((label) => ({ type: "label-removed", label }) as const),
    ...[...after.difference(before)].map((label) => ({ type: "label-added", label }) as const),
  ];
}

function assigneeDrafts({ from, to, fromText, toText }: JiraChange, { people }: JiraReading): ImportedDraft[] {
  const emailOf = (account: string, name: string) =>
    (people.get(account) ?? personOf(jiraSystem, { name, account }))?.email;
  const [before, after] = [emailOf(from, fromText), emailOf(to, toText)];
  if (before === after) return [];
  return [
    ...(before === undefined ? [] : [{ type: "assignee-removed", assignee: before } as const]),
    ...(after === undefined ? [] : [{ type: "assignee-added", assignee: after } as const]),
  ];
}

function estimateOf(seconds: string): string | undefined {
  return /^\d{1,12}$/.test(seconds) ? fitEstimate(Number(seconds)) : undefined;
}

function oneOf(names: readonly string[]): string | undefined {
  return [...labelSet(names)].at(-1);
}
