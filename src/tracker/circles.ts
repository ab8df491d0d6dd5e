/**
 * Circles of parents and links: an edge that gave way goes for good, or it holds from now on and the latest of the others that close the
 * circle goes.
 */
import type { Actor, Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import type { EventDraft } from "../core/event.ts";
import { findPath, type GraphEdge } from "../core/graph.ts";
import { type Conflict, type ConflictValue, type Issue, type LinkKind, linkKinds } from "../core/issue.ts";
import type { Edge } from "../index/index.ts";
import type { Batch } from "./batch.ts";
import type { Side } from "./conflicts.ts";
import { checkParent } from "./fields.ts";
import { resolveId } from "./resolve.ts";
import type { Tracker } from "./tracker.ts";

interface Settling {
  readonly tracker: Tracker;
  readonly batch: Batch;
  readonly issue: Issue;
  readonly actor: Actor;
  readonly side: Side;
}

/** Settles the edges of `issue` that gave way. Returns its own events; those of other issues go into the batch. */
export async function settleCircle(settling: Settling, { field, values }: Conflict): Promise<EventDraft[]> {
  const drafts: EventDraft[] = [];
  for (const value of values) drafts.push(...(await settleEdge(settling, edgeOf(settling.issue, field, value), value)));
  return drafts;
}

async function settleEdge(settling: Settling, edge: Edge, { author }: ConflictValue): Promise<EventDraft[]> {
  const { tracker, batch, issue, actor, side } = settling;
  if (typeof side === "object") return await replaceEdge(tracker, issue, edge, side.value);
  const isMine = author.email.toLowerCase() === actor.email.toLowerCase();
  if (isMine !== (side === "ours")) return [removalOf(edge)];
  for (const other of othersThatGo(tracker, batch, edge)) batch.append(other.source, [removalOf(other)]);
  return [];
}

async function replaceEdge(tracker: Tracker, issue: Issue, edge: Edge, text: string): Promise<EventDraft[]> {
  if (text === "") return [removalOf(edge)];
  if (edge.kind !== "parent") {
    throw new TrackerError("invalid", "A link is there or it isn't", "Take one side: --ours or --theirs");
  }
  const to = await resolveId(tracker, text);
  checkParent(tracker, issue.id, to);
  return [{ type: "parent-changed", from: edge.target, to }];
}

/** The edges that have to go so that `edge` closes no circle: of each circle the latest, as when circles are broken. */
function othersThatGo(tracker: Tracker, batch: Batch, edge: Edge): Edge[] {
  const gone: Edge[] = [];
  let left: readonly GraphEdge[] = tracker.index.edges([edge.kind]);
  for (;;) {
    const path = findPath(left, edge.target, edge.source);
    if (path === undefined) return gone;
    const steps = path.slice(1).map((target, at) => ({ source: path[at] ?? "", kind: edge.kind, target }));
    const since = (step: Edge) => sinceOf(batch.state(step.source), step);
    const latest = steps.reduce((late, step) => (since(step) > since(late) ? step : late));
    gone.push(latest);
    left = left.filter(({ source, target }) => source !== latest.source || target !== latest.target);
  }
}

function sinceOf({ links, parentSince }: Issue, { kind, target }: Edge): string {
  if (kind === "parent") return parentSince ?? "";
  return links.find((link) => link.kind === kind && link.target === target)?.since ?? "";
}

/** A parent stands as its id, a link as `blocks <id>`. */
function edgeOf({ id }: Issue, field: string, { value }: ConflictValue): Edge {
  const [kind = "", target = ""] = field === "parent" ? ["parent", value ?? ""] : (value ?? "").split(" ");
  return { source: id, kind: isLinkKind(kind) ? kind : "parent", target };
}

function isLinkKind(kind: string): kind is LinkKind {
  return linkKinds.some((each) => each === kind);
}

function removalOf({ kind, target }: { readonly kind: Edge["kind"]; readonly target: Oid }): EventDraft {
  return kind === "parent"
    ? { type: "parent-changed", from: target, to: undefined }
    : { type: "link-removed", kind, target };
}
