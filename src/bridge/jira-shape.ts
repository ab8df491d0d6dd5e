/** What is read of an answer of Jira's REST search, versions 2 and 3. */
import * as v from "valibot";
import { name } from "./check.ts";
import { idShape, listShape, momentShape } from "./shape.ts";

const personShape = v.nullish(
  v.object({
    accountId: v.nullish(name),
    name: v.nullish(name),
    displayName: v.nullish(name),
    emailAddress: v.nullish(name),
  }),
);
const namedShape = v.nullish(v.object({ name: v.nullish(name) }));
const keyedShape = v.nullish(v.object({ key: name }));
const many = 100_000;

const commentShape = v.object({
  id: idShape,
  author: personShape,
  /** A text of version 2, a document of version 3. */
  body: v.unknown(),
  created: momentShape,
});

const fieldsShape = v.looseObject({
  summary: v.string(),
  description: v.optional(v.unknown()),
  status: v.object({ name: name, statusCategory: v.nullish(v.object({ key: v.nullish(name) })) }),
  resolution: namedShape,
  priority: namedShape,
  issuetype: namedShape,
  labels: listShape(name),
  components: listShape(v.object({ name: name })),
  fixVersions: listShape(v.object({ name: name })),
  assignee: personShape,
  reporter: personShape,
  creator: personShape,
  created: momentShape,
  updated: v.nullish(momentShape),
  resolutiondate: v.nullish(momentShape),
  duedate: v.nullish(momentShape),
  timeoriginalestimate: v.nullish(v.number()),
  parent: keyedShape,
  comment: v.nullish(v.object({ comments: listShape(commentShape, many) })),
  issuelinks: v.optional(
    listShape(v.object({ type: namedShape, outwardIssue: keyedShape, inwardIssue: keyedShape }), 10_000),
  ),
  attachment: listShape(v.unknown(), many),
});

const historyShape = v.object({
  id: idShape,
  author: personShape,
  created: momentShape,
  items: listShape(v.unknown(), 10_000),
});

export const jiraIssueShape = v.object({
  key: v.pipe(name, v.nonEmpty("should not be empty")),
  fields: fieldsShape,
  changelog: v.nullish(v.object({ total: v.nullish(v.number()), histories: listShape(historyShape, many) })),
});

/** An object of the answer: issues, or one of them. `names`: id → name of the fields, with `expand=names`. */
export const jiraAnswerShape = v.object({
  issues: v.nullish(v.array(v.unknown())),
  names: v.nullish(v.record(v.string(), v.unknown())),
});

export type JiraIssue = v.InferOutput<typeof jiraIssueShape>;
export type JiraFields = JiraIssue["fields"];
export type JiraPerson = v.InferOutput<typeof personShape>;
export type JiraHistory = v.InferOutput<typeof historyShape>;

/** One change within a history. */
export interface JiraChange {
  readonly field: string;
  readonly from: string;
  readonly to: string;
  readonly fromText: string;
  readonly toText: string;
}

/** Undefined if it says no field. The names of its texts are those of methods that every object has. */
export function readChange(item: unknown): JiraChange | undefined {
  if (typeof item !== "object" || item === null) return undefined;
  const entries = new Map<string, unknown>(Object.entries(item));
  const text = (name: string) => {
    const value = entries.get(name);
    return typeof value === "string" ? value : "";
  };
  if (text("field") === "") return undefined;
  const [from, to] = [text("from"), text("to")];
  return { field: text("field"), from, to, fromText: text("fromString"), toText: text("toString") };
}
