/** A release's files behind a real HTTP server on this machine, whose answers a test may spoil. */
import { type Entry, tarGz } from "../../scripts/build/archive.ts";

export interface ReleaseServer extends Disposable {
  readonly url: string;
  /** What is answered for a path, as in `/SHA256SUMS`: change it, or take it away. */
  readonly files: Map<string, Uint8Array | string | (() => Response | Promise<Response>)>;
  /** Puts a release there, below a path as in `/v1.0.0`. Returns the path of its archive. */
  add(release: StandInRelease, below?: string): string;
}

export interface StandInRelease {
  readonly version: string;
  readonly target: string;
  /** What the archive holds as its executable. */
  readonly executable: string | Uint8Array;
}

export function serveReleases(): ReleaseServer {
  const files: ReleaseServer["files"] = new Map();
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    fetch: ({ url }) => {
      const file = files.get(new URL(url).pathname);
      if (file === undefined) return new Response("There is no such page", { status: 404 });
      return typeof file === "function" ? file() : new Response(file);
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    files,
    add: ({ version, target, executable }, below = "") => {
      const name = `git-tracker-${version}-${target}`;
      const entry: Entry = { name: `${name}/git-tracker`, bytes: Buffer.from(executable), executable: true };
      const archive = tarGz([entry, { name: `${name}/LICENSE`, bytes: Buffer.from("MIT\n") }], 315_532_800);
      const path = `${below}/${name}.tar.gz`;
      files.set(path, archive);
      files.set(`${below}/VERSION`, `${version}\n`);
      files.set(`${below}/SHA256SUMS`, sumLine(archive, `${name}.tar.gz`));
      return path;
    },
    [Symbol.dispose]: () => void server.stop(true),
  };
}

export function sumLine(bytes: Uint8Array, name: string): string {
  return `${new Bun.CryptoHasher("sha256").update(bytes).digest("hex")}  ${name}\n`;
}

/** An answer that promises all of `bytes`, sends half and closes. It must be asked for over a redirection to `url`. */
export function serveCutOff(bytes: Uint8Array): { readonly url: string } & Disposable {
  const listener = Bun.listen({
    port: 0,
    hostname: "127.0.0.1",
    socket: {
      data: (socket) => {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${bytes.length}\r\nConnection: close\r\n\r\n`);
        socket.write(bytes.subarray(0, bytes.length / 2));
        socket.end();
      },
    },
  });
  return { url: `http://127.0.0.1:${listener.port}/`, [Symbol.dispose]: () => listener.stop(true) };
}

/** An answer that begins and never ends. `begun` is settled once somebody asked for it. */
export function neverEnding(): { readonly answer: () => Response; readonly begun: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const answer = () =>
    new Response(
      new ReadableStream({
        start: (controller) => {
          controller.enqueue(new Uint8Array(1000));
          resolve();
        },
      }),
    );
  return { answer, begun: promise };
}
