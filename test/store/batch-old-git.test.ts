/** A git that is older than the way in which objects are asked for reads them as well. */
import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openBatch } from "../../src/store/batch.ts";
import { makeRepository } from "../support/repository.ts";
import { range } from "./contract.ts";

test("objects are read by a git that knows no --batch-command", async () => {
  using repository = makeRepository();
  const bin = join(repository.root, "bin");
  const calls = join(repository.root, "calls");
  mkdirSync(bin);
  const git = join(bin, "git");
  writeFileSync(
    git,
    `#!/bin/sh
case "$*" in
  *--batch-command*) echo new >>'${calls}'; echo "error: unknown option" >&2; exit 129 ;;
esac
echo old >>'${calls}'
exec '${Bun.which("git")}' "$@"
`,
  );
  chmodSync(git, 0o755);
  const texts = range(300).map((i) => `Blob ${i}`);
  const oids = texts.map((text) => new TextDecoder().decode(repository.gitWith(text, "hash-object", "-w", "--stdin")));
  const PATH = `${bin}:${repository.env.PATH}`;
  const batch = openBatch({ runDir: repository.cwd, env: { ...repository.env, PATH }, bytesMax: 1000 });
  const found = await Promise.all(oids.map((oid) => batch.read(oid.trim())));
  expect(found.map((each) => each && "bytes" in each && new TextDecoder().decode(each.bytes))).toEqual(texts);
  expect(await batch.read("1".repeat(40))).toBeUndefined();
  batch.close();
  expect(await Bun.file(calls).text()).toBe("new\nold\n");
});
