/** While an index is filled, what only reading needs is left out; whoever has filled it finds all there is. */
import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openIndex } from "../../src/index/open.ts";
import { issue, oid, replacing, settings, today } from "./issues.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "git-tracker-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ["the stamp comes", [replacing(issue(4))], "stamp"],
  ["a stream goes, and no stamp comes", [{ kind: "gone", id: oid(2) } as const], undefined],
])("indexes that only reading needs are made when %s", (_, last, stamp) => {
  const path = join(folder, "index");
  const index = openIndex({ path, settings, today });
  index.project([replacing(issue(1))]);
  index.project([replacing(issue(2)), replacing(issue(3))]);
  expect(indexes(path)).not.toContain("issue_updated");
  expect(index.list({ where: undefined, sort: [] }).items).toHaveLength(3);
  index.project(last, stamp);
  expect(indexes(path)).toEqual(expect.arrayContaining(["history_newest", "issue_status", "issue_updated"]));
  index.close();
});

function indexes(path: string): string[] {
  const db = new Database(path, { readonly: true });
  try {
    return db
      .query<{ name: string }, []>("SELECT name FROM sqlite_schema WHERE type = 'index'")
      .all()
      .map(({ name }) => name);
  } finally {
    db.close();
  }
}
