/** The verb `resolve`: settles what concurrent edits left open. Every value that was in conflict stays in the history. */
import type { Actor } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import { type EventDraft, ownsText } from "../core/event.ts";
import { foldStream } from "../core/fold.ts";
import { type Conflict, type Issue, isCircle } from "../core/issue.ts";
import { ancestry } from "../core/order.ts";
import { toText, visible } from "../core/text.ts";
import type { IssueView } from "../core/view.ts";
import { parseStatus } from "../core/workflow.ts";
import { type Changed, changeEach } from "./change.ts";
import { settleCircle } from "./circles.ts";
import { parseScalar, parseTitle } from "./fields.ts";
import { chooseFile, settleFiles } from "./files-in-conflict.ts";
import { onFreshIndex } from "./refresh.ts";
import { resolveId } from "./resolve.ts";
import { foldRead } from "./streams.ts";
import type { Tracker } from "./tracker.ts";
import { viewOf } from "./view.ts";

/** Whose value is to hold: that of whoever resolves, somebody else's, or another one. */
export type Side = "ours" | "theirs" | { readonly value: string };

/** Settles one field, or all that are in conflict. Where a circle is opened at another issue, that one is among what changed. */
export async function resolveConflicts(
  tracker: Tracker,
  id: string,
  field: string | undefined,
  side: Side,
): Promise<Changed[]> {
  const actor = await tracker.actor();
  return await changeEach(tracker, [id], async (issue, batch) => {
    const chosen = chooseConflicts(viewOf(tracker, issue.id), field);
    const drafts: EventDraft[] = [];
    for (const conflict of chosen) {
      if (!isCircle(conflict)) drafts.push(...(await settle(tracker, issue, conflict, { side, actor })));
      // A parent that is being chosen makes another circle, or none.
      else if (!chosen.some((other) => other !== conflict && other.field === conflict.field))
        drafts.push(...(await settleCircle({ tracker, batch, issue, actor, side }, conflict)));
    }
    // A commit holds one text.
    for (const draft of drafts.filter(({ type }) => ownsText(type))) batch.append(issue.id, [draft]);
    return drafts.filter(({ type }) => !ownsText(type));
  });
}

/** One conflict as it is put together by hand. */
export interface OpenConflict {
  readonly issue: IssueView;
  readonly conflict: Conflict;
  /** The text that all sides started from; empty where they are no descriptions. */
  readonly base: string;
}

/** What is in conflict, or of one field. Throws `not-found` if there is nothing. */
export async function listConflicts(
  tracker: Tracker,
  id: string,
  field: string | undefined,
): Promise<readonly OpenConflict[]> {
  const { issue, conflicts } = await onFreshIndex(tracker, async () => {
    const view = viewOf(tracker, await resolveId(tracker, id));
    return { issue: view, conflicts: chooseConflicts(view, field) };
  });
  const open: OpenConflict[] = [];
  for (const conflict of conflicts) {
    const base = conflict.field === "description" ? await baseOf(tracker, issue, conflict) : "";
    open.push({ issue, conflict, base });
  }
  return open;
}

/** The description as it was for somebody who had seen just what all who are in conflict had seen. */
async function baseOf(tracker: Tracker, { id, revision }: IssueView, { values }: Conflict): Promise<string> {
  for await (const read of tracker.store.readStreams([revision])) {
    const whole = foldRead(tracker, id, read);
    if (typeof whole === "string") break;
    const isAncestor = ancestry(whole.ordered);
    const common = whole.ordered.filter(({ oid }) =>
      values.every(({ commit }) => oid !== commit && isAncestor(oid, commit)),
    );
    const before = foldStream(id, common.at(-1)?.oid ?? id, common, tracker.config.mergeStrategy);
    if (typeof before !== "string") return before.issue.body;
  }
  return "";
}

/** The conflicts that are meant; `comment` is every comment, `comment:4f2a` one. Throws `not-found` if there is none. */
function chooseConflicts({ conflicts }: Pick<IssueView, "conflicts">, field: string | undefined): readonly Conflict[] {
  if (conflicts.length === 0) {
    throw new TrackerError(
      "not-found",
      "Nothing of this issue is in conflict",
      "See what is, anywhere: git tracker conflicts",
    );
  }
  if (field === undefined) return conflicts;
  const isMeant = (name: string) =>
    name === field || name.startsWith(`${field}:`) || (field.startsWith("comment:") && name.startsWith(field));
  const found = conflicts.filter((conflict) => isMeant(conflict.field));
  if (found.length > 0) return found;
  const fields = conflicts.map((conflict) => visible(conflict.field)).join(", ");
  throw new TrackerError("not-found", `\`${visible(field)}\` is not in conflict`, `In conflict: ${fields}.`);
}

interface Choice {
  readonly side: Side;
  readonly actor: Actor;
}

function chooseValue({ id }: Issue, { field, values }: Conflict, { side, actor }: Choice): string | null {
  if (typeof side === "object") return side.value;
  const mine = (email: string) => email.toLowerCase() === actor.email.toLowerCase();
  const wanted = values.filter(({ author }) => mine(author.email) === (side === "ours"));
  const [value, ...others] = new Set(wanted.map((each) => each.value));
  if (value === undefined || others.length > 0) {
    const why = value === undefined ? "none of its values is" : "more than one of its values are";
    const [kind = ""] = field.split(":");
    const how = ["description", "comment"].includes(kind) ? "-e" : "--value VALUE";
    throw new TrackerError(
      "ambiguous",
      `${visible(field)}: ${why} ${side === "ours" ? "yours" : "somebody else's"}`,
      `Say it: git tracker resolve ${id.slice(0, 7)} ${visible(field)} ${how}`,
    );
  }
  return value;
}

/** A null value: there is to be none. */
async function settle(tracker: Tracker, issue: Issue, conflict: Conflict, choice: Choice): Promise<EventDraft[]> {
  const { field, values } = conflict;
  const value = chooseValue(issue, conflict, choice);
  const [kind = "", ...rest] = field.split(":");
  const name = rest.join(":");
  switch (kind) {
    case "description":
      return [{ type: "description-changed", body: toText(value ?? "") }];
    case "comment":
      return value === null || value === ""
        ? [{ type: "comment-deleted", comment: name }]
        : [{ type: "comment-edited", comment: name, body: toText(value) }];
    case "attachment":
      return await settleFiles(tracker, issue, { name, values, chosen: chooseFile(name, values, value ?? "") });
    default: {
      const kept = values.some((each) => each.value === value);
      const to = kept ? (value ?? undefined) : await parseValue(tracker, field, value ?? "");
      return [{ type: "conflict-resolved", field, value: to }];
    }
  }
}

/** What a person typed, as it is stored; undefined for none. */
async function parseValue(tracker: Tracker, field: string, text: string): Promise<string | undefined> {
  switch (field) {
    case "title":
      return parseTitle(text);
    case "status":
      return parseStatus(tracker.config.workflow, text);
    case "parent":
      return text === "" ? undefined : await resolveId(tracker, text);
    case "type":
    case "priority":
    case "due":
    case "estimate":
    case "milestone":
    case "sprint":
      return parseScalar(tracker, field, text);
    default:
      throw new TrackerError(
        "invalid",
        `\`${visible(field)}\` can't be set like this`,
        "Take one side: --ours or --theirs",
      );
  }
}
