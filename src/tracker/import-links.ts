/**
 * The edges of imported issues, once all of them are there: parents, blockers, duplicates. None of them runs in circles. Where an issue says
 * what it is now, its edges are held against those that imports took from there before: new ones are added, those that are gone there are
 * taken back, and what somebody here did to an edge stays.
 */
import type { Commit, Oid } from "../core/commit.ts";
import type { EventDraft } from "../core/event.ts";
import { breakCycles, type DatedEdge } from "../core/graph.ts";
import { type Issue, type LinkKind, linkKinds } from "../core/issue.ts";
import type { By } from "./batch.ts";
import type { ImportedIssue, ImportedLink, Linked, Run } from "./import.ts";
import { externalMark, keyOf } from "./import-there.ts";

/** What became of the edges that are kept where an issue is, each as `kind target`. */
export interface EdgesThere {
  /** As imports said last. */
  readonly told: ReadonlySet<string>;
  /** Those that somebody here made or took back since. Of parents: all of them. */
  readonly touched: ReadonlySet<string>;
}

/** `commits`: of the issue, in stream order. */
export function edgesThere(issue: Pick<ImportedIssue, "system" | "name">, commits: readonly Commit[]): EdgesThere {
  const mark = keyOf(issue);
  const told = new Set<string>();
  const touched = new Set<string>();
  const note = (name: string, isThere: boolean, isTold: boolean) => {
    if (!isTold) {
      touched.add(name);
      return;
    }
    touched.delete(name);
    if (isThere) told.add(name);
    else told.delete(name);
  };
  for (const { events } of commits) {
    const isTold = events.some((event) => event.type === "external-linked" && event.external === mark);
    for (const event of events) {
      if (event.type === "link-added" || event.type === "link-removed") {
        note(`${event.kind} ${event.target}`, event.type === "link-added", isTold);
      } else if (event.type === "parent-changed") {
        for (const name of [...told].filter(isParent)) note(name, false, isTold);
        if (event.to !== undefined) note(`parent ${event.to}`, true, isTold);
      }
    }
  }
  return { told, touched };
}

function isParent(name: string): boolean {
  return name.startsWith("parent ");
}

/** An edge as it is kept: `blocked-by` is kept as `blocks` where the other end is. */
interface Edge {
  readonly source: Oid;
  readonly kind: LinkKind | "parent";
  readonly target: Oid;
}

/**
 * Adds the edges of all issues that the run went through; those that would close a circle are left out, the last of each. Takes back those that
 * an import made and none of these issues has any more.
 */
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
  const owners = new Map(run.linked.map((issue) => [issue.id, issue]));
  takeBack(run, { owners, targets });
  for (const issue of run.linked) addLinks(run, issue, { owners, targets, circular });
}

interface Links {
  readonly owners: ReadonlyMap<Oid, Linked>;
  readonly targets: ReadonlyMap<ImportedLink, Oid>;
  readonly circular: ReadonlySet<ImportedLink>;
}

function addLinks(run: Run, issue: Linked, { owners, targets, circular }: Links): void {
  for (const link of issue.links) {
    const target = targets.get(link);
    if (circular.has(link)) continue;
    if (target === undefined) {
      run.counts.dangling++;
      continue;
    }
    const { source, kind, target: end } = edgeOf(issue.id, link.kind, target);
    const name = `${source} ${kind === "parent" ? kind : nameOf(kind, end)}`;
    if (source === end || run.edges.has(name)) continue;
    run.edges.add(name); // Of several parents, the first counts.
    const draft = draftOf(run, { source, kind, target: end }, owners.get(source));
    if (draft === undefined) continue;
    const marked = issue.isTold ? [externalMark({ system: issue.system, name: ownerOf(issue, link) })] : [];
    append(run, source, [draft, ...marked], link);
  }
}

function edgeOf(id: Oid, kind: ImportedLink["kind"], target: Oid): Edge {
  return kind === "blocked-by" ? { source: target, kind: "blocks", target: id } : { source: id, kind, target };
}

function nameOf(kind: Edge["kind"], target: Oid): string {
  return `${kind} ${target}`;
}

/** The name, in the other system, of the issue that keeps the edge. */
function ownerOf(issue: Linked, { kind, targetName }: ImportedLink): string {
  return kind === "blocked-by" ? targetName : issue.name;
}

/** Undefined: there is nothing to add, or somebody here took it back. */
function draftOf(
  { batch, begun }: Run,
  { source, kind, target }: Edge,
  owner: Linked | undefined,
): EventDraft | undefined {
  const { told, touched } = owner?.there ?? { told: new Set<string>(), touched: new Set<string>() };
  if (told.has(nameOf(kind, target))) return undefined;
  const state = begun.has(source) ? undefined : batch.state(source);
  if (kind !== "parent") {
    const isHere = state?.links.some((link) => link.kind === kind && link.target === target) ?? false;
    return isHere ? undefined : { type: "link-added", kind, target };
  }
  const from = state?.parent ?? undefined;
  const isTheirs = from === undefined || (told.has(nameOf(kind, from)) && !touched.has(nameOf(kind, from)));
  return isTheirs ? { type: "parent-changed", from, to: target } : undefined;
}

/** Takes back what imports made, nobody here has touched since, and an issue that would tell of it doesn't tell any more. */
function takeBack(run: Run, { owners, targets }: Omit<Links, "circular">): void {
  const said = new Set<string>();
  for (const { id, links } of run.linked) {
    for (const link of links) {
      const target = targets.get(link);
      if (target === undefined) continue;
      const { source, kind, target: end } = edgeOf(id, link.kind, target);
      said.add(`${source} ${nameOf(kind, end)}`);
      if (kind === "parent") said.add(`${source} parent`); // It has another: that one replaces the old one.
    }
  }
  for (const owner of owners.values()) {
    for (const name of owner.there.told) {
      if (owner.there.touched.has(name)) continue;
      const edge = edgeNamed(owner.id, name);
      const teller = tellerOf(run, edge);
      if (teller === undefined || said.has(`${owner.id} ${edge.kind === "parent" ? edge.kind : name}`)) continue;
      if (edge.kind === "relates" && said.has(`${edge.target} relates ${edge.source}`)) continue;
      const draft = takenBack(run.batch.state(owner.id), edge);
      if (draft !== undefined) append(run, owner.id, [draft, externalMark(owner)], teller);
    }
  }
}

function edgeNamed(source: Oid, name: string): Edge {
  const [word = "", target = ""] = name.split(" ");
  return { source, kind: linkKinds.find((kind) => kind === word) ?? "parent", target };
}

/** Who of those that were imported now would tell of the edge. */
function tellerOf({ tellers }: Run, { source, kind, target }: Edge): By | undefined {
  const [here, there] = [tellers.get(source), tellers.get(target)];
  if (here?.tells.includes(kind)) return here;
  return kind === "blocks" && there?.tells.includes("blocked-by") ? there : undefined;
}

function takenBack(state: Issue, { kind, target }: Edge): EventDraft | undefined {
  if (kind === "parent") return state.parent === target ? { type: "parent-changed", from: target } : undefined;
  const isHere = state.links.some((link) => link.kind === kind && link.target === target);
  return isHere ? { type: "link-removed", kind, target } : undefined;
}

/** Counts the issue among those that the import changed. */
function append({ batch, counts, unchanged }: Run, id: Oid, drafts: readonly EventDraft[], { author, time }: By): void {
  batch.append(id, drafts, { author, time });
  if (!unchanged.delete(id)) return;
  counts.unchanged--;
  counts.updated++;
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
