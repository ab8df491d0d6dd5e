/** The examples in the library's doc comments are run as they stand there, each in a repository of its own. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as library from "../../src/library/index.ts";
import { makeRepository } from "../support/repository.ts";

const source = resolve(import.meta.dir, "..", "..", "src", "library");

interface Example {
  readonly name: string;
  readonly code: string;
}

/** Each doc comment with a block of code, under the name of what it stands before. */
function examplesIn(file: string): Example[] {
  const text = readFileSync(join(source, file), "utf8");
  const pattern = /\/\*\*((?:(?!\*\/).)*?)```ts\n(.*?)\n\s*\* ```.*?\*\/\n\s*(?:export async function )?(\w+)/gs;
  return [...text.matchAll(pattern)].map(([, , code = "", name = ""]) => ({
    name,
    code: code.replace(/^\s*\* ?/gm, ""),
  }));
}

/** `expression; // value` becomes a check of the value. */
function checked(code: string): string {
  return code.replace(
    /^(.*); \/\/ (.*)$/gm,
    (_, expression: string, value: string) => `check(${expression}, ${value});`,
  );
}

const AsyncFunction = (async () => undefined).constructor as FunctionConstructor; // It has no name of its own.
const names = ["openTracker", "tracker", "login", "folder", "check"] as const;

async function runExample({ code }: Example): Promise<number> {
  using repository = makeRepository();
  repository.git("init", "--quiet", "--bare", join(repository.root, "hub"));
  repository.git("remote", "add", "origin", join(repository.root, "hub"));
  const open = (options: library.OpenOptions) => library.openTracker({ environment: repository.env, ...options });
  let checks = 0;
  const check = (value: unknown, expected: unknown) => {
    checks++;
    expect(value).toEqual(expected);
  };
  using tracker = await open({ cwd: repository.cwd });
  const login = await tracker.create({ title: "Login fails" });
  const body = new Bun.Transpiler({ loader: "ts", target: "bun" }).transformSync(
    `export async function example() {\n${checked(code)}\n}`,
  );
  const example = new AsyncFunction(...names, `${body.replace("export ", "")}; return await example();`);
  await example(open, tracker, login, repository.cwd, check);
  return checks;
}

describe("the example of", () => {
  const verbs = [...examplesIn("questions.ts"), ...examplesIn("verbs.ts")];
  const examples = [...examplesIn("open.ts"), ...verbs];

  test.each(examples.map((example) => [example.name, example] as const))("%s is real", async (name, example) => {
    expect(await runExample(example)).toBeGreaterThan(name === "close" ? -1 : 0);
  });

  test("every verb is there", async () => {
    using repository = makeRepository();
    using tracker = await library.openTracker({ cwd: repository.cwd, environment: repository.env });
    expect(Object.keys(tracker).sort()).toEqual(verbs.map(({ name }) => name).sort());
  });

  test("nothing passes that is not so", async () => {
    await expect(runExample({ name: "wrong", code: "tracker.list.length; // 17" })).rejects.toThrow();
  });
});
