/** `Bun.spawn`, `Bun.spawnSync` and `Bun.which` as far as they are used here, on top of Node's. Programs are started without a shell. */
import { type ChildProcess, spawn as spawnNode, spawnSync as spawnNodeSync } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { Readable, type Writable } from "node:stream";

interface SpawnOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly stdin?: "ignore" | "pipe" | "inherit" | Uint8Array;
  readonly stdout?: "pipe" | "ignore" | "inherit";
  readonly stderr?: "pipe" | "ignore" | "inherit";
  readonly stdio?: readonly ["ignore", "ignore", "ignore"];
  readonly detached?: boolean;
  readonly signal?: AbortSignal;
}

export function spawn(command: readonly string[], options: SpawnOptions) {
  const { cwd, env, signal, detached = false, stdin = "ignore", stdout = "pipe", stderr = "inherit" } = options;
  const [program = "", ...args] = command;
  const child = spawnNode(program, args, {
    ...(cwd !== undefined && { cwd }),
    ...(signal !== undefined && { signal, killSignal: "SIGTERM" }),
    env: { ...env },
    detached,
    stdio: [...(options.stdio ?? [typeof stdin === "string" ? stdin : "pipe", stdout, stderr])],
  });
  if (typeof stdin !== "string") give(child, stdin);
  return {
    pid: child.pid ?? 0,
    stdin: sinkOf(child.stdin),
    stdout: streamOf(child.stdout),
    stderr: streamOf(child.stderr),
    exited: exitOf(child),
    kill: () => void child.kill(),
    unref: () => child.unref(),
  };
}

/** A program that ends before it has read all of its input says why by its exit code. */
function give({ stdin }: ChildProcess, input: Uint8Array): void {
  stdin?.on("error", () => undefined);
  stdin?.end(input);
}

function exitOf(child: ChildProcess): Promise<number> {
  const exited = new Promise<number>((resolve, reject) => {
    // What was aborted is told by its exit, as with Bun.
    child.on("error", (error) => (error.name === "AbortError" ? undefined : reject(error)));
    child.on("exit", (code, signal) => resolve(code ?? (signal === "SIGKILL" ? 137 : 143)));
  });
  exited.catch(() => undefined); // Whoever reads its output to the end may not ask how it ended.
  return exited;
}

/** What a program says, as a stream of the web's, with the ways to read all of it that Bun's have. One that breaks off is at its end. */
function streamOf(stream: Readable | null) {
  const source = stream ?? Readable.from([]);
  source.on("error", () => undefined); // The exit code tells more.
  const parts: AsyncIterator<Uint8Array> = source[Symbol.asyncIterator]();
  let isCancelled = false;
  const web = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const next = await parts.next().catch(() => undefined);
        if (isCancelled) return;
        if (next === undefined || next.done === true) controller.close();
        else controller.enqueue(next.value);
      },
      cancel: () => {
        isCancelled = true;
        source.destroy();
      },
    },
    { highWaterMark: 0 },
  );
  const bytes = async () => {
    const read: Uint8Array[] = [];
    for await (const part of web) read.push(part);
    return new Uint8Array(Buffer.concat(read));
  };
  return Object.assign(web, { bytes, text: async () => new TextDecoder().decode(await bytes()) });
}

/** What is written is on its way at once, so there is nothing to flush; waiting for `write` is waiting until the pipe takes more. */
function sinkOf(stream: Writable | null) {
  stream?.on("error", () => undefined); // Each write tells of it.
  return {
    write: (bytes: Uint8Array | string) =>
      new Promise<void>((resolve, reject) => stream?.write(bytes, (error) => (error ? reject(error) : resolve()))),
    flush: () => undefined,
    end: () => void stream?.end(),
  };
}

interface SpawnSyncOptions extends SpawnOptions {
  readonly maxBuffer?: number;
  readonly timeout?: number;
}

export function spawnSync(command: readonly string[], options: SpawnSyncOptions) {
  const { cwd, env, stdin, maxBuffer, timeout } = options;
  const [program = "", ...args] = command;
  const { status, stdout, stderr } = spawnNodeSync(program, args, {
    ...(cwd !== undefined && { cwd }),
    ...(maxBuffer !== undefined && { maxBuffer }),
    ...(timeout !== undefined && { timeout }),
    ...(stdin instanceof Uint8Array && { input: stdin }),
    env: { ...env },
    stdio: [stdin instanceof Uint8Array ? "pipe" : "ignore", "pipe", "pipe"],
  });
  return { exitCode: status ?? 1, stdout, stderr };
}

/** The program of that name in PATH, or at that path. */
export function which(name: string, { PATH = "" }: { readonly PATH?: string } = {}): string | null {
  const paths = isAbsolute(name) ? [name] : PATH.split(delimiter).map((folder) => join(folder, name));
  const suffixes = delimiter === ";" ? [".exe", ""] : [""];
  return paths.flatMap((path) => suffixes.map((suffix) => path + suffix)).find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
