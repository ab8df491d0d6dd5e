/**
 * The facts of an issue that have a value, each with a name: what `show` prints between the title and the text, in every form.
 */
import type { Oid } from "../core/commit.ts";
import { type Conflict, type ConflictValue, isCircle } from "../core/issue.ts";
import { signatureStates } from "../core/trust.ts";
import type { IssueView, SignatureSummary } from "../core/view.ts";
import { renderAgo, renderDayDistance, renderDuration, renderTime } from "./age.ts";
import { renderSize } from "./size.ts";
import { fitLine, joinLines, type Line, line, lineWidth, padLine, type Span, span, trimLine } from "./span.ts";
import { labelPaint, priorityPaint, type Style, statusPaint } from "./style.ts";

export interface Fact {
  readonly name: string;
  /** At least one; each is a line of its own. */
  readonly values: readonly Line[];
  /** What becomes of a value that is too long for a terminal's line. */
  readonly overflow: "wrap" | "cut";
}

export interface FactOptions {
  /** How long `1d` is. */
  readonly hoursPerDay: number;
  readonly signature?: SignatureSummary | undefined;
}

/** Facts without a value are left out. Where the style has no width, times are ISO and nothing is cut. */
export function listFacts(view: IssueView, style: Style, { hoursPerDay, signature }: FactOptions): Fact[] {
  const facts = [
    fact("repository", some(view.repository ?? null)),
    fact("status", [statusLine(view, style)]),
    fact("conflict", conflictLines(view, style)),
    fact("type", some(view.type)),
    fact("priority", some(view.priority, priorityPaint(style, view.priority ?? ""))),
    fact(
      "labels",
      joined(
        view.labels.map((label) => span(label, labelPaint(style, label))),
        style,
      ),
    ),
    fact(
      "assignees",
      joined(
        view.assignees.map((email) => span(email)),
        style,
      ),
    ),
    fact("due", dueLines(view, style)),
    fact("estimate", some(view.estimate === null ? null : renderDuration(view.estimate, hoursPerDay))),
    fact("milestone", some(view.milestone)),
    fact("sprint", some(view.sprint)),
    ...timeFacts(view, style),
    ...relationFacts(view, style),
    fact(
      "attachments",
      view.attachments.map(({ name, size }) => [span(name), span(`  ${renderSize(size)}`, style.dim)]),
    ),
    fact(
      "commits",
      joined(
        view.commits.map((oid) => span(style.width === undefined ? oid : oid.slice(0, 10))),
        style,
      ),
    ),
    fact(
      "elsewhere",
      Object.entries(view.externalIds).map(([system, name]) => line(`${system} ${name}`)),
    ),
    fact(
      "watchers",
      joined(
        view.watchers.map((email) => span(email)),
        style,
      ),
    ),
    fact(
      "reactions",
      joined(
        Object.entries(view.reactions).map(([name, people]) => span(`${name} ${people.length}`)),
        style,
      ),
    ),
    fact("signatures", signatureLines(signature, style)),
    fact(
      "not read",
      view.quarantined.map((record) =>
        line(`${record.type} in ${record.commit.slice(0, 10)}: ${reasonOf(record.reason)}`, style.red),
      ),
    ),
  ];
  return facts.map((each) => marked(each, view, style)).filter(({ values }) => values.length > 0);
}

/** On a terminal what is in conflict says so where it stands, also where meanwhile it has no value. */
function marked(each: Fact, { conflicts }: IssueView, style: Style): Fact {
  if (style.width === undefined || !conflicts.some(({ field }) => factOf(field) === each.name)) return each;
  const [first = line("none", style.dim), ...others] = each.values;
  return { ...each, values: [[...first, span(" "), span("conflict", style.inverse)], ...others] };
}

/** The fact that shows a field, by its name. */
function factOf(field: string): string {
  return field.startsWith("attachment:") ? "attachments" : field;
}

function fact(name: string, values: readonly Line[], overflow: Fact["overflow"] = "wrap"): Fact {
  return { name, values, overflow };
}

function some(text: string | null, paint?: Span["paint"]): Line[] {
  return text === null ? [] : [line(text, paint)];
}

/** One line of all of them, or none. */
function joined(spans: readonly Span[], style: Style): Line[] {
  if (spans.length === 0) return [];
  return [
    joinLines(
      spans.map((piece) => [piece]),
      style.width === undefined ? "," : ", ",
    ),
  ];
}

function statusLine(view: IssueView, style: Style): Line {
  return [
    span(view.status, statusPaint(style, view.category)),
    ...(view.resolution === null ? [] : [span(` (${view.resolution})`)]),
    ...(view.blocked ? [span(" blocked", style.red)] : []),
    ...(view.archived ? [span(" archived", style.dim)] : []),
    ...(view.deleted ? [span(" deleted", style.red)] : []),
  ];
}

function dueLines(view: IssueView, style: Style): Line[] {
  if (view.due === null) return [];
  if (style.width === undefined) return [line(view.due)];
  const distance = renderDayDistance(view.due, style);
  const late = view.category !== "done" && distance.endsWith(" ago");
  return [[span(`${view.due} `), span(`(${distance})`, late ? style.red : style.dim)]];
}

/** On a terminal the title line says who opened it and when; elsewhere these are facts like the others. */
function timeFacts(view: IssueView, style: Style): Fact[] {
  const closed = fact("closed", view.closedAt === null ? [] : [timeLine(view.closedAt, style)]);
  if (style.width !== undefined) return [closed];
  return [
    fact("author", [line(`${view.author.name} <${view.author.email}>`)]),
    fact("created", [line(view.createdAt)]),
    fact("updated", [line(view.updatedAt)]),
    closed,
  ];
}

