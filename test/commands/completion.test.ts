/** What a word can be, told to shells: all of it follows from the commands' declarations and from what the repository holds. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { globalFlags } from "../../src/commands/command.ts";
import { splitLine, tellBash, tellPlain } from "../../src/commands/complete-shell.ts";
import { commands } from "../../src/commands/table.ts";
import { isValueName, nextNames } from "../../src/commands/usage.ts";
import { openSession, type Session } from "../support/transcript.ts";

let session: Session;
let id: string;
const $ = (...args: string[]) => session.$(...args);

/** The values that the last word can be. */
async function values(...words: string[]): Promise<string[]> {
  const lines = (await session.raw("complete", "zsh", "--", "git-tracker", ...words)).split("\n");
  return lines.map((line) => line.split("\t")[0] ?? "").filter((value) => value !== "");
}

beforeAll(async () => {
  session = openSession();
  await $("config", "set", "types", "bug,feature,chore");
  id = await session.make(
    "Fix login",
    "-l",
    "auth,good first issue",
    "-a",
    "ben@example.com",
    "-m",
    "v2",
    "--sprint",
    "May",
  );
  await $("comment", id, "Happens on Safari only");
  await $("user", "add", "@me");
  await $("user", "add", "Cleo <cleo@example.com>");
  await $("team", "add", "core", "cleo");
  await Bun.write(join(session.repository.cwd, "shot.png"), "png");
  await $("attach", id, "shot.png");
  await $("config", "set", "types", "bug,saga");
  await session.make("Rate limits", "-l", "api", "--type", "saga");
  await $("config", "set", "types", "bug,feature,chore");
  session.repository.git("remote", "add", "origin", "https://example.com/project.git");
  session.repository.git("remote", "add", "upstream", "https://example.com/upstream.git");
});
afterAll(() => session[Symbol.dispose]());

