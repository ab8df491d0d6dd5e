/** The verb `deps`: what depends on what, in one repository and across those of a workspace. */
import type { Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import type { IssueReference } from "../core/view.ts";
import type { Edge } from "../index/index.ts";
import { eachMember, memberWith } from "./merged.ts";
import { onFreshIndex } from "./refresh.ts";
import { resolveId } from "./resolve.ts";
import type { Tracker } from "./tracker.ts";
import type { Workspace } from "./workspace.ts";

export interface Dependencies {
  /** Undefined: of all issues. */
  readonly root: Oid | undefined;
  readonly nodes: ReadonlyMap<Oid, IssueReference>;
  /** `source` must be done before `target`. */
  readonly edges: readonly Edge[];
}

/** What an issue waits for and what waits for it, however far; without an id, all that there is. */
export async function dependencies({ members }: Workspace, id?: string): Promise<Dependencies> {
  const known = await eachMember(members, async ({ name, tracker }) => await edgesOf(name, tracker));
  const root = id === undefined ? undefined : await resolveAmong(members, id);
  const around = root === undefined ? [] : await Promise.all(members.map(({ tracker }) => aroundOf(tracker)));
  const parts = [...known, ...around.flat()];
  const all = [
    ...new Map(parts.flatMap(({ edges }) => edges).map((edge) => [`${edge.source} ${edge.target}`, edge])).values(),
  ];
  const edges = root === undefined ? all : all.filter(within(reach(all, root, "source"), reach(all, root, "target")));
  const ids = [
    ...new Set([...(root === undefined ? [] : [root]), ...edges.flatMap(({ source, target }) => [source, target])]),
  ];
  const nodes = new Map<Oid, IssueReference>();
  for (const { references } of parts)
    for (const [oid, reference] of references(ids)) if (!nodes.has(oid)) nodes.set(oid, reference);
  return { root, nodes: new Map(ids.flatMap((oid) => entry(oid, nodes.get(oid)))), edges };
}

interface Part {
  readonly edges: readonly Edge[];
  readonly references: (ids: readonly Oid[]) => ReadonlyMap<Oid, IssueReference>;
}

/** Looked at alone, a repository's edges are those that touch it. */
async function edgesOf(name: string | undefined, tracker: Tracker): Promise<Part> {
  const elsewhere = await tracker.surroundings?.elsewhere();
  const incoming = elsewhere?.incoming.filter(({ kind }) => kind === "blocks") ?? [];
  return await onFreshIndex(tracker, () => ({
    edges: [...tracker.index.edges(["blocks"]), ...incoming],
    references: (ids) =>
      new Map([...named(tracker, name, ids), ...(name === undefined ? (elsewhere?.ends ?? []) : [])]),
  }));
}

/** From one issue on, the way may lead through any repository of the workspace. */
async function aroundOf(tracker: Tracker): Promise<Part[]> {
  const neighbours = (await tracker.surroundings?.neighbours()) ?? [];
  return await eachMember(neighbours, async (neighbour) => await edgesOf(neighbour.name, neighbour.tracker));
}

function named(tracker: Tracker, repository: string | undefined, ids: readonly Oid[]): Map<Oid, IssueReference> {
  return new Map([...tracker.index.references(ids)].map(([id, reference]) => [id, { ...reference, repository }]));
}

async function resolveAmong(members: Workspace["members"], id: string): Promise<Oid> {
  const [only] = members;
  if (only === undefined) throw new TrackerError("not-found", "There is no repository to look at");
  if (members.length === 1) return await resolveId(only.tracker, id);
  return await resolveId(await memberWith({ members }, [id]), id);
}

function entry(id: Oid, reference: IssueReference | undefined): (readonly [Oid, IssueReference])[] {
  return reference === undefined ? [] : [[id, reference]];
}

/** Everything that can be reached from `start` by walking the edges from the other end to `end`, `start` included. */
function reach(edges: readonly Edge[], start: Oid, end: "source" | "target"): Set<Oid> {
  const other = end === "source" ? "target" : "source";
  const next = new Map<Oid, Oid[]>();
  for (const edge of edges) next.set(edge[other], [...(next.get(edge[other]) ?? []), edge[end]]);
  const seen = new Set([start]);
  for (const oid of seen) for (const found of next.get(oid) ?? []) seen.add(found);
  return seen;
}

function within(...sets: readonly ReadonlySet<Oid>[]): (edge: Edge) => boolean {
  return ({ source, target }) => sets.some((set) => set.has(source) && set.has(target));
}
