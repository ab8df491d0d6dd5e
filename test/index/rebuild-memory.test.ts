/** Making the index anew takes as much memory for a long history as for a short one. */
import { expect, test } from "bun:test";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { CommitContent } from "../../src/core/commit.ts";
import { type EventDraft, type KnownEvent, parseEvent } from "../../src/core/event.ts";
import { encodeMessage } from "../../src/core/message.ts";
import { systemChance } from "../../src/platform/chance.ts";
import { emptyTree, encodeCommit, type NamedObject, nameObject } from "../../src/store/objects.ts";
import { writePack } from "../../src/store/pack.ts";
import { refs } from "../../src/store/refs.ts";
import { makeRepository, type TestRepository } from "../support/repository.ts";

const main = resolve(import.meta.dir, "../../src/main.ts");
const commitsPerIssue = 5;
const few = 2000;
const many = 4 * few;

const whyNot = process.platform === "linux" ? "" : ": skipped, only Linux tells how much memory a process took";

test.skipIf(whyNot !== "")(
  `memory does not grow with history${whyNot}`,
  async () => {
    const short = await rebuild(few);
    const long = await rebuild(many);
    expect(long.bytes).toBeGreaterThan(3.9 * short.bytes);
    // Whatever kept the commits, what they fold to, or garbage of them, would keep at least as many bytes as they have.
    expect(long.memory - short.memory).toBeLessThan((long.bytes - short.bytes) / 2);
  },
  60_000,
);

/** Says at its end how much memory it took at most. What the system says of a child that has ended counts its parent's, too. */
const teller = `
  import { readFileSync, writeFileSync } from "node:fs";
  process.on("exit", () => writeFileSync(process.env.TOLD ?? "", readFileSync("/proc/self/status")));
`;

/** The most memory that a rebuild of so many issues took, beside the bytes of their commits. */
async function rebuild(issues: number): Promise<{ readonly memory: number; readonly bytes: number }> {
  using repository = makeRepository();
  const bytes = fill(repository, issues);
  const preload = join(repository.root, "teller.ts");
  const told = join(repository.root, "told");
  writeFileSync(preload, teller);
  const child = Bun.spawn([process.execPath, "--preload", preload, main, "reindex"], {
    cwd: repository.cwd,
    env: { ...repository.env, TOLD: told },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  expect({ stdout, stderr }).toEqual({ stdout: `indexed ${issues} issues\n`, stderr: "" });
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(told, "utf8"))?.[1];
  return { memory: Number(kibibytes) * 1024, bytes };
}

/** Writes one pack and packed refs, as a clone would. Returns how many bytes of commits that are. */
function fill(repository: TestRepository, issues: number): number {
  const objects: NamedObject[] = [emptyTree("sha1")];
  let lines = "";
  for (let issue = 0; issue < issues; issue++) {
    const stream = streamOf(issue);
    objects.push(...stream);
    lines += `${stream.at(-1)?.oid} ${refs.issue(stream[0]?.oid ?? "")}\n`;
  }
  const gitDir = join(repository.cwd, ".git");
  writePack({ objectsDir: join(gitDir, "objects"), hash: "sha1", flush: "buffered", chance: systemChance }, objects);
  repository.git("pack-refs", "--all");
  appendFileSync(join(gitDir, "packed-refs"), lines);
  repository.git("pack-refs", "--all"); // Sorts them.
  return objects.reduce((sum, object) => sum + object.bytes.length, 0);
}

function streamOf(issue: number): NamedObject[] {
  const nonce = issue.toString(16).padStart(20, "0");
  const commits: NamedObject[] = [];
  for (let place = 0; place < commitsPerIssue; place++) {
    const body = textOf(issue * commitsPerIssue + place);
    const event = checked(
      place === 0
        ? { type: "issue-created", title: `Issue ${issue}`, status: "todo", body, nonce }
        : { type: "comment-added", body },
    );
    const content: CommitContent = {
      tree: emptyTree("sha1").oid,
      parents: commits.slice(-1).map(({ oid }) => oid),
      author: { name: "Ada", email: "ada@example.com" },
      time: { seconds: 1_700_000_000 + issue * 100 + place, zone: "+0000" },
      message: encodeMessage("Said", [event]),
    };
    commits.push(nameObject("sha1", encodeCommit(content)));
  }
  return commits;
}

/** Two kilobytes that are no other's. */
function textOf(number: number): string {
  return `Text ${number} says what it says. `.repeat(70).trimEnd();
}

function checked(draft: EventDraft): KnownEvent {
  const event = parseEvent(draft);
  if (typeof event === "string") throw new Error(event);
  return event;
}
