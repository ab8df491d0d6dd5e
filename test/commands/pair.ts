/** Two people with a repository each, and the bare one that both sync with. */
import { expect } from "bun:test";
import { makeRepository, type TestRepository } from "../support/repository.ts";
import { openSession, type Session } from "../support/transcript.ts";

export interface Pair extends Disposable {
  readonly hub: TestRepository;
  readonly ada: Session;
  readonly ben: Session;
}

/** Ids have the same names in both sessions. Dispose also sees to it that git finds nothing wrong with anything. */
export function openPair(): Pair {
  const hub = makeRepository("bare");
  const names = new Map<string, string>();
  const ada = openSession({ names });
  const ben = openSession({ names, who: "Ben <ben@example.com>" });
  for (const { repository } of [ada, ben]) repository.git("remote", "add", "origin", hub.cwd);
  return {
    hub,
    ada,
    ben,
    [Symbol.dispose]() {
      try {
        for (const { repository } of [ada, ben]) {
          const complaints = repository.git("fsck", "--strict", "--no-dangling", "--no-progress");
          expect(complaints.replace(/^notice: .*\n/gm, "")).toBe("");
        }
      } finally {
        for (const each of [hub, ada, ben]) each[Symbol.dispose]();
      }
    },
  };
}

/** An issue that both have, and each renamed; Ada has synced since. */
export async function renamedByBoth({ ada, ben }: Pair): Promise<string> {
  const id = await ada.make("Login", "-b", "One\n\nTwo\n\nThree");
  await ada.$("sync");
  await ben.$("sync");
  await ada.$("edit", id, "--title", "Login with SSO");
  await ben.$("edit", id, "--title", "Login by key");
  await ada.$("sync");
  return id;
}
