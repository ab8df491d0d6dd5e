/**
 * GitHub's JSON, in both of its spellings (the REST API's `created_at`, and `createdAt` as `gh issue list --json` prints it), read
 * into one shape. Only what an issue's history needs is picked; everything else may be there or not.
 */
import * as v from "valibot";
import type { Actor, Moment } from "../core/commit.ts";
import type { Resolution } from "../core/issue.ts";
import { toLine, visible } from "../core/text.ts";
import { check as checkShape, few, name, time } from "./check.ts";
import { fitBody, fitTitle, nameCharactersMax } from "./fit.ts";
import type { PlacedObject } from "./values.ts";

export interface GitHubIssue {
  readonly place: string;
  /** As in `owner/repository`. */
  readonly repository: string;
  readonly number: number;
  readonly title: string;
  /** Empty also where the source does not say. */
  readonly body: string;
  readonly saysBody: boolean;
  /** What the source does not say is undefined. */
  readonly state: "open" | "closed" | undefined;
  readonly resolution: Resolution | undefined;
  readonly labels: readonly string[] | undefined;
  /** Email addresses. */
  readonly assignees: readonly string[] | undefined;
  /** Null: it has none. */
  readonly milestone: string | null | undefined;
  readonly author: Actor | undefined;
  readonly closedBy: Actor | undefined;
  readonly createdAt: Moment | undefined;
  readonly updatedAt: Moment | undefined;
  readonly closedAt: Moment | undefined;
  /** Its name, as in `owner/repository#12`. */
  readonly parent: string | undefined;
  /** False: the source lists what issues are by now, and of events only the comments. */
  readonly hasTimeline: boolean;
  readonly events: readonly GitHubEvent[];
  /** The types of events that carry no state, one for each. */
  readonly ignored: readonly string[];
}

export interface GitHubEvent {
  readonly type: (typeof eventTypes)[number];
  /** As an `ImportedCommit`'s. */
  readonly key: string;
  readonly actor: Actor | undefined;
  readonly time: Moment;
  readonly body: string;
  readonly label: string | undefined;
  readonly assignee: string | undefined;
  readonly milestone: string | undefined;
  readonly rename: { readonly from: string; readonly to: string } | undefined;
  readonly commit: string | undefined;
  readonly resolution: Resolution | undefined;
}

const eventTypes = [
  "commented",
  "renamed",
  "closed",
  "reopened",
  "labeled",
  "unlabeled",
  "assigned",
  "unassigned",
  "milestoned",
  "demilestoned",
  "marked_as_duplicate",
  "unmarked_as_duplicate",
  "referenced",
] as const;

/** Who GitHub shows in place of a deleted account. */
export const ghost: Actor = { name: "ghost", email: "ghost@users.noreply.github.com" };

/** Reads an object of an export. Returns undefined for a pull request. Throws `invalid` saying where and which field. */
export function readIssue({ value, place }: PlacedObject, fallbackRepository: string): GitHubIssue | undefined {
  const wrapped = Object.hasOwn(value, "issue");
  const outer = wrapped ? check(wrapperSchema, value, place, "") : { issue: value, events: undefined };
  const issue = check(issueSchema, outer.issue, place, wrapped ? "issue" : "");
  const url = issue.html_url ?? issue.url ?? "";
  if ((issue.pull_request ?? null) !== null || /\/pull\/\d+$/.test(url)) return undefined;
  const repository = repositoryOf(issue.repository_url ?? "") ?? repositoryOf(url) ?? fallbackRepository;
  return {
    place,
    repository,
    number: issue.number,
    title: fitTitle(issue.title),
    body: fitBody(issue.body, place, "body"),
    saysBody: issue.body !== undefined,
    state: issue.state ?? undefined,
    resolution: toResolution(issue.state_reason ?? issue.stateReason),
    labels: issue.labels
      ?.map((label) => (typeof label === "string" ? label : label.name))
      .filter((name) => name !== ""),
    assignees: issue.assignees?.map((person) => (person ?? ghost).email),
    milestone: issue.milestone === undefined ? undefined : issue.milestone?.title || null,
    author: issue.user ?? issue.author ?? undefined,
    closedBy: issue.closed_by ?? undefined,
    createdAt: issue.created_at ?? issue.createdAt ?? undefined,
    updatedAt: issue.updated_at ?? issue.updatedAt ?? undefined,
    closedAt: issue.closed_at ?? issue.closedAt ?? undefined,
    parent: nameInUrl(issue.parent_issue_url ?? ""),
    hasTimeline: (outer.events ?? undefined) !== undefined,
    ...readEvents(outer.events ?? commentsAsEvents(issue.comments), place),
  };
}

