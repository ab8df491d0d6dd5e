/** What Jira's REST search answers → histories: a commit for each change of the changelog and for each comment, by whoever made it. */
import type { Actor } from "../core/commit.ts";
import { categoryOf, firstStatus } from "../core/workflow.ts";
import type { ImportedCommit, ImportedLink } from "../tracker/import.ts";
import { adfToMarkdown, isAdf } from "./adf.ts";
import { check } from "./check.ts";
import { dayOf, fitEstimate } from "./dates.ts";
import { fitBody, fitTitle, personWithoutEmail } from "./fit.ts";
import { labelSet, personOf, type SourceHistory } from "./history.ts";
import { changesOf, type JiraReading } from "./jira-changes.ts";
import { type JiraFields, type JiraIssue, type JiraPerson, jiraAnswerShape, jiraIssueShape } from "./jira-shape.ts";
import { fitJiraResolution, fitJiraStatus, jiraSystem } from "./jira-words.ts";
import { plainHistory } from "./plain.ts";
import type { ImportContext } from "./source.ts";
import { readObjects, type SourceFile } from "./values.ts";
import { fitPriority, fitType } from "./vocabulary.ts";
import { wikiToMarkdown } from "./wiki-markup.ts";

const hint = "Is it what Jira's REST search answers?";

/** Throws `invalid` with file and line. */
export async function* readJiraAnswer(file: SourceFile, context: ImportContext): AsyncGenerator<SourceHistory> {
  for await (const { value, place } of readObjects(file)) {
    const answer = check(jiraAnswerShape, value, { place, path: "", hint });
    const fieldNames = new Map(Object.entries(answer.names ?? {}).map(([id, name]) => [String(name), id]));
    const issues = (answer.issues ?? [value]).map((issue, index) => {
      const path = answer.issues ? `issues.${index}` : "";
      return check(jiraIssueShape, issue, { place, path, hint });
    });
    const people = peopleIn(issues);
    for (const issue of issues) yield readIssue(issue, { place, context, people, fieldNames, ...textsOf(people) });
  }
}

function peopleIn(issues: readonly JiraIssue[]): Map<string, Actor> {
  const people = new Map<string, Actor>();
  const add = (person: JiraPerson) => {
    const actor = actorOf(person);
    if (actor === undefined || !person) return;
    for (const id of [person.accountId, person.name]) if (id) people.set(id, actor);
  };
  for (const { fields, changelog } of issues) {
    for (const person of [fields.assignee, fields.reporter, fields.creator]) add(person);
    for (const { author } of [...(fields.comment?.comments ?? []), ...(changelog?.histories ?? [])]) add(author);
  }
  return people;
}

function actorOf(person: JiraPerson): Actor | undefined {
  if (!person) return undefined;
  const { accountId, name, displayName, emailAddress } = person;
  return personOf(jiraSystem, { name: displayName ?? name, email: emailAddress, account: accountId ?? name });
}

function textsOf(people: ReadonlyMap<string, Actor>) {
  const mention = (account: string) => people.get(account)?.name ?? account;
  return { wiki: (text: string) => wikiToMarkdown(text, mention) };
}

function readIssue(issue: JiraIssue, reading: JiraReading): SourceHistory {
  const { key, fields, changelog } = issue;
  const { place, context } = reading;
  const author = actorOf(fields.reporter) ?? actorOf(fields.creator) ?? personWithoutEmail(jiraSystem, "unknown");
  const created = { author: actorOf(fields.creator) ?? author, time: fields.created };
  const links = linksOf(fields, reading);
  // Fields that nobody asked for aren't there.
  const tells: SourceHistory["tells"] = [
    ...(fields.issuelinks === undefined ? [] : linkedKinds),
    ...(fields.parent === undefined ? [] : (["parent"] as const)),
  ];
  const status = fitJiraStatus(context, {
    name: fields.status.name,
    category: fields.status.statusCategory?.key,
    resolution: fields.resolution?.name,
  });
  for (const _ of fields.attachment) context.skipped?.("attachment");
  const scalars = scalarsOf(fields, reading);
  const facts = { system: jiraSystem, name: fitTitle(key), place };
  const assignee = actorOf(fields.assignee);
  const state = {
    ...facts,
    ...scalars,
    title: fitTitle(fields.summary),
    body: fitBody(textOf(fields.description, reading), place, `${key}: description`),
    labels: labelSet([...fields.labels, ...fields.components.map(({ name }) => `component:${name}`)]),
    assignees: new Set(assignee === undefined ? [] : [assignee.email]),
  };
  const comments = commentsOf(issue, reading);
  if (!changelog) {
    // Without its changes, only the dates tell.
    const closed = fields.resolutiondate ?? undefined;
    const dates = { created: fields.created, updated: fields.updated ?? undefined, closed };
    const plain = plainHistory({ ...state, status, author, ...dates, links, tells }, context);
    return { ...plain, changes: [...plain.changes, ...comments] };
  }
  const { commits, firstBody } = changesOf(issue, changelog.histories, reading);
  const last = changelog.histories.toSorted((a, b) => b.created.seconds - a.created.seconds)[0];
  return {
    ...facts,
    created,
    updated: { author: actorOf(last?.author) ?? created.author, time: fields.updated ?? last?.created ?? created.time },
    state: { ...state, ...status },
    changes: [...closingOf(fields, status.status, commits, created.author, reading), ...commits, ...comments],
    links: links.map((link) => ({ ...link, ...created })),
    tells,
    firstBody,
    keeps: (changelog.total ?? 0) > changelog.histories.length ? "latest" : "everything",
  };
}

