/** `upgrade` against releases behind a real server: stand-ins for executables, which are shell scripts. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { zip } from "../../scripts/build/archive.ts";
import { hostTarget } from "../../scripts/build/compile.ts";
import { upgrade } from "../../src/process/upgrade.ts";
import { binary, runProgram } from "../support/binary.ts";
import { neverEnding, type ReleaseServer, serveCutOff, serveReleases, sumLine } from "../support/release-server.ts";
import { openSession, type Session } from "../support/transcript.ts";

let session: Session;
let server: ReleaseServer;
let bin: string;
let executable: string;
const target = "linux-x64";
/** The executable may have to be built. */
const slow = 300_000;
const name = (version: string) => `/git-tracker-${version}-${target}.tar.gz`;
/** Where the server and the executable are differs from run to run. */
const $ = async (...args: string[]) =>
  (await session.$(...args)).replaceAll(server.url, "URL").replaceAll(session.repository.root, "ROOT");

beforeEach(async () => {
  session = openSession();
  server = serveReleases();
  bin = join(session.repository.root, "prefix", "bin");
  executable = join(bin, "git-tracker");
  mkdirSync(bin, { recursive: true });
  writeFileSync(executable, program("1.2.3"), { mode: 0o755 });
  session.executable = executable;
  server.add({ version: "2.0.0", target, executable: program("2.0.0") });
  await session.$("config", "set", "upgrade.url", server.url, "--user");
});
afterEach(() => {
  server[Symbol.dispose]();
  session[Symbol.dispose]();
});

test("upgrade", async () => {
  expect(await $("upgrade", "--check")).toMatchInlineSnapshot(`"git-tracker 2.0.0 is there, this is 1.2.3"`);
  expectUnchanged();
  expect(await $("upgrade")).toMatchInlineSnapshot(`
    "! Downloading git-tracker-2.0.0-linux-x64.tar.gz ...
    git-tracker 1.2.3 → 2.0.0"
  `);
  expect(readFileSync(executable, "utf8")).toBe(program("2.0.0"));
  expect(readdirSync(bin)).toEqual(["git-tracker"]);
  expect(await session.json("upgrade", "--check", "--version", "1.2.3")).toEqual({
    schema: 1,
    kind: "upgrade",
    from: "1.2.3",
    to: "1.2.3",
    action: "none",
  });
});

test("upgrade where there is nothing newer", async () => {
  server.add({ version: "1.2.3", target, executable: program("1.2.3") });
  expect(await $("upgrade")).toMatchInlineSnapshot(`"git-tracker 1.2.3 is the newest"`);
  server.add({ version: "1.2.3-rc.1", target, executable: program("1.2.3-rc.1") });
  expect(await $("upgrade")).toMatchInlineSnapshot(`"git-tracker 1.2.3 is newer than the newest release, 1.2.3-rc.1"`);
  expectUnchanged();
});

test("upgrade to a version that is asked for", async () => {
  server.add({ version: "1.0.0", target, executable: program("1.0.0") }, "/v1.0.0");
  expect(await $("upgrade", "--version", "1.0.0")).toMatchInlineSnapshot(`
    "! Downloading git-tracker-1.0.0-linux-x64.tar.gz ...
    git-tracker 1.2.3 → 1.0.0"
  `);
  expect(readFileSync(executable, "utf8")).toBe(program("1.0.0"));
  expect(await $("upgrade", "--version", "3.0.0")).toMatchInlineSnapshot(`
    "! error: URL/v3.0.0/SHA256SUMS: the server answered 404
    ! hint: Nothing was changed. Check the address and the version.
    [exit 3]"
  `);
  expect(await $("upgrade", "--version", "../../1.0.0")).toMatchInlineSnapshot(`
    "! error: \`../../1.0.0\` is no version
    ! hint: It is like 1.2.3.
    [exit 2]"
  `);
});

