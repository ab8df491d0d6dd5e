/** All rigs at full size, for hours of a machine: the sizes of scale 1 are those of which the documents speak. */
import { writeInCrowd } from "./crowd.ts";
import { failAtPoints, loseWrites } from "./errors.ts";
import { killGroups } from "./group-kills.ts";
import { choreNames, writeDuringChores } from "./housekeeping.ts";
import { killAtPoints } from "./kills.ts";
import { type FileSystem, whyNoCuts } from "./mount.ts";
import { cutPower, type PowerSize } from "./power.ts";
import { gather, headline, type RigReport } from "./rig.ts";
import { readPastStopped } from "./stopped-writer.ts";
import { whyNoStrace } from "./strace.ts";

export interface SoakOptions {
  /** 1 is full size; 0.01 tries whether all of it runs. */
  readonly scale: number;
  readonly seed: number;
  /** Takes each line as it comes. */
  readonly report: (line: string) => void;
  /** Names of `soakParts`; without it, all. */
  readonly parts?: readonly SoakPart[];
  /** An older executable, for the part "A6". */
  readonly otherProgram?: string;
}

interface Size extends Pick<SoakOptions, "seed" | "otherProgram"> {
  /** So many of them at this scale. */
  count(full: number): number;
  /** Of about 200 points; undefined is all. */
  readonly points: { readonly perCase?: number };
}

/** What a part does, or why it can't. */
type Part = (size: Size) => Promise<RigReport> | string;

const parts = {
  A1: ({ seed, count }) => writeInCrowd({ seed, processes: 64, eventsEach: count(200), issues: 1 }),
  A2: ({ seed, count }) => writeInCrowd({ seed, processes: count(256), eventsEach: count(50), issues: count(1000) }),
  "A4 gc": ({ seed, count }) => writeDuringChores({ seed, chores: ["gc --prune=now"], trials: count(200) }),
  "A4 prune": ({ seed, count }) => writeDuringChores({ seed, chores: ["prune --expire=now"], trials: count(200) }),
  // Without a person's commits, since those are what such a collection may well take.
  "A4 all": ({ seed, count }) =>
    writeDuringChores({ seed, chores: choreNames.filter((name) => name !== "commit"), trials: count(200) }),
  A6: ({ seed, count, otherProgram }) =>
    otherProgram === undefined
      ? "no second executable was given"
      : writeInCrowd({ seed, processes: 16, eventsEach: count(100), issues: 4, otherProgram }),
  A7: ({ seed, count }) => whyNoStrace ?? readPastStopped({ seed, reads: count(1000), stops: count(50) + 2 }),
  B1: ({ seed, points }) => whyNoStrace ?? killAtPoints({ seed, ...points }),
  "B2 errors": ({ seed, points }) => whyNoStrace ?? failAtPoints({ seed, ...points }),
  "B2 lost": ({ seed, points }) => whyNoStrace ?? loseWrites({ seed, ...points }),
  B3: ({ seed, count }) => killGroups({ seed, kills: count(2000) }),
  "B4 ext4": (size) => cut(size, "ext4", "durable"),
  "B4 xfs": (size) => cut(size, "xfs", "durable"),
  "B4 ext4 fast": (size) => cut(size, "ext4", "fast"),
  "B4 xfs fast": (size) => cut(size, "xfs", "fast"),
} as const satisfies Record<string, Part>;

export type SoakPart = keyof typeof parts;
export const soakParts = Object.keys(parts).filter((name): name is SoakPart => name in parts);

/** Plays the parts one after the other. Returns their reports; what was skipped is only told. */
export async function soakFaults({
  scale,
  seed,
  report,
  parts: names = soakParts,
  otherProgram,
}: SoakOptions): Promise<readonly RigReport[]> {
  const size: Size = {
    seed,
    count: (full) => Math.max(1, Math.round(full * scale)),
    points: scale < 1 ? { perCase: Math.max(1, Math.round(200 * scale)) } : {},
    ...(otherProgram === undefined ? {} : { otherProgram }),
  };
  const reports: RigReport[] = [];
  for (const name of names) {
    const part: Part = parts[name];
    const played = part(size);
    if (typeof played === "string") {
      report(`${name}: skipped: ${played}`);
      continue;
    }
    const began = performance.now();
    const done = await played;
    reports.push(done);
    report(`${headline(done)}; ${Math.round((performance.now() - began) / 1000)} s`);
    for (const problem of gather(done.problems)) report(`  ${problem}`);
  }
  return reports;
}

function cut(
  { seed, count }: Size,
  fileSystem: FileSystem,
  durability: PowerSize["durability"],
): Promise<RigReport> | string {
  return whyNoCuts(fileSystem) ?? cutPower({ seed, fileSystem, durability, cuts: count(500), untilMs: 6000 });
}
