/** Many processes, one ref: no write is lost, whether git moves the ref or we do. */
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { openStore } from "../../src/store/open.ts";
import { makeRepository } from "../support/repository.ts";
import { collect, range } from "./contract.ts";

const ref = "refs/git-tracker/race";
const swapper = join(import.meta.dir, "../support/swapper.ts");
const processes = 8;
const swaps = 5;

test.each([
  ["git alone", () => "native"],
  ["no git", () => "embedded"],
  ["both", (i: number) => (i % 2 === 0 ? "native" : "embedded")],
] as const)(
  "concurrent writers lose nothing: %s",
  async (_, storeOf) => {
    using repository = makeRepository();
    const children = range(processes).map((i) => {
      const env = { ...repository.env, PATH: storeOf(i) === "native" ? (repository.env.PATH ?? "") : "" };
      const args = [process.execPath, swapper, repository.cwd, ref, String(swaps), `writer-${i}`];
      return Bun.spawn(args, { env, stdout: "inherit", stderr: "inherit" });
    });
    // A gc of the refs at the same time must not bring an old value back.
    const packing = Bun.spawn(["git", "pack-refs", "--all", "--prune"], { cwd: repository.cwd, env: repository.env });
    expect(await Promise.all(children.map((child) => child.exited))).toEqual(range(processes).map(() => 0));
    await packing.exited;

    const { store } = openStore({ cwd: repository.cwd, env: repository.env, uid: process.getuid?.() });
    const [stream] = await collect(store.readStreams([(await store.readRef(ref)) ?? ""]));
    const commits = stream !== undefined && "commits" in stream ? stream.commits : [];
    const subjects = commits.map(({ bytes }) => new TextDecoder().decode(bytes).split("\n\n")[1] ?? "");
    const written = range(processes).flatMap((i) => range(swaps).map((j) => `writer-${i} ${j}`));
    expect(subjects.toSorted()).toEqual(written.toSorted());
    for (const i of range(processes)) {
      const own = subjects.toReversed().filter((subject) => subject.startsWith(`writer-${i} `));
      expect(own).toEqual(range(swaps).map((j) => `writer-${i} ${j}`));
    }
    expect(await store.findLocks()).toEqual([]);
    expect(existsSync(join(repository.cwd, ".git", `${ref}.lock`))).toBe(false);
    repository.git("fsck", "--strict", "--no-dangling", "--no-progress");
  },
  60_000,
);
