/**
 * Faults at system calls, by strace: first a run that is only watched tells every call that touches the repository; then a run for each
 * of them kills the process, fails the call or swallows it. Calls are counted in each thread of each process on its own, and the
 * first that comes to the number has the fault.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Ended, type Place, type Running, start } from "./place.ts";

/** One call of a watched run. */
export interface Point {
  readonly call: string;
  /** Which call of that name it is in its thread, from 1. */
  readonly n: number;
  /** What it returned. */
  readonly result: number;
  /** Its arguments, as strace tells them. */
  readonly detail: string;
}

export type Fault =
  | { readonly kind: "kill" | "stop" }
  /** `stays`: so do all that come after it. */
  | { readonly kind: "error"; readonly errno: string; readonly stays: boolean }
  /** The call does nothing and says that all was written. */
  | { readonly kind: "lost" };

/** Undefined, or why there can be no faults here. */
export const whyNoStrace = findWhyNot();

function findWhyNot(): string | undefined {
  if (process.platform !== "linux") return "strace is for Linux";
  if (Bun.which("strace") === null) return "there is no strace";
  const tried = Bun.spawnSync(["strace", "-f", "-qq", "-o", "/dev/null", "-e", "inject=rename:error=EIO", "true"]);
  return tried.exitCode === 0 ? undefined : "strace may not watch processes here";
}

/** Calls that change files, or take and free locks. */
const changing = [
  ...["write", "pwrite64", "writev", "pwritev", "pwritev2", "copy_file_range", "sendfile", "fsync", "fdatasync"],
  ...["sync_file_range", "rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat", "mkdir", "mkdirat"],
  ...[
    "rmdir",
    "symlink",
    "ftruncate",
    "truncate",
    "fallocate",
    "chmod",
    "fchmod",
    "utimensat",
    "flock",
    "fcntl",
    "mmap",
  ],
];
const opening = ["open", "openat", "creat"];

/** Runs a command to its end and tells every call that touches its repository. */
export async function watchCalls(
  place: Place,
  command: readonly string[],
): Promise<{ readonly ended: Ended; readonly points: readonly Point[] }> {
  const folder = mkdtempSync(join(tmpdir(), "git-tracker-"));
  try {
    const path = join(folder, "calls");
    const known = [...opening, ...changing].map((call) => `?${call}`).join(",");
    const ended = await start(place, ["strace", "-f", "-y", "-qq", "-o", path, "-e", `trace=${known}`, ...command])
      .ended;
    return { ended, points: pointsOf(readFileSync(path, "utf8"), place.cwd) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Starts a command with a fault at one of its points. What strace itself says is in `said`, as it comes, if that is given. */
export function startWithFault(
  place: Place,
  command: readonly string[],
  { call, n, result }: Pick<Point, "call" | "n" | "result">,
  fault: Fault,
  said = "/dev/null",
): Running {
  const injected = `inject=${call}:${effectOf(fault, result)}:when=${n}${fault.kind === "error" && fault.stays ? "+" : ""}`;
  return start(place, ["strace", "-f", "-qq", "-o", said, "-e", `trace=${call}`, "-e", injected, ...command]);
}

function effectOf(fault: Fault, result: number): string {
  switch (fault.kind) {
    case "kill":
      return "signal=KILL";
    case "stop":
      return "signal=STOP";
    case "error":
      return `error=${fault.errno}`;
    case "lost":
      return `retval=${result}`;
  }
}

function pointsOf(trace: string, folder: string): Point[] {
  const counts = new Map<string, number>();
  const points = new Map<string, Point>();
  for (const line of trace.split("\n")) {
    const parsed = /^(\d+) +(\w+)\((.*)$/.exec(line);
    const [, thread = "", call = "", rest = ""] = parsed ?? [];
    if (call === "") continue;
    const n = (counts.get(`${thread} ${call}`) ?? 0) + 1;
    counts.set(`${thread} ${call}`, n);
    const detail = rest.replaceAll(/AT_FDCWD<[^>]*>/g, "AT_FDCWD");
    const touches = detail.includes(folder) || /"(?:\.git|refs|objects|packed-refs)/.test(detail);
    if (!touches || (call === "mmap" && !detail.includes("MAP_SHARED"))) continue;
    const result = Number(/ = (-?\d+)/.exec(detail)?.[1] ?? 0);
    points.set(`${call} ${n}`, { call, n, result, detail: detail.replaceAll(folder, "") });
  }
  return [...points.values()];
}

/** Whether a point can leave something else behind than was there before. */
export function isChange({ call, detail }: Point): boolean {
  if (opening.includes(call)) return /O_WRONLY|O_RDWR|O_CREAT|O_TRUNC/.test(detail);
  return call !== "fcntl" || /F_(?:OFD_)?SETLKW?\b/.test(detail);
}

/** Whether a point is about the index or the lock files, which may be lost. There are many of these. */
export function isCache({ detail }: Point): boolean {
  return /\/git-tracker\/(?:index|lock)/.test(detail);
}
