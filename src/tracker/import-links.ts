/** The edges of imported issues, once all of them are there: parents, blockers, duplicates. None of them runs in circles. */
import type { Oid } from "../core/commit.ts";
import { breakCycles, type DatedEdge } from "../core/graph.ts";
import type { LinkKind } from "../core/issue.ts";
import type { ImportedLink, Linked, Run } from "./import.ts";
import type { By } from "./write.ts";

/** Adds the edges of all issues that the run went through; those that would close a circle are left out, the last of each. */
export function addAllLinks(run: Run): void {
  const targets = new Map<ImportedLink, Oid>();
  for (const { system, links } of run.linked) {
    for (const link of links) {
      const { targetName } = link;
      const target = run.ids.get(`${system} ${targetName}`) ?? run.tracker.index.byExternalId(system, targetName);
      if (target !== undefined) targets.set(link, target);
    }
  }
  const circular = circularLinks(run.linked, targets);
  run.counts.circular = circular.size;
  for (const issue of run.linked) addLinks(run, issue, targets, circular);
}

function addLinks(
  run: Run,
  { links, id }: Linked,
  targets: ReadonlyMap<ImportedLink, Oid>,
  circular: ReadonlySet<ImportedLink>,
): void {
  for (const link of links) {
    const { kind, targetName: _, ...by } = link;
    const target = targets.get(link);
    if (circular.has(link)) continue;
    if (target === undefined) run.counts.dangling++;
    else if (kind === "parent") addParent(run, id, target, by);
    else if (kind === "blocked-by") addLink(run, target, "blocks", id, by);
    else addLink(run, id, kind, target, by);
  }
}

function addParent({ batch, begun, edges }: Run, source: Oid, target: Oid, by: By): void {
  const edge = `${source} parent`;
  if (source === target || edges.has(edge) || (!begun.has(source) && batch.state(source).parent !== null)) return;
  batch.append(source, [{ type: "parent-changed", to: target }], by);
  edges.add(edge);
}

function addLink({ batch, begun, edges }: Run, source: Oid, kind: LinkKind, target: Oid, by: By): void {
  const edge = `${source} ${kind} ${target}`;
  if (source === target || edges.has(edge)) return;
  if (!begun.has(source) && batch.state(source).links.some((link) => link.kind === kind && link.target === target))
    return;
  batch.append(source, [{ type: "link-added", kind, target }], by);
  edges.add(edge);
}

interface LinkEdge extends DatedEdge {
  readonly link: ImportedLink;
}

/** The links to leave out. `targets`: where a link leads, if that is known. What leads from an issue to itself is no circle here. */
function circularLinks(
  issues: readonly { readonly id: Oid; readonly links: readonly ImportedLink[] }[],
  targets: ReadonlyMap<ImportedLink, Oid>,
): Set<ImportedLink> {
  const edges = new Map<ImportedLink["kind"], LinkEdge[]>();
  const seen = new Set<string>();
  for (const { id, links } of issues) {
    for (const link of links) {
      const target = targets.get(link);
      if (target === undefined || target === id || link.kind === "relates") continue;
      const kind = link.kind === "blocked-by" ? "blocks" : link.kind;
      const ends = link.kind === "blocked-by" ? { source: target, target: id } : { source: id, target };
      const name = `${kind} ${ends.source} ${ends.target}`;
      if (seen.has(name)) continue; // Both ends of a link may tell of it.
      seen.add(name);
      const list = edges.get(kind) ?? [];
      list.push({ ...ends, since: String(list.length).padStart(10, "0"), link });
      edges.set(kind, list);
    }
  }
  return new Set([...edges.values()].flatMap((list) => breakCycles(list).broken.map(({ link }) => link)));
}
