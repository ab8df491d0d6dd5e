import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inTurn, withWriterLock } from "../../src/platform/lock.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "git-tracker-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("nobody else gets it while it is held, and the next gets it afterwards", async () => {
  await withWriterLock(folder, 0, async () => {
    await expect(withWriterLock(folder, 0, async () => "in")).rejects.toMatchObject({ code: "unavailable" });
  });
  expect(await withWriterLock(folder, 0, async () => "in")).toBe("in");
});

test("it is free again when the work throws", async () => {
  const failing = withWriterLock(folder, 0, async () => {
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  expect(await withWriterLock(folder, 0, async () => "in")).toBe("in");
});

test("it dies with the process that held it", async () => {
  const source = join(import.meta.dir, "../../src/platform/lock.ts");
  const holder = `import { inTurn, withWriterLock } from ${JSON.stringify(source)};
    setInterval(() => {}, 1000); // A promise alone keeps no process alive.
    await withWriterLock(${JSON.stringify(folder)}, 0, async () => { console.log("held"); await new Promise(() => {}); });`;
  const script = join(folder, "holder.ts");
  writeFileSync(script, holder);
  const child = Bun.spawn([process.execPath, script], { stdout: "pipe" });
  try {
    for await (const _ of child.stdout) break;
    await expect(withWriterLock(folder, 0, async () => "in")).rejects.toMatchObject({ code: "unavailable" });
  } finally {
    child.kill("SIGKILL");
  }
  await child.exited;
  expect(await withWriterLock(folder, 0, async () => "in")).toBe("in");
});

test("a folder that can't be written to is told as such", async () => {
  const file = join(folder, "file");
  writeFileSync(file, "");
  await expect(withWriterLock(join(file, "below"), 0, async () => "in")).rejects.toMatchObject({
    code: "not-permitted",
  });
});

test("turns: one after the other, whoever throws", async () => {
  const said: string[] = [];
  const turn = (name: string) =>
    inTurn(folder, 10_000, async () => {
      said.push(name);
      await Bun.sleep(0);
      said.push(name);
      if (name === "b") throw new Error(name);
    });
  const all = await Promise.allSettled(["a", "b", "c", "d"].map(turn));
  expect(all.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "fulfilled"]);
  expect(said.filter((name, at) => at % 2 === 0 && said[at + 1] === name)).toHaveLength(4);
});

test("a turn that does not come in time, or can't be had, is taken all the same", async () => {
  await withWriterLock(folder, 0, async () => {
    expect(await inTurn(folder, 0, async () => "in")).toBe("in");
  });
  expect(await inTurn(join(folder, "file", "below"), 0, async () => "in")).toBe("in");
});
