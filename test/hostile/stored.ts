/** What lies in a repository as files, as targets of the fuzzer: refs, objects, git's configuration. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { systemChance } from "../../src/platform/chance.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { systemSleep } from "../../src/platform/sleep.ts";
import { compress } from "../../src/store/compression.ts";
import { readConfigFiles } from "../../src/store/gitconfig.ts";
import { loosePath, readLoose } from "../../src/store/loose.ts";
import { concatenate, nameObject, objectHeader } from "../../src/store/objects.ts";
import { createPackedRefs } from "../../src/store/packed-refs.ts";
import { listRefFiles, readLooseRef, readRefFile, refInTheWay } from "../../src/store/ref-files.ts";
import { issueOfRef, refs } from "../../src/store/refs.ts";
import * as documents from "./documents.ts";
import { defineTarget, type Target } from "./fuzz.ts";
import { mutated, mutatedBytes } from "./mutate.ts";
import { textSpecials } from "./specials.ts";

const hash = "sha1";
const valid = `${"e".repeat(40)}\n`;
const objects = ["blob", "commit"].map((type, at) => {
  const object = nameObject(hash, {
    type: type as "blob" | "commit",
    bytes: documents.commits[at] ?? new Uint8Array(),
  });
  return { oid: object.oid, packed: compress(concatenate([objectHeader(object), object.bytes])) };
});

/** The targets, and the folder that they work in, which goes when this is disposed. */
export function storedTargets(): Disposable & { readonly targets: readonly Target[] } {
  const folder = mkdtempSync(join(tmpdir(), "git-tracker-stored-"));
  const refFolder = { commonDir: folder, hash } as const;
  const at = (name: string) => join(folder, name);
  const write = (name: string, content: string | Uint8Array) => {
    mkdirSync(dirname(at(name)), { recursive: true });
    writeFileSync(at(name), content);
  };

  const lookUp = ({
    name,
    packed,
    loose,
  }: {
    readonly name: string;
    readonly packed: string;
    readonly loose: string;
  }) => {
    rmSync(at("refs"), { recursive: true, force: true });
    write("packed-refs", packed);
    const ref = refs.issue("1".repeat(40));
    write(ref, loose);
    const all = listRefFiles(refFolder, refs.issues);
    const bad = [...all.values()].filter((oid) => oid.length !== 40);
    if (bad.length > 0) throw new Error(`No oid: ${JSON.stringify(bad)}`);
    return [
      issueOfRef(name),
      [...all],
      readRefFile(refFolder, ref),
      readLooseRef(refFolder, ref),
      refInTheWay(refFolder, ref),
    ];
  };

  const pack = async (packed: Uint8Array) => {
    rmSync(at("refs"), { recursive: true, force: true });
    write("packed-refs", packed);
    const wait = { msMax: 0, sleep: systemSleep, chance: systemChance, clock: systemClock };
    const updates = Array.from({ length: 101 }, (_, n) => ({
      ref: refs.issue(n.toString(16).padStart(40, "9")),
      from: undefined,
      to: "a".repeat(40),
    }));
    const result = await createPackedRefs({ ...refFolder, flush: "buffered", wait }, updates);
    const after = readFileSync(at("packed-refs"));
    if (result?.kind !== "updated") {
      if (!after.equals(packed)) throw new Error("Nothing was done, yet packed-refs has changed");
      return "left alone";
    }
    const lines = new Set(after.toString("latin1").split("\n"));
    const lost = Buffer.from(packed)
      .toString("latin1")
      .split("\n")
      .slice(1)
      .filter((line) => !lines.has(line));
    if (lost.length > 0) throw new Error(`These lines of others are gone: ${JSON.stringify(lost)}`);
    return "packed";
  };

  return {
    targets: [
      defineTarget({
        name: "refs as files",
        runs: 600,
        input: fc.record({
          name: mutated([refs.issue("1".repeat(40)), refs.issue("a".repeat(64)), "refs/heads/main"]),
          packed: mutated(documents.packedRefs),
          loose: mutated([valid, "ref: refs/heads/main\n", ""]),
        }),
        run: lookUp,
        specials: textSpecials,
        from: (text) => ({ name: `${refs.issues}${text}`, packed: text, loose: text }),
      }),
      defineTarget({
        name: "packing refs beside others' lines",
        runs: 250,
        input: mutatedBytes(documents.packedRefs.map((text) => Buffer.from(text))),
        run: pack,
      }),
      defineTarget({
        name: "loose objects",
        runs: 1000,
        input: fc.oneof(
          mutatedBytes(objects.map(({ packed }) => packed)),
          mutatedBytes(documents.commits).map(compress),
        ),
        run: (bytes) =>
          objects.map(({ oid }) => {
            mkdirSync(dirname(loosePath(folder, oid)), { recursive: true });
            writeFileSync(loosePath(folder, oid), bytes);
            return readLoose(folder, hash, oid, 100_000);
          }),
        specials: [{ name: "a blob that unpacks to 256 MiB", make: () => "blob 268435456\0" }],
        from: (text) => compress(Buffer.concat([Buffer.from(text), Buffer.alloc(256 * 1024 * 1024)])),
      }),
      defineTarget({
        name: "git's configuration",
        runs: 800,
        input: mutated(documents.gitConfigs),
        run: (text) => {
          write("config", text);
          return readConfigFiles([at("config")], { HOME: folder });
        },
        specials: textSpecials,
        from: (text) => text,
      }),
    ],
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
