import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { breakCycles, type DatedEdge, findPath } from "../../src/core/graph.ts";

const edge = (source: string, target: string, since = "1"): DatedEdge => ({ source, target, since });
const name = (e: DatedEdge) => `${e.source}>${e.target}`;

describe("findPath", () => {
  test("returns a shortest path with both ends", () => {
    const edges = [edge("a", "b"), edge("b", "c"), edge("c", "d"), edge("a", "c")];
    expect(findPath(edges, "a", "d")).toEqual(["a", "c", "d"]);
  });

  test("knows direction, absence and that everything reaches itself", () => {
    expect(findPath([edge("a", "b")], "b", "a")).toBeUndefined();
    expect(findPath([], "a", "a")).toEqual(["a"]);
  });

  test("ends in a graph that runs in circles", () => {
    expect(findPath([edge("a", "b"), edge("b", "a")], "a", "c")).toBeUndefined();
  });
});

describe("breakCycles", () => {
  test("breaks the later edge, whatever the order they come in", () => {
    const edges = [edge("b", "a", "2"), edge("a", "b", "1")];
    expect(breakCycles(edges).broken.map(name)).toEqual(["b>a"]);
    expect(breakCycles([...edges].reverse()).broken.map(name)).toEqual(["b>a"]);
  });

  test("breaks an edge from an issue to itself", () => {
    expect(breakCycles([edge("a", "a")]).broken.map(name)).toEqual(["a>a"]);
  });

  test("decides between edges of one moment by source, then target", () => {
    expect(breakCycles([edge("b", "c"), edge("c", "b")]).broken.map(name)).toEqual(["c>b"]);
  });

  test("keeps edges that only lead into a circle or out of it", () => {
    const edges = [edge("x", "a"), edge("a", "b", "1"), edge("b", "a", "2"), edge("b", "y")];
    expect(breakCycles(edges).kept.map(name)).toEqual(["x>a", "a>b", "b>y"]);
  });

  const edges = fc
    .array(
      fc.record({
        source: fc.constantFrom(..."abcdef"),
        target: fc.constantFrom(..."abcdef"),
        since: fc.constantFrom(..."1234"),
      }),
      { maxLength: 20 },
    )
    .map((list) => [...new Map(list.map((e) => [name(e), e])).values()]);

  test("agrees with adding edges one by one", () => {
    fc.assert(
      fc.property(edges, (list) => {
        const kept: DatedEdge[] = [];
        const broken: DatedEdge[] = [];
        const key = (e: DatedEdge) => e.since + e.source + e.target;
        for (const e of [...list].sort((a, b) => (key(a) < key(b) ? -1 : 1)))
          (findPath(kept, e.target, e.source) === undefined ? kept : broken).push(e);
        const result = breakCycles(list);
        expect(result.broken).toEqual(broken);
        expect(new Set(result.kept)).toEqual(new Set(kept));
      }),
    );
  });

  test("stays fast on one circle of many issues, made in the worst order", () => {
    const count = 20_000;
    const circle = Array.from({ length: count }, (_, i) =>
      edge(String(i), String((i + 1) % count), String(count - i).padStart(6, "0")),
    );
    expect(breakCycles(circle).broken.map(name)).toEqual(["0>1"]);
  });
});
