/**
 * Reading objects through one running `git cat-file --batch`. Any number may be asked for at once; answers come in the order of
 * the questions. An object that makes git give up is told as damage, and the rest is asked of a new git.
 */
import type { Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import { type GitProcess, runGit, startGit, type Variables } from "../platform/git.ts";
import type { Found, ReadObject } from "./found.ts";
import { concatenate, type ObjectType, objectType } from "./objects.ts";

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
  let git: GitProcess | undefined;
  let closed = false;
  const unsent: Question[] = [];
  let working = false;

  /** Questions of one moment are written at once: a write of its own for each would take longer than the answers. */
  const ask = (questions: readonly Question[]) => {
    unsent.push(...questions);
    if (unsent.length > questions.length) return;
    queueMicrotask(async () => {
      const lines = unsent.splice(0).map(({ oid }) => `${oid}\n`);
      try {
        git?.stdin.write(lines.join(""));
        await git?.stdin.flush();
      } catch {
        // A git that is gone is noticed where its answers end.
      }
    });
  };

  const start = () => {
    const running = startGit({ folder: options.runDir, env: options.env, args: ["cat-file", "--batch"] });
    git = running;
    unsent.length = 0;
    ask(waiting);
    const answer = (found: Found) => waiting.shift()?.resolve(found);
    readAnswers(running.stdout, options.bytesMax, answer).then(
      () => ended(running),
      (error) => failed(error),
    );
  };

  const ended = async (running: GitProcess) => {
    if (closed) return;
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
        const question = { oid, resolve, reject };
        waiting.push(question);
        if (git === undefined) start();
        else ask([question]);
      });
    },
    close() {
      closed = true;
      git?.kill();
    },
  };
}

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
  readonly object: { readonly type: ObjectType; readonly bytes: Uint8Array } | undefined;
  readonly size: number;
  read: number;
}

const lineFeed = 0x0a;
const decoder = new TextDecoder();

async function readAnswers(
  stream: ReadableStream<Uint8Array>,
  bytesMax: number,
  answer: (found: Found) => void,
): Promise<void> {
  let line: Uint8Array = new Uint8Array(); // The beginning of a line whose end is in the next chunk.
  let body: Body | undefined;
  for await (const chunk of stream) {
    let at = 0;
    while (at < chunk.length) {
      if (body === undefined) {
        const end = chunk.indexOf(lineFeed, at);
        line = concatenate([line, chunk.subarray(at, end === -1 ? chunk.length : end)]);
        if (end === -1) break;
        at = end + 1;
        body = bodyAfter(decoder.decode(line), bytesMax);
        line = new Uint8Array();
        if (body === undefined) answer(undefined);
        continue;
      }
      at += take(body, chunk.subarray(at));
      if (body.read <= body.size) continue; // A line feed follows each body.
      answer(body.object ?? { damage: `the object is bigger than ${bytesMax} bytes` });
      body = undefined;
    }
  }
}

/** `<oid> <type> <size>`, or `<oid> missing`. */
function bodyAfter(header: string, bytesMax: number): Body | undefined {
  const [, name = "", digits] = header.split(" ");
  if (digits === undefined) return undefined;
  const size = Number(digits);
  const type = objectType(name);
  if (type === undefined || size > bytesMax) return { object: undefined, size, read: 0 };
  return { object: { type, bytes: new Uint8Array(size) }, size, read: 0 };
}

/** Takes what belongs to the body and the line feed after it. Returns how many bytes that were. */
function take(body: Body, chunk: Uint8Array): number {
  const count = Math.min(chunk.length, body.size + 1 - body.read);
  body.object?.bytes.set(chunk.subarray(0, Math.min(count, body.size - body.read)), body.read);
  body.read += count;
  return count;
}
