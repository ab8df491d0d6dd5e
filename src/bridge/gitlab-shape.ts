/** What is read of GitLab's issues: of a line of a project export, and of what its REST API answers, in one shape. */
import * as v from "valibot";
import { name } from "./check.ts";
import { idShape, listShape, momentShape, textShape } from "./shape.ts";

const many = 100_000;
const personShape = v.nullish(v.object({ id: v.nullish(idShape), name: v.nullish(name), username: v.nullish(name) }));
const titledShape = v.nullish(v.object({ title: name }));
const awardShape = v.object({
  id: v.nullish(idShape),
  name: name,
  user_id: v.nullish(idShape),
  user: personShape,
  created_at: v.nullish(momentShape),
});

const noteShape = v.object({
  id: idShape,
  /** In exports. */
  note: textShape,
  /** In answers. */
  body: textShape,
  author_id: v.nullish(idShape),
  author: personShape,
  created_at: momentShape,
  system: v.nullish(v.boolean()),
  award_emoji: listShape(awardShape, many),
});

/** Somebody did something to something that has a title. */
const resourceShape = {
  user_id: v.nullish(idShape),
  user: personShape,
  created_at: momentShape,
};

export const gitLabIssueShape = v.object({
  iid: v.pipe(v.number(), v.safeInteger("should be a whole number"), v.minValue(1, "should be a number from 1 on")),
  title: v.string(),
  description: textShape,
  state: v.picklist(["opened", "closed", "reopened"], "should be opened or closed"),
  created_at: momentShape,
  updated_at: v.nullish(momentShape),
  closed_at: v.nullish(momentShape),
  closed_by: personShape,
  author_id: v.nullish(idShape),
  author: personShape,
  assignees: listShape(personShape),
  issue_assignees: listShape(v.object({ user_id: v.nullish(idShape) })),
  labels: listShape(v.union([name, v.object({ name: name })])),
  label_links: listShape(v.object({ label: titledShape })),
  milestone: titledShape,
  iteration: v.nullish(v.object({ title: v.nullish(name) })),
  due_date: v.nullish(momentShape),
  weight: v.nullish(v.number()),
  time_estimate: v.nullish(v.number()),
  time_stats: v.nullish(v.object({ time_estimate: v.nullish(v.number()), total_time_spent: v.nullish(v.number()) })),
  timelogs: listShape(v.unknown(), many),
  confidential: v.nullish(v.boolean()),
  issue_type: v.nullish(name),
  moved_to_id: v.nullish(idShape),
  duplicated_to_id: v.nullish(idShape),
  web_url: textShape,
  references: v.nullish(v.object({ full: v.nullish(name) })),
  notes: listShape(noteShape, many),
  award_emoji: listShape(awardShape, many),
  resource_label_events: listShape(v.object({ ...resourceShape, action: name, label: titledShape }), many),
  resource_milestone_events: listShape(v.object({ ...resourceShape, action: name, milestone: titledShape }), many),
  resource_state_events: listShape(v.object({ ...resourceShape, state: name }), many),
});

export const gitLabMemberShape = v.object({
  user_id: v.nullish(idShape),
  user: v.nullish(
    v.object({
      id: v.nullish(idShape),
      username: v.nullish(name),
      name: v.nullish(name),
      email: v.nullish(name),
      public_email: v.nullish(name),
    }),
  ),
});

export type GitLabIssue = v.InferOutput<typeof gitLabIssueShape>;
export type GitLabNote = v.InferOutput<typeof noteShape>;
export type GitLabAward = v.InferOutput<typeof awardShape>;
export type GitLabPerson = v.InferOutput<typeof personShape>;
