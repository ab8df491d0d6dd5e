/**
 * Reading objects through one running `git cat-file --batch`. Any number may be asked for at once; answers come in the order of
 * the questions. An object that makes git give up is told as damage, and the rest is asked of a new git.
 */
import type { Oid } from "../core/commit.ts";
import { type GitProcess, startGit, type Variables } from "../platform/git.ts";
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
  let flushing = false;

  const flushSoon = () => {
    if (flushing) return;
    flushing = true;
    queueMicrotask(async () => {
      flushing = false;
      try {
        await git?.stdin.flush();
      } catch {
        // A git that is gone is noticed where its answers end.
      }
    });
  };

  const start = () => {
    const running = startGit({ folder: options.runDir, env: options.env, args: ["cat-file", "--batch"] });
    git = running;
    for (const { oid } of waiting) running.stdin.write(`${oid}\n`);
    const answer = (found: Found) => waiting.shift()?.resolve(found);
    readAnswers(running.stdout, options.bytesMax, answer).then(
      () => ended(running),
      (error) => failed(error),
    );
    flushSoon();
  };

  const ended = async (running: GitProcess) => {
    if (closed) return;
    git = undefined;
    const said = await running.stderr;
    waiting.shift()?.resolve({ damage: said.split("\n")[0] || "git stopped while it read it" });
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
        if (git === undefined) return start();
        git.stdin.write(`${oid}\n`);
        flushSoon();
      });
    },
    close() {
      closed = true;
      git?.kill();
    },
  };
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
