/**
 * Plans: many issues in one file, with parents and dependencies between them, to be made all at once or not at all. This file
 * checks what both spellings (plan-markdown.ts, plan-json.ts) come to: values against the settings, references, cycles. Whatever is
 * wrong is told with its line.
 */
import { nearest, TrackerError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import type { Settings } from "../core/settings.ts";
import { toLine, toText, visible } from "../core/text.ts";
import { encodeDuration, parseDay, parseDuration } from "../core/when.ts";
import { categoryOf, parsePriority, parseStatus, parseType } from "../core/workflow.ts";
import type { PlannedIssue, Ref } from "../tracker/plan.ts";
import type { ListField, TextField, Written, WrittenItem } from "./plan-item.ts";
import { readJsonLines, readJsonPlan } from "./plan-json.ts";
import { readMarkdownPlan } from "./plan-markdown.ts";
import { bodyBytesMax } from "./source.ts";
import { refusedAt } from "./values.ts";

export type PlanFormat = "markdown" | "json" | "jsonl";

export interface PlanContext {
  /** For messages. */
  readonly file: string;
  readonly settings: Settings;
  /** Today's date where the person is, as in 2026-12-01. */
  readonly today: string;
}

/** All issues of a plan are written in one batch, which is held in memory. */
export const planIssuesMax = 10_000;

/** Reads a plan, parents before their children. Throws `invalid` with file and line. */
export function parsePlan(text: string, format: PlanFormat, context: PlanContext): PlannedIssue[] {
  const items = readItems(text, format, context);
  if (items.length === 0) throw refusedAt(context.file, "there is no issue in this plan", emptyHints[format]);
  if (items.length > planIssuesMax)
    throw refusedAt(context.file, `more than ${planIssuesMax} issues`, "Cut it in parts.");
  const keys = keysOf(items, context.file);
  const issues = items.map((item, index) => planned(item, index, keys, context));
  refuseCycles(issues, context.file);
  return issues;
}

const emptyHints: Readonly<Record<PlanFormat, string>> = {
  markdown: "Write issues as: - [ ] What is to be done",
  json: 'Write issues as: [{"title": "What is to be done"}]',
  jsonl: 'Write one issue per line: {"title": "What is to be done"}',
};

const nameCharactersMax = 400;
const keyPattern = /^[A-Za-z0-9][\w.-]{0,99}$/;
const idPattern = /^(?:@|@last|[0-9a-f]{4,64})$/i;

function readItems(text: string, format: PlanFormat, { file, settings }: PlanContext): WrittenItem[] {
  switch (format) {
    case "markdown":
      return readMarkdownPlan(text, file, settings.workflow);
    case "json":
      return readJsonPlan(text, file);
    case "jsonl":
      return readJsonLines(text, file);
  }
}

function keysOf(items: readonly WrittenItem[], file: string): Map<string, number> {
  const keys = new Map<string, number>();
  for (const [index, item] of items.entries()) {
    const written = item.texts.get("key");
    if (written === undefined) continue;
    const place = `${file}:${written.line}`;
    if (!keyPattern.test(written.text)) {
      const hint = "A name has letters, digits, dots, dashes and underscores, at most 100.";
      throw refusedAt(place, `not a name: “${cut(written.text)}”`, hint);
    }
    const before = items[keys.get(written.text) ?? -1];
    if (before !== undefined) {
      throw refusedAt(place, `the name “${written.text}” is taken, by line ${before.line}`, "Choose another one.");
    }
    keys.set(written.text, index);
  }
  return keys;
}

function planned(
  item: WrittenItem,
  index: number,
  keys: ReadonlyMap<string, number>,
  { file, settings, today }: PlanContext,
): PlannedIssue {
  const one = (field: TextField, parse: (text: string) => string) => {
    const written = item.texts.get(field);
    return written === undefined || toLine(written.text) === "" ? undefined : located(written, file, parse);
  };
  const many = (field: ListField) =>
    (item.lists.get(field) ?? []).map((written) => located(written, file, parseName)).filter((name) => name !== "");
  const refs = (field: ListField) =>
    (item.lists.get(field) ?? []).filter(({ text }) => text.trim() !== "").map((written) => toRef(written, keys, file));
  const status = one("status", (text) => parseStatus(settings.workflow, text));
  const body = item.texts.get("body");
  return {
    key: item.texts.get("key")?.text ?? `item:${index + 1}`,
    line: item.line,
    title: located(item.texts.get("title") ?? { text: "", line: item.line }, file, parseTitle),
    body: body === undefined ? "" : parseBody(body, file),
    labels: [...new Set(many("labels"))],
    assignees: [...new Set(many("assignees"))],
    status,
    resolution: status !== undefined && categoryOf(settings.workflow, status) === "done" ? "completed" : undefined,
    type: one("type", (text) => parseType(settings, text)),
    priority: one("priority", (text) => parsePriority(settings, text)),
    due: one("due", (text) => parseDay(text, today)),
    estimate: one("estimate", (text) => encodeDuration(parseDuration(text, settings.hoursPerDay))),
    milestone: one("milestone", parseName),
    sprint: one("sprint", parseName),
    parent: parentOf(item, keys, file),
    blockedBy: refs("blockedBy"),
    blocking: refs("blocking"),
  };
}

/** `parse` of the text as one line; a refusal says where. */
function located(written: Written, file: string, parse: (text: string) => string): string {
  try {
    return parse(toLine(written.text));
  } catch (error) {
    if (!(error instanceof TrackerError)) throw error;
    throw new TrackerError(error.code, `${visible(file)}:${written.line}: ${error.message}`, error.hint);
  }
}

function parseTitle(text: string): string {
  if (text === "") throw new TrackerError("invalid", "an issue needs a title");
  if (text.length <= limits.titleCharactersMax) return text;
  const hint = "Put the rest into the body.";
  throw new TrackerError("invalid", `the title has more than ${limits.titleCharactersMax} characters`, hint);
}

function parseName(text: string): string {
  if (text.length <= nameCharactersMax) return text;
  throw new TrackerError("invalid", `“${cut(text)}” has more than ${nameCharactersMax} characters`);
}

function parseBody({ text, line }: Written, file: string): string {
  const body = toText(text);
  if (Buffer.byteLength(body) <= bodyBytesMax) return body;
  throw refusedAt(`${file}:${line}`, `the text is larger than ${Math.floor(bodyBytesMax / 1024)} KiB`, "Shorten it.");
}

function parentOf(item: WrittenItem, keys: ReadonlyMap<string, number>, file: string): Ref | undefined {
  const named = item.texts.get("parent");
  if (named === undefined || named.text.trim() === "")
    return item.above === undefined ? undefined : { item: item.above };
  if (item.above === undefined) return toRef(named, keys, file);
  throw refusedAt(
    `${file}:${named.line}`,
    "two parents: the one it stands under, and a named one",
    "Leave one of them.",
  );
}

/** `^name` is always an issue of this plan; a name alone is, too, if the plan has it, else it is an id. */
function toRef({ text, line }: Written, keys: ReadonlyMap<string, number>, file: string): Ref {
  const name = text.trim().replace(/^\^/, "");
  const item = keys.get(name);
  if (item !== undefined) return { item };
  if (name === text.trim() && idPattern.test(name)) return { id: name.toLowerCase() };
  const meant = nearest(name.slice(0, nameCharactersMax), keys.keys());
  const hint =
    meant === undefined ? "Name an issue of this plan, or the id of an existing one." : `Did you mean “${meant}”?`;
  throw refusedAt(`${file}:${line}`, `nothing here is called “${cut(name)}”`, hint);
}

function refuseCycles(issues: readonly PlannedIssue[], file: string): void {
  const indexesOf = (refs: readonly Ref[]) => refs.flatMap((ref) => ("item" in ref ? [ref.item] : []));
  const parents = issues.map(({ parent }) => indexesOf(parent === undefined ? [] : [parent]));
  const blockers = issues.map(({ blockedBy }) => indexesOf(blockedBy));
  for (const [index, { blocking }] of issues.entries()) {
    for (const blocked of indexesOf(blocking)) blockers[blocked]?.push(index);
  }
  refuseCycle(parents, issues, file, "an issue can't be below itself");
  refuseCycle(blockers, issues, file, "nothing can wait for itself");
}

function refuseCycle(edges: readonly number[][], issues: readonly PlannedIssue[], file: string, rule: string): void {
  const cycle = cycleIn(edges);
  const first = issues[cycle[0] ?? -1];
  if (first === undefined) return;
  const path = cycle.map((index) => `${nameOf(issues[index])} (line ${issues[index]?.line})`).join(" → ");
  throw refusedAt(`${file}:${first.line}`, `a cycle: ${path}; ${rule}`, "Remove one of these references.");
}

function nameOf(issue: PlannedIssue | undefined): string {
  if (issue === undefined) return "";
  return issue.key.includes(":") ? `“${cut(issue.title)}”` : issue.key;
}

/** The indexes along a cycle, the first again at its end; empty if there is none. Keeps its own stack: a plan may be one long chain. */
function cycleIn(edges: readonly number[][]): number[] {
  const done = new Set<number>();
  for (const start of edges.keys()) {
    const path = [{ index: start, next: 0 }];
    const onPath = new Set([start]);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const target = done.has(top.index) ? undefined : edges[top.index]?.[top.next++];
      if (target === undefined) {
        done.add(top.index);
        onPath.delete(top.index);
        path.pop();
      } else if (onPath.has(target)) {
        const indexes = path.map(({ index }) => index);
        return [...indexes.slice(indexes.indexOf(target)), target];
      } else if (!done.has(target)) {
        path.push({ index: target, next: 0 });
        onPath.add(target);
      }
    }
  }
  return [];
}

function cut(text: string): string {
  return visible(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
