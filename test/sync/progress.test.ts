import { expect, test } from "bun:test";
import { readProgress } from "../../src/sync/progress.ts";

function read(...chunks: readonly string[]) {
  const told: unknown[][] = [];
  const reader = readProgress((...step) => told.push(step));
  for (const chunk of chunks) reader.read(new TextEncoder().encode(chunk));
  reader.end();
  return { told, rest: reader.rest() };
}

test("what git says of its progress is told in numbers, however it comes in pieces", () => {
  const { told, rest } = read(
    "remote: Enumerating objects: 12, done.        \nremote: Counting obj",
    "ects:  50% (6/12)        \rFrom there\nReceiving objects:  42% (5/12), 3.50 MiB | 1.20 MiB/s\rResolving ",
    "deltas: 100% (3/3), done.\n",
  );
  expect(told).toEqual([
    ["Enumerating objects there", 12, undefined, undefined],
    ["Counting objects there", 6, 12, undefined],
    ["Receiving objects", 5, 12, "3.50 MiB"],
    ["Resolving deltas", 3, 3, undefined],
    ["Resolving deltas", 3, 3],
  ]);
  expect(rest).toBe("From there");
});

test("the rest is kept, and of too much the end", () => {
  expect(read("fatal: no", " such remote").rest).toBe("fatal: no such remote");
  const { rest, told } = read(
    ...Array.from({ length: 100 }, () => `remote: ${"x".repeat(2000)}\n`),
    "fatal: the end\n",
  );
  expect(rest.length).toBeLessThanOrEqual(64 * 1024);
  expect(rest).toEndWith("fatal: the end");
  expect(told).toEqual([]);
});

test("a remote's own words are not taken for git's", () => {
  const { told, rest } = read("remote: Receiving objects: 5 \u001b[31m\r", "remote: all is well\n");
  expect(told).toEqual([]);
  expect(rest).toBe("remote: Receiving objects: 5 \u001b[31m\nremote: all is well");
});
