/** Real servers of git on loopback: `git daemon`, `git http-backend` behind a small bridge, and sshd with a key of its own. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

export interface GitServer extends AsyncDisposable {
  /** Of the repository that is served. */
  readonly url: string;
  /** What whoever wants to reach it needs in the environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** `git daemon`, which knows nobody: whoever may write is everybody or nobody. */
export async function serveDaemon(repository: string, access: "read" | "write"): Promise<GitServer> {
  const port = freePort();
  const flags = ["--listen=127.0.0.1", `--port=${port}`, "--export-all", "--reuseaddr", "--verbose"];
  const writing = access === "write" ? ["--enable=receive-pack"] : [];
  const daemon = join(gitFolder(), "git-daemon");
  const command = [daemon, ...flags, ...writing, `--base-path=${dirname(repository)}`, dirname(repository)];
  const stop = await startServer(command, {}, /Ready to rumble/);
  return { url: `git://127.0.0.1:${port}/${basename(repository)}`, env: {}, [Symbol.asyncDispose]: stop };
}

/** What becomes of a connection when so many bytes of the answer have come. */
export interface Fault {
  readonly bytes: number;
  readonly ending: "end" | "silence";
}

export interface FaultyServer extends GitServer {
  /** Kept when the first fault has happened. */
  readonly broken: Promise<void>;
}

/** Stands before another server. `faultOf` is asked for each connection, counted from 0. */
export async function serveFaulty(
  server: GitServer,
  faultOf: (connection: number) => Fault | undefined,
): Promise<FaultyServer> {
  const broken = Promise.withResolvers<void>();
  const url = new URL(server.url);
  const port = Number(url.port);
  let connections = 0;
  const open = new Set<Socket>();
  const proxy = createServer((near) => {
    const fault = faultOf(connections++);
    const far = connect(port, url.hostname);
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on("error", () => undefined);
    }
    near.pipe(far);
    let left = fault?.bytes ?? Number.POSITIVE_INFINITY;
    far.on("data", (bytes: Buffer) => {
      near.write(bytes.subarray(0, left));
      left -= Math.min(left, bytes.length);
      if (left > 0) return;
      broken.resolve();
      far.destroy();
      if (fault?.ending === "end") near.destroy();
    });
    // All that the server sends may have come before it was broken off.
    far.on("end", () => {
      if (left > 0) near.end();
    });
  });
  const listening = Promise.withResolvers<void>();
  proxy.listen(0, "127.0.0.1", listening.resolve);
  await listening.promise;
  const address = proxy.address();
  if (address === null || typeof address === "string") throw new Error("It listens nowhere");
  url.port = String(address.port);
  return {
    url: url.href,
    env: server.env,
    broken: broken.promise,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      proxy.close();
    },
  };
}

export interface HttpOptions {
  /** As in `user:word`; undefined: whoever comes may read and write. */
  readonly password?: string;
}