/** The `owner/repository#12` that an address of GitHub's web or API names. */
export function nameInUrl(url: string): string | undefined {
  const repository = repositoryOf(url);
  const number = /\/(?:issues|pull)\/(\d{1,15})(?:[#/?]|$)/.exec(url)?.[1];
  return repository === undefined || number === undefined ? undefined : `${repository}#${Number(number)}`;
}

/** Bots have a name that ends in `[bot]`; gh writes `app/name` instead. */
const loginPattern = /^(?:app\/)?[\w.-]{0,100}(?:\[bot\])?$/;

const person = v.nullish(
  v.pipe(
    v.object({
      login: v.pipe(v.string(), v.regex(loginPattern, "should be a login name")),
      id: v.optional(v.unknown()),
      name: v.optional(v.nullable(v.string())),
    }),
    v.transform(({ login, id, name }) => toActor(login, id, name ?? "")),
  ),
);
/** A number in REST, a text in GraphQL. */
const id = v.nullish(v.union([v.number(), name]));
const optionalText = v.nullish(v.string());
const optionalTime = v.nullish(time);
const number = v.pipe(
  v.number(),
  v.safeInteger("should be a whole number"),
  v.minValue(1, "should be a number from 1 on"),
);

const wrapperSchema = v.object({ issue: v.unknown(), events: v.nullish(v.array(v.unknown())) });

const issueSchema = v.object({
  number,
  title: v.string(),
  body: optionalText,
  state: v.nullish(v.pipe(v.string(), v.toLowerCase(), v.picklist(["open", "closed"], "should be open or closed"))),
  state_reason: optionalText,
  stateReason: optionalText,
  labels: v.nullish(few(v.union([name, v.object({ name })]))),
  assignees: v.nullish(few(person)),
  milestone: v.nullish(v.object({ title: name })),
  user: person,
  author: person,
  closed_by: person,
  created_at: optionalTime,
  createdAt: optionalTime,
  updated_at: optionalTime,
  updatedAt: optionalTime,
  closed_at: optionalTime,
  closedAt: optionalTime,
  repository_url: optionalText,
  url: optionalText,
  html_url: optionalText,
  parent_issue_url: optionalText,
  pull_request: v.optional(v.unknown()),
  // REST counts them, gh lists them.
  comments: v.optional(v.unknown()),
});

const anyEventSchema = v.object({ event: v.string() });

const eventSchema = v.object({
  event: v.picklist(eventTypes),
  id,
  url: optionalText,
  html_url: optionalText,
  actor: person,
  user: person,
  created_at: time,
  body: optionalText,
  label: v.nullish(v.object({ name })),
  assignee: person,
  milestone: v.nullish(v.object({ title: name })),
  rename: v.nullish(v.object({ from: v.string(), to: v.string() })),
  commit_id: optionalText,
  state_reason: optionalText,
});

const commentSchema = v.object({
  id,
  url: optionalText,
  author: v.unknown(),
  body: v.unknown(),
  createdAt: v.unknown(),
});

function readEvents(raw: readonly unknown[], place: string): Pick<GitHubIssue, "events" | "ignored"> {
  const events: GitHubEvent[] = [];
  const ignored: string[] = [];
  for (const [index, value] of raw.entries()) {
    const path = `events.${index}`;
    const { event: type } = check(anyEventSchema, value, place, path);
    if (isEventType(type)) events.push(readEvent(value, place, index));
    else ignored.push(visible(type.slice(0, nameCharactersMax)));
  }
  return { events, ignored };
}

function readEvent(value: unknown, place: string, index: number): GitHubEvent {
  const path = `events.${index}`;
  const event = check(eventSchema, value, place, path);
  return {
    type: event.event,
    key: keyOf(event, index),
    actor: event.actor ?? event.user ?? undefined,
    time: event.created_at,
    body: fitBody(event.body, place, `${path}.body`),
    label: event.label?.name || undefined,
    assignee: event.assignee?.email,
    milestone: event.milestone?.title || undefined,
    rename:
      event.rename === null || event.rename === undefined
        ? undefined
        : { from: fitTitle(event.rename.from), to: fitTitle(event.rename.to) },
    commit: /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(event.commit_id ?? "") ? (event.commit_id ?? undefined) : undefined,
    resolution: toResolution(event.state_reason),
  };
}

/** gh lists comments and no events. They are checked when they are read as events. */
function commentsAsEvents(comments: unknown): unknown[] {
  if (!Array.isArray(comments)) return [];
  return comments.map((comment: unknown) => {
    const read = v.safeParse(commentSchema, comment);
    if (!read.success) return { event: "commented" };
    const { id, url, author, body, createdAt } = read.output;
    return { event: "commented", id, url, user: author, body, created_at: createdAt };
  });
}

/** By its id: a comment has a number in its address also where its id is spelled differently (gh). Without an id, by its place. */
function keyOf(event: v.InferOutput<typeof eventSchema>, index: number): string {
  const kind = event.event === "commented" ? "comment" : "event";
  const inUrl = /#issuecomment-(\d{1,20})$/.exec(event.html_url ?? event.url ?? "")?.[1];
  const id = inUrl ?? event.id;
  return id === undefined || id === null || id === ""
    ? `${kind}:${event.created_at.seconds}.${index}`
    : `${kind}:${toLine(String(id))}`;
}

function toActor(login: string, id: unknown, fullName: string): Actor {
  const account = login.startsWith("app/") ? `${login.slice("app/".length).replace("[bot]", "")}[bot]` : login;
  if (account === "") return ghost; // gh writes a deleted account so.
  const number = typeof id === "number" && Number.isSafeInteger(id) && id > 0 ? `${id}+` : "";
  // Git ends a name at an angle bracket.
  const name = toLine(fullName.slice(0, nameCharactersMax).replace(/[<>]/g, ""));
  return { name: name || account, email: `${number}${account}@users.noreply.github.com` };
}

function toResolution(reason: string | null | undefined): Resolution | undefined {
  switch (reason?.toLowerCase()) {
    case "completed":
      return "completed";
    case "not_planned":
      return "not-planned";
    case "duplicate":
      return "duplicate";
    default:
      return undefined;
  }
}

function isEventType(type: string): type is GitHubEvent["type"] {
  return (eventTypes as readonly string[]).includes(type); // `includes` of a literal list takes no other text.
}

function repositoryOf(url: string): string | undefined {
  const pattern = /^https?:\/\/[^/\s]{1,253}\/(?:api\/v3\/)?(?:repos\/)?([\w.-]{1,100}\/[\w.-]{1,100})(?:\/|$)/;
  return pattern.exec(url)?.[1];
}

function check<S extends v.GenericSchema>(schema: S, value: unknown, place: string, path: string): v.InferOutput<S> {
  return checkShape(schema, value, { place, path, hint: "Is it an issue as GitHub exports it?" });
}