/** Long changelogs come without their oldest part, so that a status may have come from nowhere: then the date tells when. */
function closingOf(
  { resolutiondate: time, resolution }: JiraFields,
  to: string,
  commits: readonly ImportedCommit[],
  author: Actor,
  { context: { settings } }: JiraReading,
): ImportedCommit[] {
  const { workflow } = settings;
  const isTold = commits.some(({ drafts }) => drafts.some(({ type }) => type === "status-changed"));
  if (isTold || !time || categoryOf(workflow, to) !== "done") return [];
  const why = fitJiraResolution(resolution?.name);
  const draft = { type: "status-changed", from: firstStatus(workflow, "todo"), to, resolution: why } as const;
  return [{ author, time, key: "resolved", drafts: [draft] }];
}

function textOf(value: unknown, { wiki }: JiraReading): string {
  if (typeof value === "string") return wiki(value);
  return isAdf(value) ? adfToMarkdown(value) : "";
}

function scalarsOf(fields: JiraFields, { context, fieldNames }: JiraReading) {
  return {
    type: fitType(context, fields.issuetype?.name ?? ""),
    priority: fitPriority(context, fields.priority?.name ?? ""),
    due: fields.duedate ? dayOf(fields.duedate) : null,
    estimate: fitEstimate(fields.timeoriginalestimate) ?? null,
    milestone: [...labelSet(fields.fixVersions.map(({ name }) => name))][0] ?? null,
    sprint: [...labelSet(sprintNames(fields[fieldNames.get("Sprint") ?? ""] ?? sprintField(fields)))].at(-1) ?? null,
  };
}

/** Sprints are a custom field: objects in the cloud, texts that show an object's fields on servers. */
function sprintNames(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown) => {
    if (typeof item === "string") return /[[,]name=([^,\]]{1,400})/.exec(item)?.[1] ?? [];
    if (typeof item !== "object" || item === null || !("name" in item)) return [];
    return typeof item.name === "string" ? item.name : [];
  });
}

/** Where the names of fields weren't asked for, a sprint is known by having a board or being one of the server's texts. */
function sprintField(fields: JiraFields): unknown {
  return Object.entries(fields).find(([name, value]) => {
    const first: unknown = name.startsWith("customfield_") && Array.isArray(value) ? value[0] : undefined;
    if (typeof first === "string") return first.includes("greenhopper.service.sprint.Sprint@");
    return typeof first === "object" && first !== null && "boardId" in first && "name" in first;
  })?.[1];
}

function epicOf(fields: JiraFields, { fieldNames }: JiraReading): string | undefined {
  const value = fields[fieldNames.get("Epic Link") ?? ""];
  return typeof value === "string" && value !== "" ? fitTitle(value.slice(0, 200)) : undefined;
}

function commentsOf({ key, fields }: JiraIssue, reading: JiraReading): ImportedCommit[] {
  return (fields.comment?.comments ?? []).flatMap(({ id, author, body: raw, created: time }): ImportedCommit[] => {
    const body = fitBody(textOf(raw, reading), reading.place, `${key}: comment ${id}`);
    if (body === "") {
      reading.context.skipped?.("comment without a text");
      return [];
    }
    const by = actorOf(author) ?? personWithoutEmail(jiraSystem, "unknown");
    return [
      {
        author: by,
        time,
        key: `comment:${id}`,
        drafts: [{ type: "comment-added", body, external: `${jiraSystem} comment-${id}` }],
      },
    ];
  });
}

const linkedKinds = ["blocks", "blocked-by", "duplicates", "relates"] as const;

function linksOf(fields: JiraFields, reading: JiraReading): Pick<ImportedLink, "kind" | "targetName">[] {
  const links: Pick<ImportedLink, "kind" | "targetName">[] = [];
  for (const { type, outwardIssue, inwardIssue } of fields.issuelinks ?? []) {
    const name = type?.name ?? "";
    const isBlock = /^block/i.test(name);
    if (outwardIssue) {
      const kind = isBlock ? "blocks" : /duplicate/i.test(name) ? "duplicates" : "relates";
      links.push({ kind, targetName: outwardIssue.key });
    } else if (inwardIssue && isBlock) links.push({ kind: "blocked-by", targetName: inwardIssue.key });
  }
  const parent = fields.parent?.key ?? epicOf(fields, reading);
  return parent === undefined ? links : [...links, { kind: "parent", targetName: parent }];
}
