/** What stands for Bun under Node answers as Bun does. Only its SQLite needs a real Node. */
import * as sqlite from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { crc32, Bun as OnNode } from "../../src/platform/node/bun.ts";
import { betterSqlite, node, pathNode, whyNotBetter, whyNotNode } from "../support/node.ts";
import { play } from "./sqlite/play.ts";
import { play as playStandard } from "./standard/play.ts";

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
      expect(crc32(data)).toBe(Bun.hash.crc32(data));
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

  test.skipIf(!node.hasSqlite)(`SQLite${whyNotNode}`, async () => {
    expect(await told("sqlite", node.path)).toEqual(JSON.parse(JSON.stringify(play(sqlite))));
  });

  test.skipIf(whyNotBetter !== "")(`better-sqlite3${whyNotBetter}`, async () => {
    expect(await told("sqlite", pathNode.path)).toEqual(JSON.parse(JSON.stringify(play(sqlite))));
  });

  test.skipIf(pathNode.version === undefined)(
    `methods of the standard${pathNode.version === undefined ? " (skipped: there is no Node in PATH)" : ""}`,
    async () => {
      expect(await told("standard", pathNode.path)).toEqual(JSON.parse(JSON.stringify(await playStandard())));
    },
  );
});

/** What `on-node.ts` in that folder prints. Bundled, since an old Node reads no TypeScript. */
async function told(folder: string, path: string): Promise<unknown> {
  const scratch = mkdtempSync(join(tmpdir(), "git-tracker-on-node-"));
  try {
    const entrypoints = [join(import.meta.dir, folder, "on-node.ts")];
    await Bun.build({ entrypoints, outdir: scratch, target: "node", naming: "on-node.mjs" });
    if (betterSqlite !== undefined) {
      mkdirSync(join(scratch, "node_modules"));
      symlinkSync(betterSqlite, join(scratch, "node_modules", "better-sqlite3"));
    }
    const ran = Bun.spawnSync([path, "--no-warnings", join(scratch, "on-node.mjs")]);
    expect(ran.stderr.toString()).toBe("");
    return JSON.parse(ran.stdout.toString());
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
