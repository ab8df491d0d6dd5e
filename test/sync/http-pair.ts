/** Two people without git, and the bare repository that both sync with over HTTP. */
import { expect } from "bun:test";
import { type HttpBackend, type HttpBackendOptions, serveHttp } from "../support/http-backend.ts";
import { makeRepository, type TestRepository } from "../support/repository.ts";
import { openSession, type Session } from "../support/transcript.ts";

export interface HttpPair extends Disposable {
  readonly hub: TestRepository;
  readonly server: HttpBackend;
  readonly ada: Session;
  readonly ben: Session;
}

/** Dispose also sees to it that git finds nothing wrong with anything that they have. */
export function openHttpPair(options: HttpBackendOptions = {}): HttpPair {
  const hub = makeRepository("bare");
  const server = serveHttp(hub, options);
  const names = new Map<string, string>();
  const person = (who: string) => {
    const repository = makeRepository();
    repository.git("remote", "add", "origin", server.url);
    return openSession({ names, who, repository: { ...repository, env: { ...repository.env, PATH: "" } } });
  };
  const [ada, ben] = [person("Ada <ada@example.com>"), person("Ben <ben@example.com>")];
  return {
    hub,
    server,
    ada,
    ben,
    [Symbol.dispose]() {
      try {
        for (const { repository } of [ada, ben]) expect(complaints(repository)).toBe("");
      } finally {
        for (const each of [server, hub, ada, ben]) each[Symbol.dispose]();
      }
    },
  };
}

export function complaints(repository: TestRepository): string {
  return repository.git("fsck", "--strict", "--no-dangling", "--no-progress").replace(/^notice: .*\n/gm, "");
}
