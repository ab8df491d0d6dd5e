/** What stands for Bun under Node answers as Bun does. Only its SQLite needs a real Node. */
import * as sqlite from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import fc from "fast-check";
import { Bun as OnNode } from "../../src/platform/node/bun.ts";
import { node, whyNotNode } from "../support/node.ts";
import { play } from "./sqlite/play.ts";

const bytes = () => fc.uint8Array({ maxLength: 20_000 });
const seed = 20261121;
const law = (property: fc.IProperty<[Uint8Array<ArrayBuffer>]>) => fc.assert(property, { seed, numRuns: 50 });
const ofBytes = (same: (data: Uint8Array<ArrayBuffer>) => void) =>
  law(fc.property(bytes() as fc.Arbitrary<Uint8Array<ArrayBuffer>>, (data) => same(data)));

describe("under Node as under Bun:", () => {
  test("hashes", () => {
    ofBytes((data) => {
      for (const name of ["sha1", "sha256"] as const) {
        const [ours, theirs] = [new OnNode.CryptoHasher(name), new Bun.CryptoHasher(name)];
        expect(ours.update(data).update("é").digest("hex")).toBe(theirs.update(data).update("é").digest("hex"));
      }
      expect(OnNode.hash.crc32(data)).toBe(Bun.hash.crc32(data));
      expect(OnNode.hash.adler32(data)).toBe(Bun.hash.adler32(data));
    });
    const long = new Uint8Array(100_000).fill(255);
    expect(OnNode.hash.adler32(long)).toBe(Bun.hash.adler32(long));
  });

  test("compression, each reading what the other wrote", () => {
    ofBytes((data) => {
      expect(Bun.inflateSync(new Uint8Array(OnNode.deflateSync(data, { level: 1 })))).toEqual(data);
    });
  });

  test("the width of texts", () => {
    for (const text of ["", "plain", "größer", "日本語", "한글", "e\u0301", "a\u200bb", "🎉", "ｆｕｌｌ"]) {
      expect([text, OnNode.stringWidth(text)]).toEqual([text, Bun.stringWidth(text)]);
    }
  });

  test("programs in PATH", () => {
    const PATH = process.env.PATH ?? "";
    for (const name of ["git", "sh", "no-such-program"])
      expect(OnNode.which(name, { PATH })).toBe(Bun.which(name, { PATH }));
    expect(OnNode.which("/no/such/program")).toBeNull();
  });

  test("programs that run", async () => {
    const options = { env: { PATH: process.env.PATH }, stdin: "pipe", stdout: "pipe", stderr: "pipe" } as const;
    const child = OnNode.spawn(["sh", "-c", "cat; echo oops >&2; exit 3"], options);
    await child.stdin.write("told");
    child.stdin.end();
    const [stdout, stderr, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
    expect([stdout, stderr, code]).toEqual(["told", "oops\n", 3]);
  });

  test("programs that are not there or are stopped", async () => {
    const options = { env: {}, stdin: "ignore", stdout: "pipe", stderr: "pipe" } as const;
    await expect(OnNode.spawn(["/no/such/program"], options).exited).rejects.toThrow("ENOENT");
    const stop = new AbortController();
    const child = OnNode.spawn(["sh", "-c", "exec cat"], {
      ...options,
      stdin: "pipe",
      env: { PATH: process.env.PATH },
      signal: stop.signal,
    });
    stop.abort();
    expect(await child.exited).toBe(143);
  });

  test.skipIf(!node.hasSqlite)(`SQLite${whyNotNode}`, () => {
    const script = join(import.meta.dir, "sqlite", "on-node.ts");
    const ran = Bun.spawnSync([node.path, "--no-warnings", "--experimental-strip-types", script]);
    expect(ran.stderr.toString()).toBe("");
    expect(JSON.parse(ran.stdout.toString())).toEqual(JSON.parse(JSON.stringify(play(sqlite))));
  });
});
