import { expect, test } from "bun:test";
import { parseArgs } from "node:util";
import * as fc from "fast-check";
import type { Flag, Flags } from "../../src/commands/command.ts";
import { readTokens, type Token } from "../../src/commands/tokens.ts";

const flags = {
  all: { type: "boolean", short: "a", help: "" },
  quiet: { type: "boolean", help: "" },
  body: { type: "string", short: "b", value: "TEXT", help: "" },
  label: { type: "list", short: "l", value: "LABELS", help: "" },
} as const satisfies Flags;

const piece = fc.constantFrom("-", "--", "=", "a", "b", "l", "x", "all", "body", "label", "constructor", " ", "é");
const argument = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(""));

test("arguments are taken apart as node:util takes them", () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  console.log(`seed ${seed}`);
  fc.assert(
    fc.property(fc.array(argument, { maxLength: 6 }), (args) => {
      // Node takes the minus in `-a-b` for an end of all flags; here it is one that there is not.
      fc.pre(!args.some((arg) => /^-[^-].*-/.test(arg)));
      expect(readTokens(args, flags, () => false)).toEqual(nodeTokens(args));
    }),
    { seed, numRuns: 2000 },
  );
});

function nodeTokens(args: readonly string[]): Token[] {
  const options = Object.fromEntries(
    Object.entries<Flag>(flags).map(([flag, { type, short }]) => [
      flag,
      {
        type: type === "boolean" ? ("boolean" as const) : ("string" as const),
        multiple: true,
        ...(short && { short }),
      },
    ]),
  );
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  return tokens.flatMap((token): Token[] => {
    if (token.kind === "positional") return [{ kind: "word", word: token.value }];
    if (token.kind !== "option") return [];
    return [{ kind: "flag", flag: token.name, spelling: token.rawName, value: token.value }];
  });
}
