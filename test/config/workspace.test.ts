import { describe, expect, test } from "bun:test";
import { listRepository, parseWorkspace, unlistRepository, workspaceTemplate } from "../../src/config/workspace.ts";
import { TrackerError } from "../../src/core/errors.ts";

const file = "ws/.git-tracker/config.toml";

test("a new workspace lists nothing", () => {
  expect(parseWorkspace(workspaceTemplate, file)).toEqual([]);
  expect(parseWorkspace("", file)).toEqual([]);
});

test("repositories come in the order of the file, and an edit keeps what is around them", () => {
  const text = '# ours\n[repositories]\nweb = "services/web" # the page\n"api.v2" = "../api"\n';
  expect(parseWorkspace(text, file)).toEqual([
    { name: "web", path: "services/web" },
    { name: "api.v2", path: "../api" },
  ]);
  const more = listRepository(text, file, { name: "größe.1", path: 'a "b"' });
  expect(more).toBe(`${text}"größe.1" = "a \\"b\\""\n`);
  expect(unlistRepository(more, file, "größe.1")).toBe(text);
});

describe("what is wrong is told with its place", () => {
  test.each([
    ["[repositories]\napi = 1\n", "2:7"],
    ['[repositories]\napi = ""\n', "2:7"],
    ['[repositories]\napi = "a\\nb"\n', "2:7"],
    ['[repositories]\n"-x" = "a"\n', "2:1"],
    ['[repositories]\n".." = "a"\n', "2:1"],
    ['[repositories]\n"a/b" = "a"\n', "2:1"],
    ['[repositories]\n"a b" = "a"\n', "2:1"],
    ['[repositories]\n"\\u001b[2J" = "a"\n', "2:1"],
    ['[repositories]\n"__proto__" = "a"\n', "2:1"],
    [`[repositories]\n${"a".repeat(65)} = "a"\n`, "2:1"],
    ['[repositories.api]\npath = "a"\n', "1:2"],
    ['repositories = "a"\n', "1:16"],
    ['[repository]\napi = "a"\n', "1:2"],
    ['[repositories]\napi = "a"\napi = "b"\n', "3:"],
    ["[repositories\n", "1:"],
  ])("%j", (text, place) => {
    const refused = refusalOf(() => parseWorkspace(text, file));
    expect(refused.code).toBe("invalid");
    expect(refused.message).toStartWith(`${file}:${place}`);
    expect(refused.message).toContain("^");
    expect(refused.message.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
  });
});

test.each(["-x", "..", "", "a/b", "a b", "a\u001b", "a\nb", "\u202ea"])("%j can't be a name", (name) => {
  expect(refusalOf(() => listRepository("", file, { name, path: "a" })).code).toBe("invalid");
});

test("a name is listed once, and only what is listed can be taken off", () => {
  const text = listRepository("", file, { name: "api", path: "a" });
  expect(refusalOf(() => listRepository(text, file, { name: "api", path: "b" })).code).toBe("conflict");
  const refused = refusalOf(() => unlistRepository(text, file, "apo"));
  expect([refused.code, refused.hint]).toEqual(["not-found", "Did you mean api? It lists: api"]);
});

function refusalOf(task: () => unknown): TrackerError {
  try {
    task();
  } catch (error) {
    if (error instanceof TrackerError) return error;
    throw error;
  }
  throw new Error("Nothing was refused");
}
