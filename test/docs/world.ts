/** The repository that the examples of docs/format.md are run in: the same to the last bit each time. */
import { join } from "node:path";
import type { Clock } from "../../src/platform/clock.ts";
import { createIssue, editIssues } from "../../src/tracker/issues.ts";
import { linkIssues } from "../../src/tracker/links.ts";
import { addMember } from "../../src/tracker/people.ts";
import { syncIssues } from "../../src/tracker/sync.ts";
import { addComment } from "../../src/tracker/talk.ts";
import { ada, ben } from "../support/events.ts";
import { writeFixedKey, writeSigners } from "../support/keys.ts";
import { makeRepository, type TestRepository } from "../support/repository.ts";
import { configure } from "../support/signing.ts";
import { trackerAt } from "../support/tracker.ts";

/** Noon of a day in 2026, and a minute later with each step, however often it is looked at. */
function steppedClock(): Clock & { step(): void } {
  let now = Date.UTC(2026, 0, 15, 12);
  return {
    now: () => now,
    zone: () => "+0100",
    step: () => {
      now += 60_000;
    },
  };
}

/** Two people work on an issue, change its title at once, and come together; then one of them signs. */
export async function makeWorld(): Promise<TestRepository> {
  const repository = makeRepository();
  const clock = steppedClock();
  const there: TestRepository = { ...repository, cwd: join(repository.root, "ben") };
  repository.git("clone", "--quiet", "--bare", repository.cwd, there.cwd);
  repository.git("remote", "add", "ben", there.cwd);
  const here = await trackerAt(repository, ada, clock);
  clock.step();
  const { id } = await createIssue(here, {
    title: "Fix login with SSO",
    body: "Steps to reproduce:\n\n1. open /login\n2. choose SSO",
    labels: ["auth", "bug"],
    priority: "high",
  });
  clock.step();
  await editIssues(here, [id], { status: "in-progress", addLabels: ["triaged"] });
  await syncIssues(here, { remote: "ben", direction: "push", mode: "do" });

  const besides = await trackerAt(there, ben, clock);
  clock.step();
  await addComment(besides, id, "Seen with Safari, too.");
  clock.step();
  await editIssues(besides, [id], { title: "Fix login with SSO in Safari" });
  clock.step();
  await editIssues(here, [id], { title: "Fix single sign-on" });
  await syncIssues(here, { remote: "ben", direction: "both", mode: "do" });
  besides.close();

  const key = writeFixedKey(repository.root, "key");
  configure(repository, {
    "gpg.format": "ssh",
    "user.signingkey": key.path,
    "commit.gpgsign": "true",
    "gpg.ssh.allowedSignersFile": writeSigners(repository.root, `${ada.email} ${key.line}`),
  });
  const signing = await trackerAt(repository, ada, clock);
  clock.step();
  await addComment(signing, id, "It is the cookie's domain.");
  clock.step();
  const other = await createIssue(signing, { title: "Ask for a test account" });
  clock.step();
  await linkIssues(signing, other.id, "blocks", [id]);
  clock.step();
  await addMember(signing, "Ada <ada@example.com>", { role: "maintainer" });
  signing.close();
  here.close();
  return repository;
}