describe("upgrade changes nothing", () => {
  test.each<[string, () => unknown, number]>([
    ["whose archive was changed", () => server.files.set(name("2.0.0"), "changed"), 6],
    [
      "whose archive somebody packed anew",
      () => {
        const sums = server.files.get("/SHA256SUMS") ?? "";
        server.add({ version: "2.0.0", target, executable: `${program("2.0.0")}# and more\n` });
        server.files.set("/SHA256SUMS", sums);
      },
      6,
    ],
    ["whose archive came half", () => server.files.set(name("2.0.0"), archive().subarray(0, 99)), 6],
    ["whose sums leave it out", () => server.files.set("/SHA256SUMS", sumLine(archive(), "other.tar.gz")), 6],
    ["without sums", () => server.files.delete("/SHA256SUMS"), 3],
    ["without an archive", () => server.files.delete(name("2.0.0")), 3],
    ["whose server is broken", () => server.files.set("/VERSION", () => new Response("", { status: 503 })), 5],
    ["whose version is a path", () => server.files.set("/VERSION", "../../v1\n"), 6],
    ["that is of another version", () => server.add({ version: "2.0.0", target, executable: program("6.6.6") }), 6],
    ["that does not run", () => server.add({ version: "2.0.0", target, executable: "#!/bin/sh\nexit 1\n" }), 6],
    ["that is no program", () => server.add({ version: "2.0.0", target, executable: "\u007fELF" }), 6],
    [
      "that leads to where anybody can answer",
      () => server.files.set("/VERSION", () => Response.redirect("http://192.0.2.1/")),
      2,
    ],
    ["that leads in a circle", () => server.files.set("/VERSION", () => Response.redirect(`${server.url}/VERSION`)), 5],
  ])("for a release %s", async (_, spoil, code) => {
    spoil();
    const said = await $("upgrade");
    expect(said).toContain("! error: ");
    expect(said).toEndWith(`[exit ${code}]`);
    expectUnchanged();
  });

  test("where nobody answers", async () => {
    server[Symbol.dispose]();
    expect(await $("upgrade")).toEndWith("[exit 5]");
    expectUnchanged();
  });

  test("where the connection breaks", async () => {
    using cut = serveCutOff(archive());
    server.files.set(name("2.0.0"), () => Response.redirect(cut.url));
    expect(await $("upgrade")).toEndWith("[exit 5]");
    expectUnchanged();
  });

  test("when it is killed in the middle", async () => {
    const { answer, begun } = neverEnding();
    server.files.set(name("2.0.0"), answer);
    const child = inAnotherProcess("");
    await begun;
    child.kill("SIGKILL");
    await child.exited;
    expectUnchanged();
  });
});

test("upgrade leaves alone what others keep", async () => {
  session.executable = undefined;
  expect(await $("upgrade")).toMatchInlineSnapshot(`
    "! error: This git-tracker runs from its sources
    ! hint: Bring them up to date with git.
    [exit 7]"
  `);
  for (const [folder, keeper] of [
    ["Cellar/git-tracker/1.2.3/bin", "Homebrew"],
    ["lib/node_modules/git-tracker", "a JavaScript package manager"],
  ]) {
    const kept = join(session.repository.root, folder ?? "");
    mkdirSync(kept, { recursive: true });
    session.executable = join(kept, "git-tracker");
    writeFileSync(session.executable, program("1.2.3"));
    const said = await $("upgrade");
    expect(said).toContain(`belongs to ${keeper}\n! hint: `);
    expect(said).toEndWith("[exit 7]");
  }
  const checkout = join(session.repository.root, "checkout");
  for (const folder of ["dist", "src"]) mkdirSync(join(checkout, folder), { recursive: true });
  for (const file of ["dist/git-tracker", "src/main.ts", "package.json"]) writeFileSync(join(checkout, file), "");
  session.executable = join(checkout, "dist", "git-tracker");
  expect(await $("upgrade")).toMatchInlineSnapshot(`
    "! error: ROOT/checkout/dist/git-tracker belongs to a checkout of its sources
    ! hint: Build it there: bun run build
    [exit 7]"
  `);
});

test("upgrade of what one may not write", async () => {
  chmodSync(bin, 0o555);
  chmodSync(session.repository.root, 0o755);
  const child = inAnotherProcess(`if (process.getuid() === 0) process.setuid(65534);`);
  expect(await child.stderr.text()).toContain(`${executable} is not yours to replace`);
  expect(await child.exited).not.toBe(0);
  chmodSync(bin, 0o755);
  expectUnchanged();
});

test("upgrade renews the manual page and the completions that are there, and removes what a killed one left", async () => {
  const manual = join(bin, "../share/man/man1/git-tracker.1");
  mkdirSync(join(manual, ".."), { recursive: true });
  writeFileSync(manual, "old\n");
  const [left, busy] = [join(bin, ".git-tracker.new.00ff"), join(bin, ".git-tracker.new.00aa")];
  for (const file of [left, busy]) writeFileSync(file, "");
  // The session's clock is in 2026-01: an hour and more before and after it.
  utimesSync(left, new Date(Date.UTC(2026, 0, 15, 9)), new Date(Date.UTC(2026, 0, 15, 9)));
  utimesSync(busy, new Date(Date.UTC(2026, 0, 15, 12)), new Date(Date.UTC(2026, 0, 15, 12)));
  expect(await $("upgrade", "-q")).toBe("git-tracker 1.2.3 → 2.0.0");
  expect(readFileSync(manual, "utf8")).toBe("(man)\n");
  expect(readdirSync(join(bin, "../share"), { recursive: true }).sort()).toEqual([
    "man",
    "man/man1",
    "man/man1/git-tracker.1",
  ]);
  expect(existsSync(left)).toBe(false);
  expect(existsSync(busy)).toBe(true);
});

