/** No input crashes the executable: unknown flags, huge arguments, bytes that are no UTF-8. `sh` makes the bytes, since our own strings can't. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { exitCodes } from "../../src/core/errors.ts";
import { findSteering } from "../render/hostile.ts";
import { binary, runProgram } from "../support/binary.ts";
import { effortHere, sample } from "./effort.ts";
import { type Slot, slotsFor } from "./slots.ts";
import { openStage } from "./stage.ts";
import { thingsOf } from "./world.ts";

const effort = effortHere();
const stage = openStage();
const documented = [0, ...Object.values(exitCodes)];
let slots: Slot[] = [];
let program = "";

beforeAll(async () => {
  program = await binary();
  slots = await slotsFor(await thingsOf(stage));
}, 300_000);
afterAll(() => stage[Symbol.dispose]());

/** What printf makes of these stands in an argument's place; the last are just long. */
const bytes = {
  "a byte of Latin-1": "\\351",
  "a C1 control as a byte": "x\\2332Jx",
  "a cut sequence": "\\342\\202",
  "an overlong escape": "\\300\\233[2J",
  "a surrogate": "\\355\\240\\200",
  "all bytes": Array.from({ length: 255 }, (_, at) => `\\${(at + 1).toString(8).padStart(3, "0")}`).join(""),
  "an escape sequence": "\\033]0;owned\\007",
};

test.each(Object.entries(bytes))(
  `%s in any place (seed ${effort.seed})`,
  async (_, octal) => {
    for (const slot of sample(slots, Math.round(8 * effort.runs), effort.seed + octal.length))
      await expectCalm(slot.with("\u0001"), octal);
  },
  600_000,
);

test("flags that nobody knows", async () => {
  const flags = [
    "--no-such",
    "-Z",
    "--json=1",
    "--",
    "-",
    "---",
    "--=x",
    "-=",
    "--__proto__",
    "--constructor=x",
    "--to-string",
    "--help=no",
    "-hhh",
  ];
  for (const [at, slot] of sample(slots, flags.length, effort.seed).entries()) {
    await expectCalm(
      [slot.command, flags[at] ?? ""].filter((arg) => arg !== ""),
      "",
    );
  }
}, 600_000);

test("arguments as big as the system lets through, and as many", async () => {
  const big = "x".repeat(120_000);
  for (const slot of sample(slots, Math.round(10 * effort.runs), effort.seed)) await expectCalm(slot.with(big), "");
  await expectCalm(["list", ...Array.from({ length: 20_000 }, () => "a")], "");
  await expectCalm(["show", ...Array.from({ length: 20_000 }, (_, at) => String(at))], "");
  await expectCalm(["new", ...Array.from({ length: 20_000 }, () => "--label=x")], "");
}, 600_000);

test("standard input of any bytes, or none", async () => {
  for (const args of [
    ["new", "--from-file", "-"],
    ["import", "github", "-"],
    ["comment", "@last", "-F", "-"],
  ]) {
    for (const octal of Object.values(bytes)) await expectCalm(args, "", octal);
  }
}, 600_000);

/** Runs the executable; the character U+0001 in an argument stands for the bytes. It must end as documented and say no stack. */
async function expectCalm(args: readonly string[], octal: string, stdin = ""): Promise<void> {
  const given = args.map((arg) => {
    const quoted = `'${arg.replaceAll("\0", "").replaceAll("'", "'\\''")}'`;
    return quoted.replace("\u0001", `'"$(printf '${octal}')"'`);
  });
  const line = `printf '${stdin}' | exec "$0" ${given.join(" ")}`;
  // A line of sh is itself an argument and bounded as such, so long ones are given directly.
  const isLong = line.length > 100_000;
  const command = isLong ? [program, ...args] : ["sh", "-c", line, program];
  const { stdout, stderr, code } = await runProgram(command, { cwd: stage.cwd, env: { ...stage.environment } });
  const what = {
    args: args.map((arg) => arg.slice(0, 60)).slice(0, 6),
    octal: octal.slice(0, 40),
    code,
    stderr: stderr.slice(0, 2000),
  };
  expect({ ...what, documented: documented.includes(code) }).toMatchObject({ documented: true });
  expect({ ...what, stack: /^\s+at .+:\d+/m.test(stderr) }).toMatchObject({ stack: false });
  const raw = args.includes("--get");
  expect({ ...what, steering: (raw ? undefined : findSteering(stdout)) ?? findSteering(stderr) }).toMatchObject({
    steering: undefined,
  });
}
