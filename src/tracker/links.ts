/**
 * Verbs that link issues. A link is kept where it starts; its other end may be in another repository of the workspace, since an id means the
 * same issue everywhere.
 */
import type { Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import type { EventDraft } from "../core/event.ts";
import type { Issue, LinkKind } from "../core/issue.ts";
import { visible } from "../core/text.ts";
import { type Changed, changeEach } from "./change.ts";
import { checkAcyclic } from "./fields.ts";
import { refresh } from "./refresh.ts";
import { resolveEnd, resolveEnds, resolveId } from "./resolve.ts";
import type { Tracker } from "./tracker.ts";

/** Links two issues; a link that is there already is left alone. */
export async function linkIssues(
  tracker: Tracker,
  source: string,
  kind: LinkKind,
  targets: readonly string[],
): Promise<Changed[]> {
  return await changeEach(tracker, [source], async (issue) => {
    const drafts: EventDraft[] = [];
    for (const target of await resolveEnds(tracker, targets))
      drafts.push(...(await linkEvents(tracker, issue, kind, target)));
    return drafts;
  });
}

/** Removes all links between the issue and the others, of one kind or of all, whichever of the two they start from. */
export async function unlinkIssues(
  tracker: Tracker,
  id: string,
  targets: readonly string[],
  kind: LinkKind | undefined,
): Promise<Changed[]> {
  const between = (from: Issue, to: Oid) =>
    from.links.filter((link) => link.target === to && (kind === undefined || link.kind === kind));
  return await changeEach(tracker, [id], async (issue, batch) => {
    const drafts: EventDraft[] = [];
    for (const target of await resolveEnds(tracker, targets)) {
      const isHere = tracker.index.tip(target) !== undefined;
      const there = between(issue, target);
      const back = isHere ? between(batch.state(target), issue.id) : [];
      if (there.length + back.length === 0) {
        if (!isHere) await checkStartsHere(tracker, issue.id, target);
        throw new TrackerError(
          "not-found",
          "There is no such link between these issues",
          "See an issue's links with: git tracker show ID",
        );
      }
      drafts.push(...there.flatMap((link) => unlinkEvents(issue, link.kind, target)));
      if (back.length > 0) {
        const links = back.flatMap((link) => unlinkEvents(batch.state(target), link.kind, issue.id));
        batch.append(target, links);
      }
    }
    return drafts;
  });
}

/** Makes an issue wait for others; those of other repositories are changed there. */
export async function waitFor(tracker: Tracker, id: string, blockers: readonly string[]): Promise<Changed[]> {
  await refresh(tracker);
  const waiting = await resolveId(tracker, id);
  const sources = [];
  for (const text of blockers) {
    const source = await resolveEnd(tracker, text);
    sources.push({ source, owner: await ownerOf(tracker, source) });
  }
  const changes: Changed[] = [];
  for (const [owner, own] of Map.groupBy(sources, (each) => each.owner)) {
    const ids = own.map(({ source }) => source);
    for (const source of ids) await checkCircle(tracker, "blocks", source, waiting);
    // Whoever waits is told of, too, where it is.
    const asked = owner === tracker ? [waiting] : ids;
    const done = await changeEach(owner, asked, async (issue, batch) => {
      if (owner !== tracker) return await linkEvents(owner, issue, "blocks", waiting);
      for (const id of ids) batch.append(id, await linkEvents(owner, batch.state(id), "blocks", waiting));
      return [];
    });
    changes.push(...done);
  }
  return changes;
}

/** What an issue is to wait for: issues of this repository, and such of others. */
export async function resolveBlockers(tracker: Tracker, texts: readonly string[]) {
  const ids = await resolveEnds(tracker, texts);
  const here = ids.filter((id) => tracker.index.tip(id) !== undefined);
  const abroad = ids.filter((id) => !here.includes(id));
  for (const id of abroad) await ownerOf(tracker, id); // A refusal comes before anything is written.
  return { here, abroad };
}

/** As waitFor, behind a change that is written already: a refusal says so, and how to go on. */
export async function waitAbroad(
  tracker: Tracker,
  id: Oid,
  blockers: readonly Oid[],
  what: string,
): Promise<Changed[]> {
  try {
    return await waitFor(tracker, id, blockers);
  } catch (error) {
    if (!(error instanceof TrackerError)) throw error;
    const ids = blockers.map((blocker) => blocker.slice(0, 10)).join(",");
    throw new TrackerError(
      error.code,
      `Issue ${id.slice(0, 10)} ${what}, but it doesn't wait for ${ids}: ${error.message}`,
      `Try that again: git tracker link ${id.slice(0, 10)} --blocked-by ${ids}`,
    );
  }
}

/** The tracker of this workspace that has the issue. */
async function ownerOf(tracker: Tracker, id: Oid): Promise<Tracker> {
  if (tracker.index.tip(id) !== undefined) return tracker;
  const { findAbroad } = await import("./elsewhere.ts");
  const [owner, ...others] = (await findAbroad(tracker, id, 1)).get(id) ?? [];
  if (owner !== undefined && others.length === 0) return owner.tracker;
  throw new TrackerError(
    "ambiguous",
    `${id.slice(0, 10)} is in several repositories: ${[owner, ...others].map((each) => visible(each?.name ?? "")).join(", ")}`,
    "Say it from its own side: git tracker --repo NAME link ID --blocks ID",
  );
}

/** Throws `not-found` with the way to unlink what is linked from the other side, in another repository. */
export async function checkStartsHere(tracker: Tracker, id: Oid, other: Oid): Promise<void> {
  const elsewhere = await tracker.surroundings?.elsewhere();
  if (elsewhere?.incoming.some(({ source, target }) => source === other && target === id) !== true) return;
  const name = elsewhere.ends.get(other)?.repository ?? "NAME";
  throw new TrackerError(
    "not-found",
    `That link starts at ${other.slice(0, 10)}, in another repository`,
    `git tracker --repo ${name} unlink ${other.slice(0, 10)} ${id.slice(0, 10)}`,
  );
}

/** The event that links an issue to another, if it isn't linked already. Throws `conflict` if that would close a circle. */
export async function linkEvents(tracker: Tracker, issue: Issue, kind: LinkKind, target: Oid): Promise<EventDraft[]> {
  if (issue.links.some((link) => link.kind === kind && link.target === target)) return [];
  if (issue.id === target)
    throw new TrackerError("conflict", "An issue can't be linked to itself", "Name two different issues.");
  if (kind === "blocks") await checkWaiting(tracker, issue.id, target);
  if (kind === "duplicates") {
    checkAcyclic(tracker, kind, issue.id, target, "one of them must be the original");
    await checkCircle(tracker, kind, issue.id, target);
  }
  return [{ type: "link-added", kind, target }];
}

/** Throws `conflict` if something would wait for itself once `target` waits for `source`. */
export async function checkWaiting(tracker: Tracker, source: Oid, target: Oid): Promise<void> {
  checkAcyclic(tracker, "blocks", source, target, "nothing can wait for itself");
  await checkCircle(tracker, "blocks", source, target);
}

/** The edges that would close a circle may be those of other repositories. */
async function checkCircle(tracker: Tracker, kind: "blocks" | "duplicates", source: Oid, target: Oid): Promise<void> {
  if (tracker.surroundings === undefined) return;
  const { pathAnywhere } = await import("./elsewhere.ts");
  const path = await pathAnywhere(tracker, kind, target, source);
  if (path === undefined) return;
  throw new TrackerError(
    "conflict",
    `That would be a cycle: ${[source, ...path].map((id) => id.slice(0, 7)).join(" → ")}`,
    "See what depends on what: git tracker deps ID --all-repos",
  );
}

export function unlinkEvents(issue: Issue, kind: LinkKind, target: Oid): EventDraft[] {
  return issue.links.some((link) => link.kind === kind && link.target === target)
    ? [{ type: "link-removed", kind, target }]
    : [];
}
