import { expect, test } from "bun:test";
import { type DependencyEdge, renderDependencyTree, renderDot, renderMermaid } from "../../src/render/deps.ts";
import { style } from "./sample.ts";

const nodes = ["a", "b", "c", "d", "e"].map((id) => ({
  id,
  shortId: id.repeat(7),
  title: `Issue ${id}`,
  status: id === "e" ? "done" : "todo",
  category: id === "e" ? ("done" as const) : ("todo" as const),
}));
const edge = (source: string, target: string, kind: DependencyEdge["kind"] = "blocks"): DependencyEdge => ({
  source,
  kind,
  target,
});

test("what it waits for and what waits for it; what is above is not opened again", () => {
  const edges = [
    edge("b", "a"),
    edge("c", "a"),
    edge("d", "b"),
    edge("d", "c"),
    edge("e", "d"),
    edge("a", "e", "relates"),
    edge("a", "gone"),
  ];
  expect(renderDependencyTree({ nodes, edges }, "a", style({ width: 60 }))).toMatchInlineSnapshot(`
    "aaaaaaa  todo  Issue a
    waits for
    ├─ bbbbbbb  todo  Issue b
    │  └─ ddddddd  todo  Issue d
    │     └─ eeeeeee  done  Issue e
    └─ ccccccc  todo  Issue c
       └─ ddddddd  see above"
  `);
  expect(renderDependencyTree({ nodes, edges }, "e", style()).split("\n").slice(0, 3)).toEqual([
    "eeeeeee  done  Issue e",
    "blocks",
    "└─ ddddddd  todo  Issue d",
  ]);
});

test("a cycle ends", () => {
  const edges = [edge("a", "b"), edge("b", "a")];
  expect(renderDependencyTree({ nodes, edges }, "a", style())).toMatchInlineSnapshot(`
    "aaaaaaa  todo  Issue a
    waits for
    └─ bbbbbbb  todo  Issue b
       └─ aaaaaaa  see above
    blocks
    └─ bbbbbbb  todo  Issue b
       └─ aaaaaaa  see above"
  `);
});

test("an issue that depends on nothing says so; one that isn't there is nothing", () => {
  expect(renderDependencyTree({ nodes, edges: [] }, "a", style())).toBe(
    "aaaaaaa  todo  Issue a\nnothing waits for it, and it waits for nothing",
  );
  expect(renderDependencyTree({ nodes, edges: [] }, "z", style())).toBe("");
});

const hostile = [
  { id: "a", shortId: "aaaaaaa", title: 'x"] ; evil -> b // \\', status: "todo", category: "todo" as const },
  {
    id: "b",
    shortId: "bbbbbbb",
    title: "<script>alert(1)</script> #quot; %%{init}%% `md`\nend",
    status: "done",
    category: "done" as const,
  },
];

test("Graphviz: a title can't leave its quotes", () => {
  expect(renderDot({ nodes: hostile, edges: [edge("a", "b"), edge("a", "gone")] })).toMatchInlineSnapshot(`
    "digraph issues {
      rankdir=LR;
      node [shape=box, style=rounded, fontname="sans-serif"];
      "a" [label="aaaaaaa todo\\nx\\"] ; evil -> b // \\\\"];
      "b" [label="bbbbbbb done\\n<script>alert(1)</script> #quot; %%{init}%% \`md\`\\nend", color="seagreen", fontcolor="gray40"];
      "a" -> "b" [label="blocks"];
    }"
  `);
});

test("Mermaid: a title is nothing but letters and codes", () => {
  expect(
    renderMermaid({ nodes: hostile, edges: [edge("a", "b"), edge("b", "a", "parent"), edge("a", "gone")] }),
  ).toMatchInlineSnapshot(`
    "graph LR
      n0["aaaaaaa todo<br/>x#34;#93; #59; evil -#62; b // #92;"]
      n1["bbbbbbb done<br/>#60;script#62;alert#40;1#41;#60;/script#62; #35;quot#59; #37;#37;#123;init#125;#37;#37; #96;md#96;#9226;end"]
      n0 -->|blocks| n1
      n1 -->|parent| n0"
  `);
});
