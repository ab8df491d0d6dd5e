/** Reading somebody else's JSON by a schema: the values that every importer meets, and refusals that say where and which field. */
import * as v from "valibot";
import { toLine, visible } from "../core/text.ts";
import { nameCharactersMax, readMoment } from "./fit.ts";
import { refusedAt } from "./values.ts";

/** Throws `invalid` at `place`, naming the field, if the value is not of that shape; `path` is where in the object the value stands. */
export function check<S extends v.GenericSchema>(
  schema: S,
  value: unknown,
  { place, path = "", hint }: { readonly place: string; readonly path?: string; readonly hint: string },
): v.InferOutput<S> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = [path, v.getDotPath(issue)].filter(Boolean).join(".") || "this";
  throw refusedAt(place, `${visible(field)}: ${complaint(issue)}`, hint);
}

function complaint(issue: v.BaseIssue<unknown>): string {
  if (issue.received === "undefined") return "missing";
  // Not one of the library's own, which repeat what was received in full.
  if (!issue.message.startsWith("Invalid ")) return issue.message;
  return `should be ${issue.expected?.toLowerCase() ?? "something else"}, not ${visible(issue.received.slice(0, 60))}`;
}

/** A name on one line: a label, a person, an id. */
export const name = v.pipe(
  v.string(),
  v.transform(toLine),
  v.maxLength(nameCharactersMax, `should have at most ${nameCharactersMax} characters`),
);

/** A time with its zone. */
export const time = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const moment = readMoment(dataset.value);
    if (moment !== undefined) return moment;
    addIssue({ message: "should be a time from 1970 to 9999, such as 2026-12-01T09:30:00Z" });
    return NEVER;
  }),
);

/** Of labels, assignees or the like at once: all their names fit into one message. */
const namesMax = 1000;

export function few<S extends v.GenericSchema>(item: S) {
  return v.pipe(v.array(item), v.maxLength(namesMax, `should have at most ${namesMax} entries`));
}
