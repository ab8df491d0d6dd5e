import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { judge, type KeyEntry, type Made, matchesAny, onlyAddress, worst } from "../../src/core/trust.ts";

const ada = { email: "ada@example.com" };
const entry = (key: string, principals: string[], more: Partial<KeyEntry> = {}): KeyEntry => ({
  key,
  principals,
  source: "test",
  ...more,
});
const by = (key: string): Made => ({ kind: "sound", key });

describe("a verdict", () => {
  test.each<[what: string, made: Made, ring: KeyEntry[], state: string]>([
    ["unsigned, whoever is trusted", { kind: "unsigned" }, [entry("K", ["*"])], "unsigned"],
    ["broken, whoever is trusted", { kind: "broken", reason: "no" }, [entry("K", ["*"])], "bad"],
    ["sound, of a key that nobody knows", by("K"), [entry("L", ["*"])], "unknown"],
    ["sound, of the author's key", by("K"), [entry("K", ["ada@example.com"])], "good"],
    ["sound, of the author's key in other letters", by("K"), [entry("K", ["Ada@Example.com"])], "good"],
    ["sound, of a whole domain's key", by("K"), [entry("K", ["*@example.com"])], "good"],
    ["sound, of a key for all but the author", by("K"), [entry("K", ["*@example.com", "!ada@*"])], "bad"],
    ["sound, of somebody else's key", by("K"), [entry("K", ["ben@example.com"])], "bad"],
    [
      "sound, of a key that both have",
      by("K"),
      [entry("K", ["ben@example.com"]), entry("K", ["ada@example.com"])],
      "good",
    ],
    ["sound, on the first second", by("K"), [entry("K", ["*"], { validAfter: 100 })], "good"],
    ["sound, on the last second", by("K"), [entry("K", ["*"], { validBefore: 100 })], "good"],
    ["sound, too early", by("K"), [entry("K", ["*"], { validAfter: 101 })], "bad"],
    ["sound, too late", by("K"), [entry("K", ["*"], { validBefore: 99 })], "bad"],
    ["sound, valid by another entry", by("K"), [entry("K", ["*"], { validBefore: 99 }), entry("K", ["ada@*"])], "good"],
    [
      "sound, valid for somebody else only",
      by("K"),
      [entry("K", ["ada@*"], { validBefore: 99 }), entry("K", ["ben@*"])],
      "bad",
    ],
    [
      "sound, revoked by one of those who know it",
      by("K"),
      [entry("K", ["*"]), entry("K", [], { revoked: true })],
      "bad",
    ],
    [
      "unchecked, of the author's key",
      { kind: "unchecked", key: "K", reason: "no gpg" },
      [entry("K", ["*"])],
      "unknown",
    ],
    [
      "unchecked, of a revoked key",
      { kind: "unchecked", key: "K", reason: "no gpg" },
      [entry("K", [], { revoked: true })],
      "bad",
    ],
  ])("over a signature that is %s", (_, made, ring, state) => {
    const verdict = judge(made, ada, 100, ring);
    expect(verdict.state).toBe(state as typeof verdict.state);
    expect(verdict.reason === null).toBe(state === "good");
  });

  test("is good only if some entry has the key, the author and the time", () => {
    const anyEntry = fc.record({
      key: fc.constantFrom("K", "L"),
      principals: fc.array(fc.constantFrom("ada@example.com", "ben@example.com", "*", "!ada@example.com"), {
        minLength: 1,
      }),
      validAfter: fc.option(fc.integer({ min: 90, max: 110 }), { nil: undefined }),
      validBefore: fc.option(fc.integer({ min: 90, max: 110 }), { nil: undefined }),
      revoked: fc.constantFrom(true, false, undefined),
      source: fc.constant("test"),
    });
    fc.assert(
      fc.property(fc.array(anyEntry, { maxLength: 5 }), (ring) => {
        const vouches = ({ key, principals, validAfter = 0, validBefore = 1000 }: KeyEntry) =>
          key === "K" &&
          principals.some((each) => each === "*" || each === ada.email) &&
          !principals.includes("!ada@example.com") &&
          100 >= validAfter &&
          100 <= validBefore;
        const isRevoked = ring.some(({ key, revoked }) => key === "K" && revoked);
        const expected = ring.some(vouches) && !isRevoked;
        expect(judge(by("K"), ada, 100, ring).state === "good").toBe(expected);
      }),
    );
  });
});

test("the worst of several", () => {
  const of = (...states: ("good" | "bad" | "unknown" | "unsigned")[]) =>
    worst(states.map((state) => ({ state })))?.state;
  expect(of()).toBeUndefined();
  expect(of("good", "good")).toBe("good");
  expect(of("good", "unsigned", "good")).toBe("unsigned");
  expect(of("unsigned", "unknown")).toBe("unknown");
  expect(of("good", "bad", "unknown")).toBe("bad");
});

test("patterns match as a regular expression would, in any case of letters, and never take long", () => {
  const piece = fc.constantFrom("a", "b", "B", "*", "?", ".", "@");
  const text = fc.string({ unit: fc.constantFrom("a", "b", "A", ".", "@"), maxLength: 8 });
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), text, (pieces, value) => {
      const pattern = pieces.join("");
      const source = pieces
        .map((each) => (each === "*" ? ".*" : each === "?" ? "." : each === "." ? "\\." : each))
        .join("");
      expect(matchesAny([pattern], value)).toBe(new RegExp(`^${source}$`, "i").test(value));
    }),
  );
  expect(matchesAny([`${"*a".repeat(5000)}b`], "a".repeat(5000))).toBe(false);
});

test("an address as a pattern means itself alone", () => {
  expect(onlyAddress("ada@example.com")).toEqual(["ada@example.com"]);
  for (const email of ["", "*", "*@example.com", "a?a@example.com", "!ada@example.com", "a,b", "a b", 'a"b'])
    expect(onlyAddress(email)).toEqual([]);
});
