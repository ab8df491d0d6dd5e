/**
 * Git's own smart HTTP server: `git http-backend`, behind a small bridge from HTTP to CGI. A test may stand at its door, to ask for a
 * password, to speak an older protocol, or to answer in its stead.
 */
import type { TestRepository } from "./repository.ts";

export interface HttpBackend extends Disposable {
  /** The address of the repository that it serves. */
  readonly url: string;
  /** The same with a name and a password before the host. */
  urlFor(login: string): string;
  /** What was asked for, as in `GET /hub.git/info/refs?service=git-upload-pack`. */
  readonly requests: readonly { readonly line: string; readonly authorization: string | undefined }[];
}

export interface HttpBackendOptions {
  /** The newest protocol that it speaks. */
  readonly protocol?: 0 | 1 | 2;
  /** `name:password`, without which nobody is let in. */
  readonly login?: string;
  /** Answers instead of git; undefined lets git answer. */
  readonly door?: (request: Request) => Response | undefined | Promise<Response | undefined>;
  /** Speaks HTTPS. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

const path = "/hub.git";

/** Serves a bare repository, which takes pushes from everybody who is let in. */
export function serveHttp(repository: TestRepository, options: HttpBackendOptions = {}): HttpBackend {
  const requests: HttpBackend["requests"][number][] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 60,
    maxRequestBodySize: 1024 * 1024 * 1024,
    ...(options.tls && { tls: options.tls }),
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      const authorization = request.headers.get("authorization") ?? undefined;
      requests.push({ line: `${request.method} ${pathname}${search}`, authorization });
      const answered = await options.door?.(request);
      if (answered !== undefined) return answered;
      if (options.login !== undefined && authorization !== `Basic ${btoa(options.login)}`) {
        return new Response("Who are you?", { status: 401, headers: { "www-authenticate": 'Basic realm="hub"' } });
      }
      return await answer(repository, request, options);
    },
  });
  const url = `${options.tls ? "https" : "http"}://127.0.0.1:${server.port}${path}`;
  return {
    url,
    urlFor: (login) => url.replace("//", `//${login}@`),
    requests,
    [Symbol.dispose]: () => void server.stop(true),
  };
}

async function answer(repository: TestRepository, request: Request, options: HttpBackendOptions): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const asked = Number(/version=(\d)/.exec(request.headers.get("git-protocol") ?? "")?.[1] ?? 0);
  const input = await request.bytes();
  const child = Bun.spawn(["git", "http-backend"], {
    env: {
      ...repository.env,
      GIT_PROJECT_ROOT: repository.cwd,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: pathname.slice(path.length),
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method,
      REMOTE_USER: "somebody",
      REMOTE_ADDR: "127.0.0.1",
      CONTENT_TYPE: request.headers.get("content-type") ?? "",
      CONTENT_LENGTH: String(input.length),
      GIT_PROTOCOL: `version=${Math.min(asked, options.protocol ?? 2)}`,
      ...(request.headers.has("content-encoding") && {
        HTTP_CONTENT_ENCODING: request.headers.get("content-encoding") ?? "",
      }),
    },
    stdin: input,
    stdout: "pipe",
    stderr: "ignore",
  });
  const output = Buffer.from(await child.stdout.bytes());
  const end = output.indexOf("\r\n\r\n");
  const headers = new Headers();
  let status = 200;
  for (const line of output.subarray(0, end).toString().split("\r\n")) {
    const [, name = "", value = ""] = /^([^:]+): *(.*)$/.exec(line) ?? [];
    if (name.toLowerCase() === "status") status = Number.parseInt(value, 10);
    else if (name !== "") headers.set(name, value);
  }
  return new Response(output.subarray(end + 4), { status, headers });
}
