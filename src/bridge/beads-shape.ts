/** What `bd export` writes of an issue, read into one shape. Only what an issue's history needs is picked. */
import * as v from "valibot";
import { check, few, name, time } from "./check.ts";
import type { PlacedObject } from "./values.ts";

export type BeadsIssue = v.InferOutput<typeof issueSchema>;

/** Reads an object of an export. Returns undefined for what is no issue. Throws `invalid` saying where and which field. */
export function readBeads({ value, place }: PlacedObject): BeadsIssue | undefined {
  const hint = "Is it an issue as `bd export` writes it?";
  const { _type } = check(v.object({ _type: optional(name) }), value, { place, hint });
  return _type === undefined || _type === "issue" ? check(issueSchema, value, { place, hint }) : undefined;
}

/** Go writes null, or nothing, for what has no value. */
function optional<S extends v.GenericSchema>(schema: S) {
  return v.pipe(
    v.nullish(schema),
    v.transform((value) => value ?? undefined),
  );
}

/** Go's zero time is no time. */
const moment = optional(
  v.pipe(
    v.string(),
    v.transform((value) => (value === "0001-01-01T00:00:00Z" ? undefined : value)),
    v.optional(time),
  ),
);
const text = optional(v.string());
const minutes = v.pipe(v.number(), v.safeInteger("should be a whole number"), v.minValue(0, "should be 0 or more"));
const priority = v.pipe(
  v.number(),
  v.integer("should be a whole number"),
  v.minValue(0, "should be 0 to 4"),
  v.maxValue(4, "should be 0 to 4"),
);

function nameOr(instead: string) {
  return v.pipe(
    v.nullish(name, instead),
    v.transform((value) => value || instead),
  );
}

const dependencySchema = v.object({
  depends_on_id: name,
  type: nameOr("blocks"),
  created_at: moment,
  created_by: optional(name),
});

const commentSchema = v.object({
  id: optional(v.union([v.number(), name])),
  author: optional(name),
  text: text,
  created_at: moment,
});

const issueSchema = v.object({
  id: v.pipe(name, v.nonEmpty("should not be empty")),
  title: v.string(),
  description: text,
  design: text,
  acceptance_criteria: text,
  notes: text,
  status: nameOr("open"),
  priority: optional(priority),
  issue_type: optional(name),
  original_type: optional(name),
  assignee: optional(name),
  owner: optional(name),
  sender: optional(name),
  created_by: optional(name),
  created_at: moment,
  updated_at: moment,
  started_at: moment,
  closed_at: moment,
  close_reason: text,
  due_at: moment,
  estimated_minutes: optional(minutes),
  external_ref: optional(name),
  deleted_at: moment,
  deleted_by: optional(name),
  delete_reason: text,
  labels: optional(few(name)),
  dependencies: optional(v.array(dependencySchema)),
  comments: optional(v.array(commentSchema)),
});