function timeLine(at: string, style: Style): Line {
  if (style.width === undefined) return line(at);
  return [span(`${renderTime(at, style)} `), span(`(${renderAgo(at, style.now)})`, style.dim)];
}

function relationFacts(view: IssueView, style: Style): Fact[] {
  const targets = (kind: string) => view.links.filter((link) => link.kind === kind).map(({ target }) => target);
  const sources = (kind: string) => view.linkedFrom.filter((link) => link.kind === kind).map(({ source }) => source);
  const groups: readonly (readonly [name: string, ids: readonly Oid[]])[] = [
    ["parent", view.parent === null ? [] : [view.parent]],
    ["children", view.children],
    ["blocked by", [...new Set([...view.blockedBy, ...sources("blocks")])]],
    ["blocks", [...new Set([...targets("blocks"), ...view.blocking])]],
    ["relates to", [...new Set([...targets("relates"), ...sources("relates")])]],
    ["duplicates", targets("duplicates")],
    ["duplicated by", sources("duplicates")],
  ];
  return groups.map(([name, ids]) => {
    const references = referenceLines(ids, view, style);
    const rollUp = line(`${view.childrenDone} of ${view.children.length} done`);
    return fact(name, name === "children" && references.length > 0 ? [rollUp, ...references] : references, "cut");
  });
}

/** Id, status and title of each; the statuses are aligned on a terminal. An issue that isn't here has only its id. */
function referenceLines(ids: readonly Oid[], view: IssueView, style: Style): Line[] {
  const rows = ids.map((id) => {
    const reference = Object.hasOwn(view.related, id) ? view.related[id] : undefined;
    if (reference === undefined)
      return { id: line(id.slice(0, 10), style.cyan), status: line("not here", style.dim), title: [] };
    const { shortId, status, category, title, repository } = reference;
    const where = repository === undefined ? [] : [span(`${repository}  `, style.dim)];
    return {
      id: line(shortId, style.cyan),
      status: line(status, statusPaint(style, category)),
      title: [...where, span(title)],
    };
  });
  const statusWidth =
    style.width === undefined ? 0 : rows.reduce((widest, { status }) => Math.max(widest, lineWidth(status)), 0);
  return rows.map(({ id, status, title }) =>
    trimLine([...id, span("  "), ...padLine(status, statusWidth), span("  "), ...title]),
  );
}

function conflictLines(view: IssueView, style: Style): Line[] {
  const lines = view.conflicts.map((conflict) => conflictLine(conflict, style));
  return lines.length === 0 ? [] : [...lines, ...resolveHint(view, style)];
}

/** `status: in-progress (Ada, 3d ago) or done (Ben, 2h ago)`; on a terminal ids are short. */
export function conflictLine(conflict: Conflict, style: Style): Line {
  const texts = conflict.values.map(({ value }) => value ?? "");
  const same = style.width === undefined ? 0 : sameLines(texts);
  const sides = conflict.values.map((value) => conflictSide(value, style, same));
  const why = isCircle(conflict) ? [span(" gave way: it would close a circle")] : [];
  return [span(`${shortIds(conflict.field, style)}: `, style.red), ...joinLines(sides, " or "), ...why];
}

function shortIds(text: string, style: Style): string {
  return style.width === undefined ? text : text.replace(/\b([0-9a-f]{7})(?:[0-9a-f]{33}|[0-9a-f]{57})\b/g, "$1");
}

/** On a terminal a value that is longer is cut. */
const conflictValueMax = 80;

/** How many lines the texts begin with alike. */
function sameLines(texts: readonly string[]): number {
  const [first = [], ...others] = texts.map((text) => text.split("\n"));
  const differing = first.findIndex((each, at) => others.some((lines) => lines[at] !== each));
  return differing === -1 ? first.length : differing;
}

function conflictSide({ value, author, at }: ConflictValue, style: Style, same: number): Line {
  const shown =
    value === null ? line("none", style.dim) : line(shortIds(excerpt(value, style, same), style), style.bold);
  if (style.width === undefined) return [...shown, span(` (${author.name} <${author.email}> ${at})`)];
  return [...fitLine(shown, conflictValueMax), span(` (${author.name}, ${renderAgo(at, style.now)})`, style.dim)];
}

/** On a terminal, of a text of many lines the first that is its own. */
function excerpt(value: string, { width }: Style, same: number): string {
  const lines = value.split("\n");
  if (width === undefined || lines.length < 2) return value;
  const own = lines.slice(same).find((each) => each.trim() !== "");
  return own === undefined ? "nothing more" : `${same > 0 ? "… " : ""}${own}${lines.at(-1) === own ? "" : " …"}`;
}

function resolveHint(view: IssueView, style: Style): Line[] {
  if (style.width === undefined) return [];
  const isText = (conflict: Conflict) => !isCircle(conflict) && !conflict.field.startsWith("attachment:");
  const byHand = view.conflicts.some(isText) ? "|-e" : "";
  return [line(`settle it: git tracker resolve ${view.shortId} --ours|--theirs${byHand}`, style.dim)];
}

/** `3 good, 1 unsigned`, the worst first. */
function signatureLines(signature: SignatureSummary | undefined, style: Style): Line[] {
  if (signature === undefined) return [];
  const paints = { bad: style.red, unknown: style.yellow, unsigned: style.dim, good: style.green };
  const found = signatureStates.filter((state) => signature.counts[state] > 0);
  return [
    joinLines(
      found.map((state) => line(`${signature.counts[state]} ${state}`, paints[state])),
      ", ",
    ),
  ];
}

function reasonOf(reason: string): string {
  return reason === "unknown" ? "written by a newer git-tracker, kept" : `not counted (${reason})`;
}
