/** The values that records hold, as schemas: what streams of issues and of the project have in common. */
import * as v from "valibot";
import { limits } from "./limits.ts";
import { isLine, toText } from "./text.ts";

export const oid = v.pipe(v.string(), v.regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, "a full object id"));
export const line = v.pipe(v.string(), v.check(isLine, "a line without control characters"));
export const word = v.pipe(line, v.nonEmpty("not empty"));
export const title = v.pipe(
  word,
  v.maxLength(limits.titleCharactersMax, `at most ${limits.titleCharactersMax} characters`),
);
export const text = v.pipe(
  v.string(),
  v.check((value) => value === toText(value), "LF line ends and no blank lines at the end"),
);
export const said = v.pipe(text, v.nonEmpty("not empty"));
export const date = v.pipe(v.string(), v.isoDate("a date like 2026-12-01"));
/** ISO 8601 durations of hours, minutes and seconds, such as PT2H30M. */
export const duration = v.pipe(v.string(), v.regex(/^PT(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?$/, "a duration like PT2H30M"));
export const count = v.pipe(v.string(), v.regex(/^(?:0|[1-9]\d{0,15})$/, "a whole number"));

/** The values that nearly every record holds, as quick tests; what they say no to may still be right. */
const plainWord = /^[!-~](?:[ -~]{0,998}[!-~])?$/;
const oddInText = /[\0\r\ud800-\udfff]/;
const isPlainWord = (value: string) => plainWord.test(value);
const isPlainText = (value: string) => !oddInText.test(value) && value.trimEnd().length === value.length;

export const plainValues: ReadonlyMap<v.GenericSchema, (value: string) => boolean> = new Map<
  v.GenericSchema,
  (value: string) => boolean
>([
  [title, isPlainWord],
  [word, isPlainWord],
  [text, isPlainText],
  [said, (value) => value !== "" && isPlainText(value)],
]);
