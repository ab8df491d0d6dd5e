/** The installer against a release behind a real server, under every shell that `sh` may be, as a user who is not root. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  copyFileSync,
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
import { hostTarget } from "../../scripts/build/compile.ts";
import { runProgram } from "../support/binary.ts";
import { neverEnding, type ReleaseServer, serveCutOff, serveReleases } from "../support/release-server.ts";

const scratch = mkdtempSync(join(tmpdir(), "git-tracker-install-release-"));
const script = join(scratch, "install.sh");
const target = hostTarget();
const nobody = 65_534;
const isRoot = process.getuid?.() === 0;
const asUser = isRoot ? ["setpriv", `--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups", "--"] : [];
/** All that the script runs, but what downloads. */
const tools =
  "awk cat chmod cp cut dirname getconf git gzip head id ldd ls mkdir mktemp mv rm sha256sum sh tar uname bash".split(
    " ",
  );

let server: ReleaseServer;

beforeAll(() => {
  chmodSync(scratch, 0o755);
  copyFileSync(resolve(import.meta.dir, "..", "..", "install.sh"), script);
});
beforeEach(() => {
  server = serveReleases();
  return () => server[Symbol.dispose]();
});
afterAll(() => rmSync(scratch, { recursive: true }));

for (const shell of [["dash"], ["bash"], ["busybox", "sh"]]) {
  const name = shell.join(" ");
  const missing = Bun.which(shell[0] ?? "") === null || (isRoot && Bun.which("setpriv") === null);
  const why = missing ? ` (${name} or setpriv is not installed)` : "";
  describe.skipIf(missing)(`install.sh under ${name}, with a release`, () => {
    test(`installs the newest, its manual page and its completions, from a pipe${why}`, async () => {
      using machine = newMachine();
      server.add({ version: "2.0.0", target, executable: program("2.0.0") });
      const ran = await machine.install([...shell, "-s"], {}, readFileSync(script, "utf8"));
      expect(ran).toMatchObject({ stderr: "", code: 0 });
      expect(ran.stdout).toContain(`Installed git-tracker 2.0.0 as ${machine.bin}/git-tracker\n`);
      const share = join(machine.home, ".local", "share");
      expect(readFileSync(join(share, "man", "man1", "git-tracker.1"), "utf8")).toBe("(man)\n");
      const completion = join(share, "bash-completion", "completions");
      expect(ran.stdout).toContain(`Installed completions for bash as ${completion}/git-tracker\n`);
      expect(readdirSync(completion)).toEqual(["git-tracker"]);
      expect(readFileSync(join(completion, "git-tracker"), "utf8")).toBe("(completion bash)\n");
      expect(readdirSync(machine.bin)).toEqual(["git-tracker"]);
      expect(readdirSync(machine.temporary)).toEqual([]);

      const again = await machine.install([...shell, script]);
      expect(again).toMatchObject({ stderr: "", code: 0 });
      const gone = await machine.install([...shell, script, "--uninstall"]);
      expect(gone).toMatchObject({ stderr: "", code: 0 });
      expect(readdirSync(share, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())).toEqual(
        [],
      );
    });

    test(`installs the version that is asked for${why}`, async () => {
      using machine = newMachine();
      server.add({ version: "2.0.0", target, executable: program("2.0.0") });
      server.add({ version: "1.0.0", target, executable: program("1.0.0") }, "/v1.0.0");
      const old = await machine.install([...shell, script, "--version", "1.0.0"]);
      expect(old.stdout).toContain("Installed git-tracker 1.0.0 as");
      const newest = await machine.install([...shell, script, "--version", "2.0.0"]);
      expect(newest.stdout).toContain("Installed git-tracker 2.0.0 as");
      server.add({ version: "3.0.0", target, executable: program("3.0.0") }, "/o/releases/latest/download");
      server.add({ version: "1.5.0", target, executable: program("1.5.0") }, "/o/releases/download/v1.5.0");
      const forge = { GIT_TRACKER_BASE_URL: `${server.url}/o/releases/latest/download/` };
      const middle = await machine.install([...shell, script, "--version", "1.5.0"], forge);
      expect(middle.stdout).toContain("Installed git-tracker 1.5.0 as");
      const none = await machine.install([...shell, script, "--version", "../1"]);
      expect(none).toMatchObject({ stdout: "", code: 2 });
    });

    test.each<[string, (archive: string) => unknown, string]>([
      ["without VERSION", () => server.files.delete("/VERSION"), "holds no version"],
      ["with a VERSION that is a path", () => server.files.set("/VERSION", "../../etc"), "holds no version"],
      ["without SHA256SUMS", () => server.files.delete("/SHA256SUMS"), "SHA256SUMS can't be downloaded"],
      ["without the archive", (archive) => server.files.delete(archive), "tar.gz can't be downloaded"],
      [
        "whose sums leave it out",
        () => server.files.set("/SHA256SUMS", "00  other\n"),
        "has no line for git-tracker-2.0.0",
      ],
      ["that was tampered with", (archive) => server.add(tampered, "/other") && copy("/other", archive), "is not what"],
      ["that came half", (archive) => server.files.set(archive, bytesOf(archive).subarray(0, 100)), "is not what"],
    ])(`changes nothing for a release %s${why}`, async (_, spoil, message) => {
      using machine = newMachine();
      await machine.installOld(shell);
      spoil(server.add({ version: "2.0.0", target, executable: program("2.0.0") }));
      const ran = await machine.install([...shell, script]);
      expect(ran.code).toBe(1);
      expect(ran.stderr).toContain(message);
      machine.expectOld();
      expect(readdirSync(machine.temporary)).toEqual([]);
    });

    test(`changes nothing where the connection breaks${why}`, async () => {
      using machine = newMachine();
      await machine.installOld(shell);
      const archive = server.add({ version: "2.0.0", target, executable: program("2.0.0") });
      using cut = serveCutOff(bytesOf(archive));
      server.files.set(archive, () => Response.redirect(cut.url));
      const ran = await machine.install([...shell, script]);
      expect(ran.code).toBe(1);
      expect(ran.stderr).toContain("can't be downloaded: nothing was installed");
      machine.expectOld();
    });

    test.each(["SIGTERM", "SIGKILL"] as const)(
      `changes nothing when killed in the middle by %s${why}`,
      async (signal) => {
        using machine = newMachine();
        await machine.installOld(shell);
        const archive = server.add({ version: "2.0.0", target, executable: program("2.0.0") });
        const { answer, begun } = neverEnding();
        server.files.set(archive, answer);
        const child = Bun.spawn([...asUser, ...shell, script], {
          env: machine.env,
          cwd: machine.home,
          detached: true, // A process group of its own, to be killed as a whole, as a terminal would.
          stdio: ["ignore", "ignore", "ignore"],
        });
        await begun;
        process.kill(-child.pid, signal);
        await child.exited;
        machine.expectOld();
        if (signal === "SIGTERM") expect(readdirSync(machine.temporary)).toEqual([]);
      },
    );

    test(`names the folder that it may not write to${why}`, async () => {
      using machine = newMachine();
      server.add({ version: "2.0.0", target, executable: program("2.0.0") });
      const prefix = join(machine.home, "fixed");
      mkdirSync(prefix, { mode: 0o555 });
      const ran = await machine.install([...shell, script, "--prefix", prefix]);
      expect(ran.code).toBe(1);
      expect(ran.stderr).toContain(`Cannot make ${prefix}/bin: choose another place by --prefix DIR`);
      expect(readdirSync(prefix)).toEqual([]);
    });

    for (const [wget, program_] of [
      ["GNU wget", "wget"],
      ["busybox's wget", "busybox"],
    ] as const) {
      const path = Bun.which(program_);
      const without = path === null ? ` (${program_} is not installed)` : why;
      test.skipIf(path === null)(`downloads with ${wget} where there is no curl${without}`, async () => {
        using machine = newMachine();
        server.add({ version: "2.0.0", target, executable: program("2.0.0") });
        machine.useTools({ wget: path ?? "" }, [shell[0] ?? ""]);
        const ran = await machine.install([...shell, script]);
        expect(ran).toMatchObject({ stderr: "", code: 0 });
        expect(ran.stdout).toContain("Installed git-tracker 2.0.0 as");
        server.files.delete("/SHA256SUMS");
        expect((await machine.install([...shell, script])).stderr).toContain("SHA256SUMS can't be downloaded");
      });
    }

    test.each([
      [{ uname: "Linux", processor: "aarch64", libc: "glibc" }, "2.0.0-linux-arm64.tar.gz can't"],
      [{ uname: "Linux", processor: "x86_64", libc: "musl" }, "2.0.0-linux-x64-musl.tar.gz can't"],
      [{ uname: "Darwin", processor: "arm64", libc: "none" }, "2.0.0-darwin-arm64.tar.gz can't"],
      [{ uname: "MINGW64_NT-10.0", processor: "x86_64", libc: "none" }, "install.ps1"],
      [{ uname: "Linux", processor: "m68k", libc: "glibc" }, "no executable for Linux on m68k"],
    ])(`looks for what fits %j${why}`, async ({ uname, processor, libc }, message) => {
      using machine = newMachine();
      server.files.set("/VERSION", "2.0.0\n");
      server.files.set("/SHA256SUMS", "");
      machine.pretend("uname", `case $1 in -s) echo ${uname};; -m) echo ${processor};; esac`);
      machine.pretend("getconf", libc === "glibc" ? "echo glibc 2.36" : "exit 1");
      machine.pretend("ldd", `echo "${libc} libc" >&2; exit 1`);
      const ran = await machine.install([...shell, script]);
      expect(ran.code).toBe(1);
      expect(ran.stderr).toContain(message);
    });

    test(`refuses an address that anybody on the way could answer for${why}`, async () => {
      using machine = newMachine();
      for (const url of [
        "http://example.com",
        "http://localhost:80@example.com",
        "http://localhost.example.com",
        "ftp://x",
      ]) {
        const ran = await machine.install([...shell, script], { GIT_TRACKER_BASE_URL: url });
        expect(ran).toMatchObject({ stdout: "", code: 1 });
        expect(ran.stderr).toContain("must begin with https://");
      }
    });
  });
}