/** `git http-backend`, as a web server has it. */
export function serveHttp(repository: string, { password }: HttpOptions = {}): GitServer {
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 30,
    maxRequestBodySize: 2 ** 30,
    async fetch(request) {
      const isKnown =
        password === undefined ||
        request.headers.get("authorization") === `Basic ${Buffer.from(password).toString("base64")}`;
      if (!isKnown) return new Response("who?", { status: 401, headers: { "www-authenticate": 'Basic realm="git"' } });
      return await askBackend(repository, request);
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}/${basename(repository)}`,
    env: {},
    [Symbol.asyncDispose]: async () => await server.stop(true),
  };
}

/** Undefined, or why sshd can't be had here. */
export function whyNoSsh(): string | undefined {
  if (sshdPath() === undefined || !Bun.which("ssh-keygen")) return "no sshd";
  return process.getuid?.() === 0 && !existsSync("/run/sshd") && !mayMake("/run/sshd")
    ? "/run/sshd can't be made"
    : undefined;
}

/** An sshd of our own, with a key of its own for whoever runs this test. `protocol`: whether it lets git's newer protocol through. */
export async function serveSsh(repository: string, protocol: "any" | "first"): Promise<GitServer> {
  const folder = mkdtempSync(join(tmpdir(), "git-tracker-sshd-"));
  chmodSync(folder, 0o700);
  const [hostKey, key] = [join(folder, "host"), join(folder, "key")];
  for (const path of [hostKey, key]) runOrThrow(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path]);
  writeFileSync(join(folder, "authorized_keys"), await Bun.file(`${key}.pub`).text(), { mode: 0o600 });
  const port = freePort();
  const config = [
    `ListenAddress 127.0.0.1:${port}`,
    `HostKey ${hostKey}`,
    `AuthorizedKeysFile ${join(folder, "authorized_keys")}`,
    "PidFile none",
    "StrictModes no",
    "UsePAM no",
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    "PermitRootLogin prohibit-password",
    ...(protocol === "any" ? ["AcceptEnv GIT_PROTOCOL"] : []),
  ];
  writeFileSync(join(folder, "config"), `${config.join("\n")}\n`);
  const program = sshdPath() ?? "sshd";
  const stop = await startServer([program, "-D", "-e", "-f", join(folder, "config")], {}, /Server listening on/);
  const options = ["IdentitiesOnly=yes", "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "BatchMode=yes"];
  const ssh = ["ssh", "-F", "none", "-i", key, ...options.flatMap((option) => ["-o", option])].join(" ");
  return {
    url: `ssh://${runOrThrow(["id", "-un"]).trim()}@127.0.0.1:${port}${repository}`,
    env: { GIT_SSH_COMMAND: ssh },
    async [Symbol.asyncDispose]() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function sshdPath(): string | undefined {
  return Bun.which("sshd", { PATH: `${process.env.PATH ?? ""}:/usr/sbin` }) ?? undefined;
}

function mayMake(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true });
    return true;
  } catch {
    return false;
  }
}

function gitFolder(): string {
  return runOrThrow(["git", "--exec-path"]).trim();
}

function runOrThrow(command: readonly string[]): string {
  const { exitCode, stdout, stderr } = Bun.spawnSync([...command], { stdin: "ignore" });
  if (exitCode !== 0) throw new Error(`${command.join(" ")}: ${stderr}`);
  return stdout.toString();
}

/** One that nobody had a moment ago. */
function freePort(): number {
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } });
  listener.stop(true);
  return listener.port;
}

/** Starts a server and waits until it says that it is ready. Returns what ends it. */
async function startServer(command: readonly string[], env: Record<string, string>, ready: RegExp) {
  const child = Bun.spawn([...command], {
    env: { PATH: process.env.PATH, HOME: tmpdir(), GIT_CONFIG_NOSYSTEM: "1", ...env },
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
  });
  const stop = async () => {
    child.kill();
    await child.exited;
  };
  let said = "";
  const decoder = new TextDecoder();
  const reader = child.stderr.getReader();
  while (!ready.test(said)) {
    const { done, value } = await reader.read();
    if (done) {
      await stop();
      throw new Error(`${command.join(" ")}: ${said}`);
    }
    said += decoder.decode(value, { stream: true });
  }
  reader.releaseLock();
  child.stderr.pipeTo(new WritableStream()).catch(() => undefined); // It must not wait for somebody to read on.
  return stop;
}

/** One request as CGI has it: variables and a body in; headers, an empty line and a body out. */
async function askBackend(repository: string, request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const header = (name: string) => request.headers.get(name) ?? "";
  const child = Bun.spawn(["git", "http-backend"], {
    env: {
      PATH: process.env.PATH,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_PROJECT_ROOT: dirname(repository),
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: decodeURIComponent(pathname),
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: header("content-type"),
      HTTP_CONTENT_ENCODING: header("content-encoding"),
      GIT_PROTOCOL: header("git-protocol"),
      REMOTE_USER: "somebody",
      REMOTE_ADDR: "127.0.0.1",
    },
    stdin: new Blob([await request.arrayBuffer()]),
    stdout: "pipe",
    stderr: "ignore",
  });
  const bytes = Buffer.from(await child.stdout.bytes());
  const end = bytes.indexOf("\r\n\r\n");
  const headers = new Headers();
  let status = 200;
  for (const line of bytes.subarray(0, end).toString("latin1").split("\r\n")) {
    const [name = "", value = ""] = line.split(/: ?(.*)/s);
    if (name.toLowerCase() === "status") status = Number.parseInt(value, 10);
    else headers.append(name, value);
  }
  return new Response(bytes.subarray(end + 4), { status, headers });
}
