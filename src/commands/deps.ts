/** The command `deps`: what depends on what. */
import type { DependencyGraph } from "../render/deps.ts";
import type { Style } from "../render/style.ts";
import type { Dependencies } from "../tracker/deps.ts";
import { command, usageError } from "./command.ts";
import { printJson } from "./print.ts";

export const deps = command({
  usage: "[ID]",
  words: [0, 1],
  flags: {
    tree: { type: "boolean", help: "as trees, as on a terminal; elsewhere each line is: blocker, blocked" },
    dot: { type: "boolean", help: "as a graph for Graphviz" },
    mermaid: { type: "boolean", help: "as a graph for Mermaid" },
  },
  details: "What an issue waits for and what waits for it, however far; without an ID, all of it.",
  examples: ["git tracker deps 4f2a", "git tracker deps --dot | dot -Tsvg > deps.svg", "git tracker deps --mermaid"],
  async run(env, { words: [id], flags }) {
    if ([flags.tree, flags.dot, flags.mermaid, flags.json].filter(Boolean).length > 1) {
      throw usageError("deps", "One form at a time: --tree, --dot, --mermaid or --json");
    }
    const { dependencies } = await import("../tracker/deps.ts");
    const found = await dependencies(await env.openAll(), id);
    const graph = graphOf(found);
    if (flags.json) {
      const { envelope } = await import("../render/json.ts");
      await printJson(env, envelope("deps", { root: found.root ?? null, ...graph }));
      return;
    }
    const { renderDot, renderMermaid } = await import("../render/deps.ts");
    if (flags.dot || flags.mermaid) {
      env.out((flags.dot ? renderDot : renderMermaid)(graph));
      return;
    }
    const asTree = flags.tree || env.style.width !== undefined;
    env.out(asTree ? await renderTrees(graph, found, env.style) : edgeLines(graph));
    if (graph.edges.length === 0) env.err("Nothing depends on anything here. As in: git tracker link ID --blocks ID");
  },
});

function graphOf({ nodes, edges }: Dependencies): DependencyGraph {
  return {
    nodes: [...nodes].map(([id, { shortId, title, status, category, repository = null }]) => {
      return { id, shortId, title, status, category, repository };
    }),
    edges,
  };
}

/** One tree for an issue; without one, a tree for each that waits for nothing. */
async function renderTrees(graph: DependencyGraph, { root }: Dependencies, style: Style): Promise<string> {
  const { renderDependencyTree } = await import("../render/deps.ts");
  const waiting = new Set(graph.edges.map(({ target }) => target));
  const roots = root === undefined ? graph.nodes.filter(({ id }) => !waiting.has(id)).map(({ id }) => id) : [root];
  return roots.map((each) => renderDependencyTree(graph, each, style)).join("\n\n");
}

function edgeLines({ nodes, edges }: DependencyGraph): string {
  const names = new Map(nodes.map(({ id, shortId }) => [id, shortId]));
  return edges.map(({ source, target }) => `${names.get(source)}\t${names.get(target)}\n`).join("");
}