const tampered = { version: "2.0.0", target, executable: program("6.6.6") };

function program(version: string): string {
  return `#!/bin/sh\ncase $1 in version) echo "git-tracker ${version}";; *) echo "($*)";; esac\n`;
}

function bytesOf(path: string): Uint8Array {
  const file = server.files.get(path);
  if (!(file instanceof Uint8Array)) throw new Error(`${path} is not there`);
  return file;
}

function copy(below: string, path: string): void {
  server.files.set(path, bytesOf(`${below}${path}`));
}

/** A home of a user without rights, with its own folder for temporary files. */
function newMachine() {
  const home = mkdtempSync(join(scratch, "home-"));
  const temporary = mkdtempSync(join(scratch, "tmp-"));
  const fakes = mkdtempSync(join(scratch, "bin-"));
  chmodSync(fakes, 0o755);
  if (isRoot) for (const folder of [home, temporary]) chownSync(folder, nobody, nobody);
  const bin = join(home, ".local", "bin");
  const env: Record<string, string> = {
    HOME: home,
    TMPDIR: temporary,
    PATH: `${fakes}:${process.env.PATH}`,
    GIT_TRACKER_BASE_URL: server.url,
  };
  const install = (command: readonly string[], more: Readonly<Record<string, string>> = {}, stdin?: string) =>
    runProgram([...asUser, ...command], {
      cwd: home,
      env: { ...env, ...more },
      ...(stdin === undefined ? {} : { stdin }),
    });
  return {
    home,
    temporary,
    bin,
    env,
    install,
    installOld: async (shell: readonly string[]) => {
      const old = join(home, "old");
      writeFileSync(old, program("1.0.0"));
      expect(await install([...shell, script, "--from", old])).toMatchObject({ code: 0 });
    },
    expectOld: () => {
      expect(readdirSync(bin)).toEqual(["git-tracker"]);
      expect(readFileSync(join(bin, "git-tracker"), "utf8")).toBe(program("1.0.0"));
    },
    pretend: (name: string, body: string) => writeFileSync(join(fakes, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 }),
    /** Leaves nothing on the PATH but what the script needs, and these. */
    useTools: (links: Readonly<Record<string, string>>, shells: readonly string[]) => {
      const all = {
        ...Object.fromEntries([...tools, ...shells].map((tool) => [tool, Bun.which(tool) ?? ""])),
        ...links,
      };
      for (const [name, path] of Object.entries(all)) {
        if (path !== "" && !existsSync(join(fakes, name))) symlinkSync(path, join(fakes, name));
      }
      if (isRoot) symlinkSync(Bun.which("setpriv") ?? "", join(fakes, "setpriv"));
      env.PATH = fakes;
    },
    [Symbol.dispose]: () => {
      for (const folder of [home, temporary, fakes]) rmSync(folder, { recursive: true, force: true });
    },
  };
}
