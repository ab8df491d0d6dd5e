/** `bun run build --all` for this machine alone, on a small stand-in for src/main.ts; and the archives themselves. */
import { afterAll, describe, expect, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Entry, tarGz, zip } from "../../scripts/build/archive.ts";
import { hostTarget } from "../../scripts/build/compile.ts";
import { runProgram } from "../support/binary.ts";

const root = resolve(import.meta.dir, "..", "..");
const tree = mkdtempSync(join(tmpdir(), "git-tracker-release-test-"));
const folder = join(tree, "dist", "release");
const slow = 120_000;

cpSync(join(root, "scripts"), join(tree, "scripts"), { recursive: true });
for (const file of ["LICENSE", "install.sh", "install.ps1"]) cpSync(join(root, file), join(tree, file));
mkdirSync(join(tree, "src"));
writeFileSync(join(tree, "package.json"), '{ "version": "12.34.56" }');
afterAll(() => rmSync(tree, { recursive: true }));

const undocumented = `
  const [command, word] = process.argv.slice(2);
  const { default: fs } = await import("node:fs");
  if (command === "version") console.log(BUILD_VERSION, BUILD_COMMIT, BUILD_TARGET);
  if (command === "new") fs.writeFileSync("title", word);
  if (command === "list") console.log(fs.readFileSync("title", "utf8"));
  if (command === "completion") console.log("completion for", word);
`;
const complete = `${undocumented} if (command === "man") console.log(".TH GIT-TRACKER 1");`;
const unmanned = `${undocumented} if (command === "man" || word === "fish") throw new Error("There is no manual");`;

function build(source: string, ...args: string[]) {
  writeFileSync(join(tree, "src", "main.ts"), source);
  return runProgram([process.execPath, "scripts/build.ts", "--all", "--target", hostTarget(), ...args], { cwd: tree });
}

describe("a release", () => {
  const name = `git-tracker-12.34.56-${hostTarget()}`;

  test(
    "holds an archive with all that belongs to the executable, sums and installers",
    async () => {
      const ran = await build(complete);
      expect(ran).toMatchObject({ stderr: "", code: 0 });
      expect(ran.stdout).toMatch(`${name}.tar.gz  `);
      expect(readdirSync(join(tree, "dist"))).toEqual(["release"]);
      expect(readdirSync(folder).sort()).toEqual(
        ["SHA256SUMS", "VERSION", `${name}.tar.gz`, "install.ps1", "install.sh"].sort(),
      );
      expect(readFileSync(join(folder, "VERSION"), "utf8")).toBe("12.34.56\n");
      expect(await runProgram(["sha256sum", "--check", "--quiet", "SHA256SUMS"], { cwd: folder })).toMatchObject({
        code: 0,
        stderr: "",
      });
      const unpacked = join(tree, "unpacked");
      mkdirSync(unpacked);
      await runProgram(["tar", "-xzf", join(folder, `${name}.tar.gz`)], { cwd: unpacked });
      expect(readdirSync(join(unpacked, name), { recursive: true }).sort()).toEqual([
        "LICENSE",
        "THIRD-PARTY-LICENSES.txt",
        "completions",
        "completions/_git-tracker",
        "completions/git-tracker.bash",
        "completions/git-tracker.fish",
        "completions/git-tracker.ps1",
        "git-tracker",
        "git-tracker.1",
      ]);
      const text = (file: string) => readFileSync(join(unpacked, name, file), "utf8");
      expect(text("completions/_git-tracker")).toBe("completion for zsh\n");
      expect(text("THIRD-PARTY-LICENSES.txt")).toContain("JavaScriptCore and WebKit (LGPL 2)");
      const version = await runProgram([join(unpacked, name, "git-tracker"), "version"], { cwd: tree });
      expect(version.stdout).toBe(`12.34.56 unknown ${hostTarget()}\n`);
    },
    slow,
  );

  test(
    "is not made without the manual page; the one before stays",
    async () => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "from-before"), "");
      writeFileSync(join(folder, "SHA256SUMS"), "");
      const ran = await build(unmanned);
      expect(ran.code).toBe(1);
      expect(ran.stderr).toContain("git-tracker.1: `git-tracker man` fails: ");
      expect(ran.stderr).toContain("git-tracker.fish: `git-tracker completion fish` fails: ");
      expect(ran.stderr).toContain("--available");
      expect(existsSync(join(folder, "from-before"))).toBe(true);
      expect(readdirSync(join(tree, "dist"))).toEqual(["release"]);
    },
    slow,
  );

  test(
    "is not made without a target whose template can't be fetched; or without that target, if so wished",
    async () => {
      const other = hostTarget() === "linux-arm64" ? "linux-x64" : "linux-arm64";
      writeFileSync(join(tree, "src", "main.ts"), complete);
      const offline = (...args: string[]) =>
        runProgram([process.execPath, "scripts/build.ts", "--all", "--target", other, "--outdir", "off", ...args], {
          cwd: tree,
          env: { HTTPS_PROXY: "http://127.0.0.1:9", BUN_INSTALL_CACHE_DIR: join(tree, "empty") },
        });
      const refused = await offline();
      expect(refused).toMatchObject({ stdout: "", code: 1 });
      expect(refused.stderr).toContain(`${other}: Bun's template for it could not be fetched: Failed to download`);
      expect(existsSync(join(tree, "off"))).toBe(false);
      const made = await offline("--available");
      expect(made).toMatchObject({ stderr: "", code: 0 });
      expect(made.stdout).toContain(`Left out: ${other}: `);
      expect(readdirSync(join(tree, "off")).sort()).toEqual(["SHA256SUMS", "VERSION", "install.ps1", "install.sh"]);
    },
    slow,
  );

  test("takes the place of nothing but a release", async () => {
    const precious = join(tree, "precious");
    mkdirSync(precious);
    const ran = await build(complete, "--outdir", precious);
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toContain("precious is there and holds no release");
  });

  test("is refused for a machine that nobody has", async () => {
    const ran = await build(complete, "--target", "amiga-68k");
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toContain("There is no target amiga-68k: it can be one of darwin-arm64, ");
  });
});

