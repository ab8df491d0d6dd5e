/**
 * Reading objects through one running `git cat-file --batch`. Any number may be asked for at once; answers come in the order of
 * the questions. An object that makes git give up is told as damage, and the rest is asked of a new git.
 */
import type { Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import { type GitProcess, runGit, startGit, type Variables } from "../platform/git.ts";
import type { Found, ReadObject } from "./found.ts";
import { asBuffer, type ObjectType, objectType } from "./objects.ts";

export interface ObjectBatch {
  readonly read: ReadObject;
  /** Ends git. What has not been answered yet never is. */
  close(): void;
}

export interface BatchOptions {
  /** Where git is started. */
  readonly runDir: string;
  readonly env: Variables;
  /** The biggest object that is read; bigger ones are damage. */
  readonly bytesMax: number;
}

/** Git is started by the first question. */
export function openBatch(options: BatchOptions): ObjectBatch {
  const waiting: Question[] = [];
  /** How many of them git has been asked. */
  let asked = 0;
  let git: GitProcess | undefined;
  let closed = false;
  let working = false;
  let protocol: Protocol = "buffered";
  let looking = false;

  /**
   * Asks what is to be asked, in one write: one for each question would take longer than the answers. While git still has as much to
   * answer, nothing is asked: then it never runs out of questions, and gets many at a time.
   */
  const ask = async () => {
    looking = false;
    const running = git;
    if (running === undefined || asked === waiting.length || asked * 2 > waiting.length) return;
    const oids = waiting.slice(asked).map(({ oid }) => oid);
    asked = waiting.length;
    try {
      await running.stdin.write(protocols[protocol].questions(oids)); // A promise if the pipe is full.
      await running.stdin.flush();
    } catch {
      // A git that is gone is noticed where its answers end.
    }
  };

  /** Looks whether there is something to ask when all questions of this moment have come. */
  const askSoon = () => {
    if (looking) return;
    looking = true;
    queueMicrotask(ask);
  };

  const start = () => {
    const { args } = protocols[protocol];
    const running = startGit({ folder: options.runDir, env: options.env, args: ["cat-file", ...args] });
    git = running;
    asked = 0;
    askSoon();
    const answer = (found: Found) => {
      asked--;
      waiting.shift()?.resolve(found);
    };
    readAnswers(running.stdout, options.bytesMax, answer, askSoon).then(
      () => ended(running),
      (error) => failed(error),
    );
  };

  const ended = async (running: GitProcess) => {
    if (closed) return;
    if (protocol === "buffered") {
      // It is too old, or took answers along that it had not written yet: the other way tells which object it stops at.
      protocol = "plain";
      return start();
    }
    const culprit = waiting.shift();
    git = undefined;
    const said = (await running.stderr).split("\n")[0] || "git stopped while it read an object";
    working ||= await gitWorks(options);
    if (!working) {
      const refusal = new TrackerError("unavailable", `git can't read objects: ${visible(said)}`, "See why: git fsck");
      culprit?.reject(refusal);
      return failed(refusal);
    }
    culprit?.resolve({ damage: visible(said) });
    if (waiting.length > 0 && git === undefined) start();
  };

  const failed = (error: unknown) => {
    for (const question of waiting.splice(0)) question.reject(error);
  };

  return {
    read(oid) {
      if (!/^[0-9a-f]+$/.test(oid)) return Promise.resolve(undefined); // Git would take it for a revision.
      return new Promise((resolve, reject) => {
        waiting.push({ oid, resolve, reject });
        if (git === undefined) start();
        else askSoon();
      });
    },
    close() {
      closed = true;
      git?.kill();
    },
  };
}

type Protocol = "buffered" | "plain";

/** How git is asked: by itself it writes every answer on its own, which costs it a third of its time. */
const protocols: Readonly<
  Record<Protocol, { readonly args: readonly string[]; questions(oids: readonly Oid[]): string }>
> = {
  buffered: {
    args: ["--batch-command", "--buffer"],
    questions: (oids) => `${oids.map((oid) => `contents ${oid}\n`).join("")}flush\n`,
  },
  // Before 2.36, git doesn't know the other.
  plain: { args: ["--batch"], questions: (oids) => oids.map((oid) => `${oid}\n`).join("") },
};

/** True if git opens the repository at all, so that what it stopped at was the object. */
async function gitWorks({ runDir, env }: BatchOptions): Promise<boolean> {
  return (await runGit({ folder: runDir, env, args: ["rev-parse", "--git-dir"] })).exitCode === 0;
}

interface Question {
  readonly oid: Oid;
  resolve(found: Found): void;
  reject(error: unknown): void;
}

/** What of the answer being read is still to come. */
interface Body {
  /** Undefined: too big, or of no known type; it is skipped. */
  readonly object: { readonly type: ObjectType; readonly bytes: Buffer } | undefined;
  readonly size: number;
  read: number;
}

const lineFeed = 0x0a;

async function readAnswers(
  stream: ReadableStream<Uint8Array>,
  bytesMax: number,
  answer: (found: Found) => void,
  pause: () => void,
): Promise<void> {
  let line = ""; // The beginning of a line whose end is in the next chunk.
  let body: Body | undefined;
  for await (const bytes of stream) {
    const chunk = asBuffer(bytes);
    let at = 0;
    while (at < chunk.length) {
      if (body === undefined) {
        const end = chunk.indexOf(lineFeed, at);
        line += chunk.toString("latin1", at, end === -1 ? chunk.length : end);
        if (end === -1) break;
        at = end + 1;
        body = bodyAfter(line, bytesMax);
        line = "";
        if (body === undefined) answer(undefined);
        continue;
      }
      at += take(body, chunk, at);
      if (body.read <= body.size) continue; // A line feed follows each body.
      answer(body.object ?? { damage: `the object is bigger than ${bytesMax} bytes` });
      body = undefined;
    }
    pause();
  }
}

/** `<oid> <type> <size>`, or `<oid> missing`. */
function bodyAfter(header: string, bytesMax: number): Body | undefined {
  const afterOid = header.indexOf(" ") + 1;
  const afterType = header.indexOf(" ", afterOid) + 1;
  if (afterType === 0) return undefined;
  const size = Number(header.slice(afterType));
  const type = objectType(header.slice(afterOid, afterType - 1));
  if (type === undefined || size > bytesMax) return { object: undefined, size, read: 0 };
  return { object: { type, bytes: Buffer.allocUnsafeSlow(size) }, size, read: 0 }; // Nobody sees it before it is full.
}

/** Takes what belongs to the body and the line feed after it. Returns how many bytes that were. */
function take(body: Body, chunk: Buffer, at: number): number {
  const count = Math.min(chunk.length - at, body.size + 1 - body.read);
  if (body.object !== undefined) chunk.copy(body.object.bytes, body.read, at, at + count); // The line feed finds no room.
  body.read += count;
  return count;
}