test("upgrade follows nobody's settings but one's own", async () => {
  writeFileSync(join(session.repository.cwd, "git-tracker.toml"), 'upgrade.url = "https://example.com"\n');
  expect(await $("upgrade", "--check")).toBe("git-tracker 2.0.0 is there, this is 1.2.3");
  rmSync(join(session.repository.cwd, "git-tracker.toml"));
  await session.$("config", "set", "upgrade.url", "https://example.com", "--local");
  expect(await $("upgrade", "--check")).toBe("git-tracker 2.0.0 is there, this is 1.2.3");
  await session.$("config", "unset", "upgrade.url", "--user");
  expect(await $("upgrade", "--check")).toMatchInlineSnapshot(`
    "! error: Nobody has said where releases are
    ! hint: Set GIT_TRACKER_BASE_URL, or: git tracker config set upgrade.url https://... --user
    [exit 2]"
  `);
});

test("upgrade on Windows puts the old executable aside", async () => {
  const path = join(bin, "git-tracker.exe");
  writeFileSync(path, program("1.2.3"), { mode: 0o755 });
  writeFileSync(`${path}.old`, "of the last time");
  const folder = "git-tracker-2.0.0-windows-x64";
  const entries = ["LICENSE", "git-tracker.exe"].map((file) => ({
    name: `${folder}/${file}`,
    bytes: Buffer.from(program("2.0.0")),
  }));
  const bytes = zip(entries, 315_532_800);
  server.files.set(`/${folder}.zip`, bytes);
  server.files.set("/SHA256SUMS", sumLine(bytes, `${folder}.zip`));
  const done = await upgrade(
    {
      version: "1.2.3 (abcdef)",
      target: "windows-x64",
      path,
      environment: session.repository.env,
      clock: { now: () => 0, zone: () => "+0000" },
      chance: { hex: () => "00" },
      say: () => undefined,
    },
    { url: server.url, version: undefined, action: "replace" },
  );
  expect(done).toEqual({ from: "1.2.3", to: "2.0.0", action: "upgraded" });
  expect(readFileSync(path, "utf8")).toBe(program("2.0.0"));
  expect(readFileSync(`${path}.old`, "utf8")).toBe(program("1.2.3"));
});

test(
  "upgrade of the executable itself, outside of every repository",
  async () => {
    copyFileSync(await binary(), executable);
    server.add({ version: "999.0.0", target: hostTarget(), executable: program("999.0.0") });
    const before = await runProgram([executable, "upgrade"], { cwd: bin });
    expect(before).toMatchObject({ stdout: "", code: 2 });
    expect(before.stderr).toContain("Nobody has said where releases are");
    const env = { GIT_TRACKER_BASE_URL: `${server.url}/` };
    const ran = await runProgram([executable, "upgrade", "--quiet"], { cwd: bin, env });
    expect(ran).toMatchObject({ stderr: "", code: 0, stdout: expect.stringMatching(/^git-tracker .* → 999\.0\.0\n$/) });
    expect(readdirSync(bin)).toEqual(["git-tracker"]);
    expect(readFileSync(executable, "utf8")).toBe(program("999.0.0"));
  },
  slow,
);

function program(version: string): string {
  return `#!/bin/sh\ncase $1 in version) echo "git-tracker ${version} (abcdef)";; *) echo "($*)";; esac\n`;
}

/** Runs an upgrade in a process of its own, behind `first`. */
function inAnotherProcess(first: string) {
  const source = `
    import { upgrade } from ${JSON.stringify(resolve(import.meta.dir, "../../src/process/upgrade.ts"))};
    ${first}
    const [url, path] = process.argv.slice(1);
    const clock = { now: () => 0, zone: () => "+0000" };
    const machine = { environment: {}, clock, chance: { hex: () => "00" }, say: () => {} };
    await upgrade({ ...machine, version: "1.2.3", target: "${target}", path }, { url, action: "replace" });`;
  const command = [process.execPath, "-e", source, server.url, executable];
  return Bun.spawn(command, { stdin: "ignore", stdout: "ignore", stderr: "pipe" });
}

function archive(): Uint8Array {
  const file = server.files.get(name("2.0.0"));
  if (!(file instanceof Uint8Array)) throw new Error("There is no archive");
  return file;
}

function expectUnchanged(): void {
  expect(readdirSync(bin)).toEqual(["git-tracker"]);
  expect(readFileSync(executable, "utf8")).toBe(program("1.2.3"));
}
