/** E, the process: streams that are closed, full or nobody reads, and limits that the shell sets. */
import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { slowMs } from "../faults/expect.ts";
import { attempt, type Ended, gitIn, makePlace, type Place, start, tracker } from "../faults/place.ts";
import { strayLocks } from "../faults/state.ts";
import { binary } from "../support/binary.ts";
import { misconduct } from "./outcome.ts";
import { issueTipsOf } from "./tips.ts";

/** Runs a line of shell in which `"$@"` is git-tracker with these arguments. */
async function inShell(place: Place, line: string, ...args: readonly string[]): Promise<Ended> {
  return start(place, ["bash", "-c", line, "bash", await binary(), ...args]).ended;
}

describe("streams", () => {
  const lines = [
    ["standard input is closed", '"$@" <&-', [0]],
    ["standard output is closed", '"$@" >&-', [0, 5]],
    ["standard error is closed", '"$@" 2>&-', [0]],
    ["all are closed", '"$@" <&- >&- 2>&-', [0, 5]],
    ["nobody reads standard output", 'set -o pipefail; "$@" | exec true', [0]],
    ["nobody reads standard error", '"$@" 2> >(exec true)', [0]],
    ["standard output is read-only", '"$@" 1</dev/null', [0, 5]],
    ...(existsSync("/dev/full") ? ([["standard output is a full disk", '"$@" >/dev/full', [5]]] as const) : []),
  ] as const;

  test.each(lines)("%s: what is written is kept, and how it ended is said", async (_, line, codes) => {
    using place = makePlace();
    const id = await tracker(place, "new", "-q", "One");
    const before = issueTipsOf(place);
    const made = await inShell(place, line, "new", "-q", "Another");
    expect(misconduct("new", made, [...codes])).toEqual([]);
    expect(issueTipsOf(place).split("\n").length).toBe(before.split("\n").length + 1);
    expect(misconduct("comment", await inShell(place, line, "comment", id, "Said"), [...codes])).toEqual([]);
    expect(await tracker(place, "show", id, "--json")).toContain("Said");
    expect(misconduct("list", await inShell(place, line, "list", "--json"), [...codes])).toEqual([]);
    expect(strayLocks(place)).toEqual([]);
  });

  test("what stands on standard error reaches nobody, and the exit code tells it", async () => {
    using place = makePlace();
    const codes: number[] = [];
    for (const line of ['"$@" 2>&-', '"$@" 2>/dev/full', '"$@" 2> >(exec true)']) {
      codes.push((await inShell(place, line, "show", "abcd")).code);
    }
    expect(codes).toEqual([3, 3, 3]);
  });

  test("a body that comes from a closed standard input is no body", async () => {
    using place = makePlace();
    const id = await tracker(place, "new", "-q", "One");
    const ended = await inShell(place, '"$@" <&-', "comment", id, "-F", "-");
    expect(misconduct("comment", ended, [2, 5, 7])).toEqual([]);
  });
});

describe("limits", () => {
  test.each([8, 12, 24])(
    "%i open files: done or refused, and nothing in between",
    async (files) => {
      await expectWholeOrNothing(`ulimit -n ${files}; exec "$@"`);
    },
    slowMs,
  );

  // Fewer than this the machine itself needs, which says so in its own way.
  test.each([3, 5, 6])(
    "%i open files: done or not, and nothing in between",
    async (files) => {
      await expectWholeOrNothing(`ulimit -n ${files}; exec "$@"`, "in any way");
    },
    slowMs,
  );

  test.each([0, 1, 16, 256])(
    "files of %i KB at most: done or refused, and nothing in between",
    async (blocks) => {
      await expectWholeOrNothing(`trap '' XFSZ; ulimit -f ${blocks}; exec "$@"`);
    },
    slowMs,
  );

  test("files of 1 KB at most, of which a signal tells: killed, and nothing in between", async () => {
    await expectWholeOrNothing(`ulimit -c 0; ulimit -f 1; exec "$@"`, "in any way");
  });
});

/** Writes and reads under a limit; then without it, when all that was acknowledged must be there. */
async function expectWholeOrNothing(line: string, refused: "in words" | "in any way" = "in words"): Promise<void> {
  using place = makePlace();
  const id = await tracker(place, "new", "-q", "One");
  gitIn(place, "gc", "--quiet");
  const acked: string[] = [];
  const problems: string[] = [];
  for (const n of [1, 2, 3]) {
    const text = `Said ${n}`;
    const written = await inShell(place, line, "comment", "-q", id, text);
    const listed = await inShell(place, line, "list", "--json");
    if (written.code === 0) acked.push(text);
    if (refused === "in any way") continue;
    problems.push(...misconduct("comment", written, [0, 5, 7]), ...misconduct("list", listed, [0, 5, 7]));
  }
  problems.push(...misconduct("Without the limit, comment", await attempt(place, "comment", id, "Afterwards"), [0]));
  const shown = await tracker(place, "show", id, "--json");
  problems.push(...acked.filter((text) => !shown.includes(text)).map((text) => `${text} is lost`));
  problems.push(...strayLocks(place).map((name) => `${name} is left`));
  expect(problems).toEqual([]);
}
