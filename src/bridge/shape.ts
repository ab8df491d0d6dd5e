/** Shapes of values that several systems' JSON has. */
import * as v from "valibot";
import type { Moment } from "../core/commit.ts";
import { name } from "./check.ts";
import { readAnyMoment } from "./dates.ts";

/** Of labels, people and the like, all at once: their names fit into one message. */
const namesMax = 1000;

/** A number or a text, as a text that names something. */
export const idShape = v.pipe(
  v.union([v.pipe(v.number(), v.finite()), v.string()]),
  v.transform(String),
  name,
  v.nonEmpty("should not be empty"),
);
export const textShape = v.nullish(v.string());
export const momentShape = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }): Moment => {
    const moment = readAnyMoment(dataset.value);
    if (moment !== undefined) return moment;
    addIssue({ message: "should be a time from 1970 to 9999, such as 2026-12-01T09:30:00Z" });
    return NEVER;
  }),
);

/** A list of bounded length; null is an empty one. */
export function listShape<S extends v.GenericSchema>(item: S, lengthMax = namesMax) {
  return v.pipe(
    v.nullish(v.array(item), []),
    v.transform((list) => list ?? []),
    v.maxLength(lengthMax, `should have at most ${lengthMax} entries`),
  );
}