describe("completes", () => {
  test("commands, and none that is hidden", async () => {
    expect(await values("")).toEqual(commands.map(({ name }) => name));
    expect(await values("un")).toEqual(["undo", "unassign", "unlink"].sort((a, b) => places(a) - places(b)));
    expect(await values("--quiet", "stat")).toEqual(["status"]);
    expect(await values("--as", "Ben <ben@example.com>", "stat")).toEqual(["status"]);
  });

  test("ids with their titles, the latest change first", async () => {
    const lines = (await session.raw("complete", "zsh", "--", "git-tracker", "show", "")).split("\n");
    expect(lines.map((line) => line.replace(/^[0-9a-f]{7}/, "ID"))).toEqual([
      "ID\ttodo: Rate limits",
      "ID\ttodo: Fix login",
      "@\tthe issue of this branch",
      "@last\tthe issue touched last",
      "",
    ]);
    expect(await values("show", id.slice(0, 4).toUpperCase())).toEqual([id.slice(0, 7)]);
    expect(await values("show", id.slice(0, 12))).toEqual([id.slice(0, 12)]);
    expect(await values("show", id, id.slice(0, 4))).toEqual([id.slice(0, 7)]);
  });

  test("names behind a name, and no more ids", async () => {
    expect(await values("assign", "4f2a", "ben@example.com", "")).not.toContain("@last");
    expect(await values("assign", "4f2a", "")).toContain("@last");
  });

  test.each([
    ["labels", ["list", "-l", ""], ["api", "auth", "good first issue"]],
    ["the last of several labels", ["new", "T", "-l", "auth,a"], ["auth,api"]],
    ["a value behind =", ["list", "--label=au"], ["--label=auth"]],
    ["people", ["list", "-a", ""], ["ada@example.com", "ben@example.com", "@me"]],
    ["people after ids only", ["unassign", "4f2a", "ben"], ["ben@example.com"]],
    ["milestones", ["edit", "4f2a", "--milestone", ""], ["v2"]],
    ["sprints", ["list", "--sprint", "m"], ["May"]],
    ["statuses", ["status", "4f2a", "in"], ["in-progress"]],
    ["priorities", ["list", "-p", "u"], ["urgent"]],
    ["types of the settings", ["new", "--type", "c"], ["chore"]],
    ["remotes", ["sync", ""], ["origin", "upstream"]],
    ["settings", ["config", "set", "list.l"], ["list.limit"]],
    ["the values of a setting", ["config", "set", "color", "a"], ["auto", "always"]],
    ["members", ["team", "add", "web", "cl"], ["cleo@example.com"]],
    ["teams", ["team", "edit", ""], ["core"]],
    ["orders", ["list", "--sort", "pri"], ["priority"]],
    ["lanes", ["board", "--by", "pri"], ["priority"]],
    ["systems to import from", ["import", "gith"], ["github"]],
    ["parts of a command", ["label", ""], ["add", "remove", "list", "define", "drop"]],
    ["labels of a part", ["label", "drop", "ap"], ["api"]],
    ["choices of a flag", ["list", "--color", ""], ["auto", "always", "never"]],
    ["reasons", ["close", "4f2a", "-r", "n"], ["not-planned"]],
    ["roles", ["user", "add", "ben", "--role", "v"], ["viewer"]],
    ["formats to export", ["export", "js"], ["jsonl", "json"]],
    ["kinds of results", ["schema", "issu"], ["issue", "issues"]],
    ["commands to be helped with", ["help", "stat"], ["status"]],
    ["shells", ["completion", ""], ["bash", "zsh", "fish", "powershell"]],
    ["fields of a query", ["list", "lab"], ["label:"]],
    ["their values", ["list", "-label:au"], ["-label:auth"]],
    ["people in a query", ["list", "assignee:b"], ["assignee:ben@example.com"]],
    ["what is there only", ["list", "is:read"], ["is:ready"]],
    ["types to give", ["new", "--type", "b"], ["bug"]],
    ["types to ask for, which issues have", ["list", "--type", "bug,"], ["bug,feature", "bug,chore", "bug,saga"]],
    ["and in a query", ["board", "type:s"], ["type:saga"]],
    ["words behind --", ["status", "--", "4f2a", "in"], ["in-progress"]],
  ] as const)("%s", async (_, words, expected) => {
    expect(await values(...words)).toEqual([...expected]);
  });

  test("what an issue has: comments, attachments", async () => {
    const lines = await session.raw("complete", "zsh", "--", "git-tracker", "comment", id, "--reply-to", "");
    expect(lines).toMatch(/^[0-9a-f]{8}\tHappens on Safari only\n$/);
    expect(await values("attach", id, "--get", "")).toEqual(["shot.png"]);
  });

  test("repositories of a workspace", async () => {
    using place = openSession();
    await place.$("workspace", "init");
    await place.$("workspace", "add", "web", ".");
    expect(await place.raw("complete", "zsh", "--", "git-tracker", "--repo", "")).toBe("web\t\n");
    expect(await place.raw("complete", "zsh", "--", "git-tracker", "workspace", "remove", "w")).toBe("web\t\n");
  });

  test.each(commands.map(({ name }) => name))("every flag and every word of `%s`", async (name) => {
    const entry = commands.find((each) => each.name === name);
    const definition = await entry?.load();
    const flags = Object.keys({ ...definition?.flags, ...globalFlags }).map((flag) => `--${flag}`);
    expect((await values(name, "--")).filter((value) => value.startsWith("--"))).toEqual(flags);
    const words = nextNames(definition?.usage ?? "", []).filter((word) => !isValueName(word));
    expect(await values(name, "")).toEqual(expect.arrayContaining(words));
  });
});

test("flags that were given are not offered again, lists are", async () => {
  const offered = await values("list", "--ready", "-l", "auth", "--");
  expect(offered).not.toContain("--ready");
  expect(offered).toContain("--label");
});

test("says where a file may stand", async () => {
  expect(await session.raw("complete", "zsh", "--", "git-tracker", "new", "-F", "")).toBe("\tfile\n");
});

test("outside of a repository: commands and flags alone", async () => {
  const outside = [
    ...(await session.raw("complete", "zsh", "--git", "--", "git", "-C", "/", "tracker", "stat")).split("\n"),
  ];
  expect(outside).toEqual(["status\tmove issues to another status", ""]);
  expect(await session.raw("complete", "zsh", "--git", "--", "git", "-C", "/", "tracker", "list", "-l", "")).toBe("");
});

test("reads no more than there is: nothing is written, even where the index is missing", async () => {
  const folder = join(session.repository.cwd, ".git");
  const before = contents(folder);
  await values("show", "");
  await values("list", "-l", "");
  expect(contents(folder)).toEqual(before);
  using other = openSession();
  expect(await other.raw("complete", "zsh", "--", "git-tracker", "show", "")).toContain("@last");
  expect(contents(join(other.repository.cwd, ".git")).filter((path) => path.includes("git-tracker"))).toEqual([]);
});