describe("an archive", () => {
  const entries: readonly Entry[] = [
    { name: "a/tool", bytes: Buffer.from("runs"), executable: true },
    { name: "a/README", bytes: Buffer.from("x".repeat(600)) },
    { name: "a/empty", bytes: new Uint8Array() },
  ];
  const seconds = Date.UTC(2026, 0, 15, 12, 30, 10) / 1000;

  test.each([
    ["tar", tarGz],
    ["zip", zip],
  ])("as %s is the same whatever order its files come in", (_, pack) => {
    expect(pack(entries.toReversed(), seconds)).toEqual(pack(entries, seconds));
  });

  test("as tar has names in order, one time, no owner", async () => {
    writeFileSync(join(tree, "a.tar.gz"), tarGz(entries, seconds));
    const listed = await runProgram(["tar", "--numeric-owner", "-tvzf", "a.tar.gz"], { cwd: tree });
    expect(listed).toEqual({
      stdout: [
        "-rw-r--r-- 0/0             600 2026-01-15 12:30 a/README",
        "-rw-r--r-- 0/0               0 2026-01-15 12:30 a/empty",
        "-rwxr-xr-x 0/0               4 2026-01-15 12:30 a/tool",
        "",
      ].join("\n"),
      stderr: "",
      code: 0,
    });
  });

  const unzip = Bun.which("unzip") !== null;
  test.skipIf(!unzip)(`as zip is what unzip reads${unzip ? "" : " (unzip is not installed)"}`, async () => {
    writeFileSync(join(tree, "a.zip"), zip(entries, seconds));
    const listed = await runProgram(["unzip", "-Zs", "a.zip"], { cwd: tree });
    expect(listed.stdout.replace(/ +/g, " ")).toContain("-rwxr-xr-x 2.0 unx 4 b- defN 26-Jan-15 12:30 a/tool\n");
    expect(await runProgram(["unzip", "-tqq", "a.zip"], { cwd: tree })).toMatchObject({ code: 0 });
    expect((await runProgram(["unzip", "-p", "a.zip", "a/README"], { cwd: tree })).stdout).toBe("x".repeat(600));
  });

  test("refuses a name that another system could not have", () => {
    expect(() => tarGz([{ name: "a b", bytes: new Uint8Array() }], seconds)).toThrow("no name for an archive");
  });
});
