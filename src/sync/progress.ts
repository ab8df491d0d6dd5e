/** What git says of its progress: numbers are taken out of it and told, the rest is kept. */

/** How far something is. `note`: what else there is to say, as in `3.50 MiB`. */
export type Telling = (what: string, done: number, total: number | undefined, note?: string) => void;

export interface ProgressReader {
  read(bytes: Uint8Array): void;
  /** What was said besides. */
  rest(): string;
  /** Nothing more comes: what was begun is told as done. */
  end(): void;
}

/** How much is kept of what git says, in characters: the end of it, where the reason is. */
const restMax = 64 * 1024;

export function readProgress(tell: Telling): ProgressReader {
  const decoder = new TextDecoder();
  let line = "";
  let rest = "";
  let open: Step | undefined;
  const take = (text: string, end: string) => {
    const step = stepIn(text);
    if (step === undefined) rest = (rest + text + end).slice(-restMax);
    else {
      tell(step.what, step.done, step.total, step.note);
      open = step;
    }
  };
  return {
    read(bytes) {
      const parts = (line + decoder.decode(bytes, { stream: true })).split(/(?<=[\r\n])/);
      const last = parts.at(-1) ?? "";
      const isWhole = /[\r\n]$/.test(last);
      line = isWhole ? "" : last.slice(-restMax);
      for (const part of isWhole ? parts : parts.slice(0, -1)) take(part.replace(/[\r\n]$/, ""), "\n");
    },
    rest() {
      return `${rest}${line}`.trim();
    },
    end() {
      if (open !== undefined) tell(open.what, open.done, open.done);
    },
  };
}

interface Step {
  readonly what: string;
  readonly done: number;
  readonly total: number | undefined;
  readonly note: string | undefined;
}

/** `Receiving objects:  42% (120/283), 3.50 MiB | 1.20 MiB/s`, or `remote: Enumerating objects: 120`. */
function stepIn(line: string): Step | undefined {
  const match =
    /^(remote: +)?(Enumerating|Counting|Compressing|Receiving|Unpacking|Resolving|Writing) (objects|deltas): +(?:\d+% \((\d+)\/(\d+)\)|(\d+))(?:, ([\d.]+ (?:bytes|[KMG]iB)))?[^a-z]*(?:\| .*)?(?:, done\.)?\s*$/.exec(
      line,
    );
  if (match === null) return undefined;
  const [, remote, doing, what, done, total, alone, note] = match;
  return {
    what: `${doing} ${what}${remote === undefined ? "" : " there"}`,
    done: Number(done ?? alone),
    total: total === undefined ? undefined : Number(total),
    note,
  };
}