test("an index that somebody has touched is not read", async () => {
  using other = openSession();
  await other.make("One");
  const shown = () => other.raw("complete", "zsh", "--", "git-tracker", "show", "");
  expect(await shown()).toContain("todo: One");
  utimesSync(join(other.repository.cwd, ".git", "git-tracker", "index"), 1, 1);
  expect(await shown()).not.toContain("todo: One");
  await other.$("list");
  expect(await shown()).toContain("todo: One");
});

test("settings that are wrong, and whatever else is amiss, are no matter", async () => {
  using other = openSession();
  await Bun.write(join(other.repository.cwd, "git-tracker.toml"), "nonsense = [");
  expect(await other.$("complete", "zsh", "--", "git-tracker", "status", "4f2a", "in")).toBe("in-progress\tactive");
  expect(await other.$("complete", "nosuchshell", "--")).not.toContain("error");
  expect(await other.$("complete", "bash", "--", "9")).toContain("list");
});

test("an unknown shell", async () => {
  expect(await $("completion", "fsh")).toMatchInlineSnapshot(`
    "! error: There is no completion for \`fsh\`
    ! hint: Did you mean: git tracker completion zsh
    [exit 2]"
  `);
  expect(await $("completion", "tcsh")).toMatchInlineSnapshot(`
    "! error: There is no completion for \`tcsh\`
    ! hint: There is one for: bash, zsh, fish, powershell.
    [exit 2]"
  `);
});

describe("a line of bash", () => {
  const breaks = " \t\n\"'@><=;|&(:";

  test.each([
    ["git-tracker show ", ["git-tracker", "show", ""], 0, ""],
    ["git-tracker  list 'a b' c", ["git-tracker", "list", "a b", "c"], 0, ""],
    ["x a\\ b", ["x", "a b"], 0, ""],
    ['x "a b', ["x", "a b"], 0, '"'],
    ["x 'a\\", ["x", "a\\"], 0, "'"],
    ["x --label=au", ["x", "--label=au"], 8, ""],
    ["x ada@ex", ["x", "ada@ex"], 3, ""],
    ["x a\\:b", ["x", "a:b"], 0, ""],
    ['x label:"au', ["x", "label:au"], 6, '"'],
    ["", [""], 0, ""],
  ])("%j", (line, words, kept, quote) => {
    const split = splitLine(line, breaks);
    expect(split.map(({ text }) => text)).toEqual(words);
    expect(split.at(-1)).toMatchObject({ kept, quote });
  });
});

describe("other people's text", () => {
  const plain = { text: "", kept: 0, quote: "" } as const;
  const hostile = ["a$(id)", "b`id`", "c'd", 'e"f', "g;h", "i j", "~k", "l*", "!m", "n\\o", "#p"];

  test("is quoted for bash, and left out where a quote is open that would let it out", () => {
    const answer = { candidates: hostile.map((value) => ({ value })), isFile: false };
    expect(tellBash(answer, plain, false)).toMatchInlineSnapshot(`
      "a\\$\\(id\\) 
      b\\\`id\\\` 
      c\\'d 
      e\\"f 
      g\\;h 
      i\\ j 
      \\~k 
      l\\* 
      \\!m 
      n\\\\o 
      \\#p 
      "
    `);
    expect(tellBash(answer, { ...plain, quote: '"' }, false)).toMatchInlineSnapshot(`
      "g;h
      i j
      ~k
      l*
      #p
      "
    `);
  });

  test("that a terminal would obey is not offered, and shown in notes as what it is", () => {
    const candidates = [
      { value: "a\u001b[2J" },
      { value: "b\nc" },
      { value: "d\u202ee" },
      { value: "f", note: "\u001b]0;x\u0007\n\tg" },
    ];
    expect(tellPlain({ candidates, isFile: false })).toMatchInlineSnapshot(`
      "f	␛]0;x␇␊␉g
      "
    `);
  });

  test("is quoted for PowerShell", async () => {
    await session.make("One", "-l", "it's,$(x),\u2019y");
    const labels = (await session.raw("complete", "powershell", "--", "git-tracker", "label", "drop", "")).split("\n");
    expect(labels).toEqual(expect.arrayContaining(["'it''s'\t", "'$(x)'\t", "'\u2019\u2019y'\t"]));
  });
});

function places(name: string): number {
  return commands.findIndex((each) => each.name === name);
}

/** Every file with its size and time. */
function contents(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => !path.endsWith("-shm"))
    .map((path) => `${path} ${statSync(join(folder, path)).size} ${statSync(join(folder, path)).mtimeMs}`)
    .sort();
}
