/**
 * A refusal: something the person (or program) asked for that cannot be done, told with a way out. Bugs are not refusals: they
 * are ordinary errors and crash with their stack.
 */

export type ErrorCode =
  | "invalid" // Usage or input that makes no sense.
  | "not-found"
  | "ambiguous"
  | "conflict" // The state does not allow it: somebody was first, a cycle, a transition.
  | "unavailable" // A lock, a remote, the network: trying again later may work.
  | "corrupt"
  | "not-permitted";

export class TrackerError extends Error {
  override readonly name = "TrackerError";
  readonly code: ErrorCode;
  /** What to do next: one sentence, and never something that destroys data. */
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, hint?: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

/** Every exit code of the program, and what it says. */
export const exitMeanings: readonly (readonly [code: number, meaning: string])[] = [
  [0, "done"],
  [1, "a bug"],
  [2, "usage or invalid input"],
  [3, "not found or ambiguous"],
  [4, "conflict"],
  [5, "unavailable"],
  [6, "corrupt data"],
  [7, "not permitted"],
  [130, "interrupted"],
];

/** The exit code of the program for each kind of refusal. */
export const exitCodes: Readonly<Record<ErrorCode, number>> = {
  invalid: 2,
  "not-found": 3,
  ambiguous: 3,
  conflict: 4,
  unavailable: 5,
  corrupt: 6,
  "not-permitted": 7,
};

/**
 * The refusal for an error of the system that is no fault of the program: a disk that fails, too many open files, no permission.
 * Undefined for any other error.
 */
export function systemRefusal(error: unknown): TrackerError | undefined {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return undefined;
  if (!passing.has(error.code) && !forbidding.has(error.code)) return undefined;
  return new TrackerError(
    forbidding.has(error.code) ? "not-permitted" : "unavailable",
    `The system refused: ${error.message}`,
    "Look at the disk, its space and its permissions, then try again.",
  );
}

const passing: ReadonlySet<string> = new Set([
  ...["EIO", "EINTR", "EAGAIN", "ENOMEM", "EMFILE", "ENFILE", "ENOSPC", "EDQUOT", "EFBIG"],
  ...["ENAMETOOLONG", "ELOOP", "EBUSY", "ETXTBSY", "ENXIO", "EBADF"],
]);
const forbidding: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EROFS"]);

/** Nobody misspells a word of this length; comparing it would take long. */
const wordLengthMax = 100;

/** `value` of the `candidates` that is spelled most like `word`, if one is near enough to be what was meant. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > wordLengthMax) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours each cost one. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, substitution);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      current.push(cost);
    }
    before = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}
