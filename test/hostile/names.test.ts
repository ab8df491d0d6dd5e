/** A file among our refs whose name is no ref's (file systems let every name through) must not end up in packed-refs, which all of git reads. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { openForge } from "./crafted.ts";
import { openStage } from "./stage.ts";

test("packing leaves out what git could not read again", async () => {
  using stage = openStage();
  const forge = openForge(join(stage.cwd, ".git"));
  const { out } = await stage.play(["new", "--quiet", "A title"]);
  const id = out.trim();
  for (let n = 0; n < 70; n++) forge.point(n.toString(16).padStart(40, "0"), id);
  for (const name of ["a\nb", "a b", "a\x1b[2J", "a..b"]) forge.point(name, id);
  for (let n = 0; n < 3; n++) await stage.play(["new", "Another"]);
  expect(stage.git("for-each-ref", "--format=%(refname)", "refs/git-tracker/issues/")).toContain(id);
});
