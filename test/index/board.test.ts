import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Query } from "../../src/core/query.ts";
import { anyIssues, indexOf, issue, oid } from "./issues.ts";

const byTitle: Query = { where: undefined, sort: [{ field: "title", direction: "desc" }] };

test("cards are the issues of the list, in its order", () => {
  fc.assert(
    fc.property(anyIssues, (issues) => {
      const index = indexOf(...issues);
      const { items } = index.list(byTitle);
      const cards = index.cards(byTitle, null);
      expect(cards).toEqual(
        items.map(({ id, shortId, title, status }) => ({ id, shortId, title, status, lane: null })),
      );
      expect(index.summaries(items.map(({ id }) => id))).toEqual([...items]);
      index.close();
    }),
  );
});

test("cards say what their lane is made by", () => {
  const fields = { priority: "high", type: "bug", labels: ["a", "b"], assignees: ["ada@example.com"], parent: oid(2) };
  const index = indexOf(issue(1, fields), issue(2));
  const laneOf = (by: string) =>
    index.cards({ where: { kind: "issue", field: "id", prefix: oid(1) }, sort: [] }, by)[0]?.lane;
  expect(laneOf("priority")).toBe("high");
  expect(laneOf("type")).toBe("bug");
  expect(laneOf("parent")).toBe(oid(2));
  expect(laneOf("assignee")).toBe("ada@example.com");
  expect(laneOf("label:")).toBe("a\nb");
  index.close();
});

test("summaries come in the order asked for, of the issues that there are", () => {
  const index = indexOf(issue(1), issue(2), issue(3));
  expect(index.summaries([oid(3), oid(9), oid(1)]).map(({ id }) => id)).toEqual([oid(3), oid(1)]);
  index.close();
});
