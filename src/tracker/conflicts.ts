/** The verb `resolve`: settles what concurrent edits left open. Every value that was in conflict stays in the history. */
import type { Actor } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import type { EventDraft } from "../core/event.ts";
import type { Conflict, Issue } from "../core/issue.ts";
import { toText, visible } from "../core/text.ts";
import { parseStatus } from "../core/workflow.ts";
import { type Changed, changeEach, viewOf } from "./change.ts";
import { parseScalar, parseTitle } from "./fields.ts";
import { onFreshIndex } from "./refresh.ts";
import { resolveId } from "./resolve.ts";
import type { Tracker } from "./tracker.ts";

/** Whose value is to hold: that of whoever resolves, somebody else's, or another one. */
export type Side = "ours" | "theirs" | { readonly value: string };

/** Settles one field, or all that are in conflict. */
export async function resolveConflicts(
  tracker: Tracker,
  id: string,
  field: string | undefined,
  side: Side,
): Promise<Changed[]> {
  const actor = await tracker.actor();
  return await changeEach(tracker, [id], async (issue) => {
    const drafts: EventDraft[] = [];
    for (const conflict of chooseConflicts(issue, field)) {
      drafts.push(await settle(tracker, conflict, chooseValue(conflict, side, actor)));
    }
    return drafts;
  });
}

/** What is in conflict, or of one field. Throws `not-found` if there is nothing. */
export async function listConflicts(
  tracker: Tracker,
  id: string,
  field: string | undefined,
): Promise<readonly Conflict[]> {
  return await onFreshIndex(tracker, async () => chooseConflicts(viewOf(tracker, await resolveId(tracker, id)), field));
}

/** The conflicts that are meant; `comment` is every comment, `comment:4f2a` one. Throws `not-found` if there is none. */
function chooseConflicts({ conflicts }: Pick<Issue, "conflicts">, field: string | undefined): readonly Conflict[] {
  if (conflicts.length === 0) {
    throw new TrackerError(
      "not-found",
      "Nothing of this issue is in conflict",
      "A circle of links is opened with: git tracker unlink. See all conflicts with: git tracker conflicts",
    );
  }
  if (field === undefined) return conflicts;
  const isMeant = (name: string) =>
    name === field || name.startsWith(`${field}:`) || (field.includes(":") && name.startsWith(field));
  const found = conflicts.filter((conflict) => isMeant(conflict.field));
  if (found.length > 0) return found;
  const fields = conflicts.map((conflict) => visible(conflict.field)).join(", ");
  throw new TrackerError("not-found", `\`${visible(field)}\` is not in conflict`, `In conflict: ${fields}.`);
}

function chooseValue({ field, values }: Conflict, side: Side, actor: Actor): string | null {
  if (typeof side === "object") return side.value;
  const mine = (email: string) => email.toLowerCase() === actor.email.toLowerCase();
  const wanted = values.filter(({ author }) => mine(author.email) === (side === "ours"));
  const [value, ...others] = new Set(wanted.map((each) => each.value));
  if (value === undefined || others.length > 0) {
    const why = value === undefined ? "none of its values is" : "more than one of its values are";
    throw new TrackerError(
      "ambiguous",
      `${field}: ${why} ${side === "ours" ? "yours" : "somebody else's"}`,
      "Say it: git tracker resolve ID FIELD --value VALUE",
    );
  }
  return value;
}

/** A null value: there is to be none. */
async function settle(tracker: Tracker, { field, values }: Conflict, value: string | null): Promise<EventDraft> {
  const kept = values.some((each) => each.value === value);
  const [kind = "", ...rest] = field.split(":");
  const name = rest.join(":");
  if (kind === "description") return { type: "description-changed", body: toText(value ?? "") };
  if (kind === "comment") {
    return value === null || value === ""
      ? { type: "comment-deleted", comment: name }
      : { type: "comment-edited", comment: name, body: toText(value) };
  }
  if (kind === "attachment") {
    throw new TrackerError(
      "conflict",
      `Two files are called ${visible(name)}`,
      "Attach the right one again: git tracker attach ID FILE",
    );
  }
  return {
    type: "conflict-resolved",
    field,
    value: kept ? (value ?? undefined) : await parseValue(tracker, field, value ?? ""),
  };
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
