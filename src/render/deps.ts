/**
 * What depends on what: as a tree in the terminal, and as a graph for Graphviz and Mermaid. Titles are hostile until escaped, in each
 * language in its own way.
 */
import type { Oid } from "../core/commit.ts";
import type { LinkKind } from "../core/issue.ts";
import { visible } from "../core/text.ts";
import type { IssueReference } from "../core/view.ts";
import { fitLine, type Line, line, paintLine, span } from "./span.ts";
import { type Style, statusPaint } from "./style.ts";

export interface DependencyNode extends Omit<IssueReference, "repository"> {
  readonly id: Oid;
  /** Undefined or null: there is only one. */
  readonly repository?: string | null | undefined;
}

/** `source` blocks, relates to or duplicates `target`, or has it as its parent. */
export interface DependencyEdge {
  readonly source: Oid;
  readonly kind: LinkKind | "parent";
  readonly target: Oid;
}

/** Edges to and from issues that are not among the nodes are left out. */
export interface DependencyGraph {
  readonly nodes: readonly DependencyNode[];
  readonly edges: readonly DependencyEdge[];
}

/** What `root` waits for and what waits for it, as two trees along `blocks`. What was shown already is not opened again. */
export function renderDependencyTree(graph: DependencyGraph, root: Oid, style: Style): string {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const node = nodes.get(root);
  if (node === undefined) return "";
  const blocks = graph.edges.filter(({ kind }) => kind === "blocks");
  const before = neighbours(blocks.map(({ source, target }) => [target, source]));
  const after = neighbours(blocks.map(({ source, target }) => [source, target]));
  const sections = [
    { name: "waits for", lines: growTree(root, before, nodes, style) },
    { name: "blocks", lines: growTree(root, after, nodes, style) },
  ].filter(({ lines }) => lines.length > 0);
  const lines = [
    describeNode(node, style),
    ...(sections.length === 0 ? [line("nothing waits for it, and it waits for nothing", style.dim)] : []),
    ...sections.flatMap(({ name, lines: tree }) => [line(name, style.dim), ...tree]),
  ];
  return lines.map((shown) => paintLine(fitLine(shown, style.width ?? Number.POSITIVE_INFINITY))).join("\n");
}

export function renderDot(graph: DependencyGraph): string {
  const known = new Set(graph.nodes.map(({ id }) => id));
  return [
    "digraph issues {",
    "  rankdir=LR;",
    '  node [shape=box, style=rounded, fontname="sans-serif"];',
    ...graph.nodes.map(
      (node) => `  ${dotText(node.id)} [label=${dotText(`${headOf(node)}\n${node.title}`)}${dotLook(node)}];`,
    ),
    ...graph.edges
      .filter(({ source, target }) => known.has(source) && known.has(target))
      .map(({ source, kind, target }) => `  ${dotText(source)} -> ${dotText(target)} [label=${dotText(kind)}];`),
    "}",
  ].join("\n");
}

export function renderMermaid(graph: DependencyGraph): string {
  const names = new Map(graph.nodes.map(({ id }, i) => [id, `n${i}`]));
  return [
    "graph LR",
    ...graph.nodes.map((node, i) => `  n${i}["${mermaidText(headOf(node))}<br/>${mermaidText(node.title)}"]`),
    ...graph.edges.flatMap(({ source, kind, target }) => {
      const [from, to] = [names.get(source), names.get(target)];
      return from === undefined || to === undefined ? [] : [`  ${from} -->|${kind}| ${to}`];
    }),
  ].join("\n");
}

function headOf(node: DependencyNode): string {
  return [placeOf(node), node.shortId, node.status].filter((part) => part !== undefined).join(" ");
}

/** The repository's name, where there are several. */
function placeOf({ repository }: DependencyNode): string | undefined {
  return repository ?? undefined;
}

function neighbours(pairs: readonly (readonly [from: Oid, to: Oid])[]): Map<Oid, Oid[]> {
  const lists = new Map<Oid, Oid[]>();
  for (const [from, to] of pairs) {
    const list = lists.get(from);
    if (list === undefined) lists.set(from, [to]);
    else list.push(to);
  }
  return lists;
}

interface Branch {
  readonly id: Oid;
  readonly lead: string;
  readonly last: boolean;
}

/** Deeper levels are not indented further. */
const leadMax = 36;

function growTree(
  root: Oid,
  next: ReadonlyMap<Oid, readonly Oid[]>,
  nodes: ReadonlyMap<Oid, DependencyNode>,
  style: Style,
): Line[] {
  const lines: Line[] = [];
  const seen = new Set<Oid>([root]);
  const branchesOf = (id: Oid, lead: string): Branch[] => {
    const known = (next.get(id) ?? []).filter((other) => nodes.has(other));
    return known.map((other, i) => ({ id: other, lead, last: i === known.length - 1 })).reverse();
  };
  const open = branchesOf(root, "");
  for (let branch = open.pop(); branch !== undefined; branch = open.pop()) {
    const node = nodes.get(branch.id);
    if (node === undefined) continue;
    const again = seen.has(branch.id);
    seen.add(branch.id);
    const fork = span(`${branch.lead}${branch.last ? "└─ " : "├─ "}`, style.dim);
    const shownAbove = again && next.has(branch.id);
    lines.push([fork, ...(shownAbove ? pointToNode(node, style) : describeNode(node, style))]);
    if (again) continue;
    const lead = branch.lead.length < leadMax ? branch.lead + (branch.last ? "   " : "│  ") : branch.lead;
    open.push(...branchesOf(branch.id, lead));
  }
  return lines;
}

function describeNode(node: DependencyNode, style: Style): Line {
  return [
    span(node.shortId, style.cyan),
    span("  "),
    span(node.status, statusPaint(style, node.category)),
    span("  "),
    ...(placeOf(node) === undefined ? [] : [span(`${placeOf(node)}  `, style.dim)]),
    span(node.title, node.category === "done" ? style.dim : undefined),
  ];
}

function pointToNode(node: DependencyNode, style: Style): Line {
  return [span(node.shortId, style.cyan), span("  see above", style.dim)];
}

function dotText(text: string): string {
  return `"${visible(text, "lines").replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\t", " ")}"`;
}

function dotLook({ category }: DependencyNode): string {
  switch (category) {
    case "todo":
      return "";
    case "active":
      return ', color="goldenrod"';
    case "done":
      return ', color="seagreen", fontcolor="gray40"';
  }
}

/** Everything but letters, digits and harmless punctuation becomes Mermaid's own `#35;`. */
function mermaidText(text: string): string {
  return visible(text).replace(/[^\p{L}\p{M}\p{N} .,:/+_-]/gu, (character) => `#${character.codePointAt(0)};`);
}
