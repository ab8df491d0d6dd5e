/** The build script, on small stand-ins for src/main.ts in a tree of their own. */
import { afterAll, describe, expect, test } from "bun:test";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { runProgram } from "../support/binary.ts";

const root = resolve(import.meta.dir, "..", "..");
const tree = mkdtempSync(join(tmpdir(), "git-tracker-build-test-"));
const outfile = join(tree, "dist", "git-tracker");

mkdirSync(join(tree, "src"));
cpSync(join(root, "scripts"), join(tree, "scripts"), { recursive: true });
writeFileSync(join(tree, "package.json"), '{ "version": "12.34.56" }');
afterAll(() => rmSync(tree, { recursive: true }));

const works = `
  const [command] = process.argv.slice(2);
  const { default: fs } = await import("node:fs");
  if (command === "version") console.log(BUILD_VERSION, BUILD_COMMIT);
  if (command === "new") fs.writeFileSync("title", process.argv[3]);
  if (command === "list") console.log(fs.readFileSync("title", "utf8"));
`;
const dies = `${works} if (command === "list") throw new Error("broken at its start");`;
const forgets = `${works} if (command === "new") fs.writeFileSync("title", "nothing");`;

function build(source: string, ...args: string[]) {
  writeFileSync(join(tree, "src", "main.ts"), source);
  return runProgram([process.execPath, "scripts/build.ts", ...args], { cwd: tree });
}

describe("scripts/build.ts", () => {
  test("leaves one executable that knows its version, and is the same for every outfile", async () => {
    const ran = await build(works);
    expect(ran).toEqual({
      stdout: expect.stringContaining("dist/git-tracker: 12.34.56 (unknown)"),
      stderr: "",
      code: 0,
    });
    expect(readdirSync(join(tree, "dist"))).toEqual(["git-tracker"]);
    expect((await runProgram([outfile, "version"], { cwd: tree })).stdout).toBe("12.34.56 unknown\n");
    expect((await build(works, "--outfile", "elsewhere")).code).toBe(0);
    expect(hash("elsewhere")).toBe(hash("dist/git-tracker"));
  });

  test.each([
    ["does not compile", "const = ;", "src/main.ts:1"],
    ["dies when run", dies, "broken at its start"],
    ["does not do its work", forgets, '"Built and run" is not in what it printed'],
  ])("keeps the executable from before where the new one %s", async (_, source, message) => {
    mkdirSync(join(tree, "dist"), { recursive: true });
    writeFileSync(outfile, "from before");
    const ran = await build(source);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain(message);
    expect(readFileSync(outfile, "utf8")).toBe("from before");
    expect(readdirSync(join(tree, "dist"))).toEqual(["git-tracker"]);
  });

  test("makes the same bytes of the same sources in another folder", async () => {
    const hashes = await Promise.all(
      ["one", "another folder"].map(async (name) => {
        const copy = join(tree, name);
        for (const part of ["scripts", "src", "package.json"])
          cpSync(join(root, part), join(copy, part), { recursive: true });
        symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
        const ran = await runProgram([process.execPath, "scripts/build.ts"], { cwd: copy });
        expect(ran).toMatchObject({ stderr: "", code: 0 });
        return hash(join(name, "dist", "git-tracker"));
      }),
    );
    expect(hashes[0]).toBe(hashes[1]);
  });

  test("refuses an option it does not know", async () => {
    const ran = await build(works, "--speed");
    expect(ran.code).not.toBe(0);
    expect(ran.stderr).toContain("--speed");
    expect(existsSync(join(tree, "--speed"))).toBe(false);
  });
});

function hash(path: string): string {
  return Bun.SHA1.hash(readFileSync(join(tree, path)), "hex");
}
