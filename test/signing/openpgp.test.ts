import { describe, expect, test } from "bun:test";
import { readColons, readStatus } from "../../src/signing/openpgp.ts";

const key = "0123456789ABCDEF0123456789ABCDEF01234567";
const valid = (more = "00") => `[GNUPG:] VALIDSIG ${key} 2026-01-15 1768478400 0 4 0 22 10 ${more} ${key}`;
const good = "[GNUPG:] GOODSIG 89ABCDEF01234567 Ada <ada@example.com>";

describe("gpg's status lines", () => {
  test.each<[lines: string[], expected: object]>([
    [["[GNUPG:] NEWSIG", good, valid()], { kind: "sound", key }],
    [["[GNUPG:] EXPKEYSIG 1 Ada", valid()], { kind: "sound", key }],
    [["[GNUPG:] REVKEYSIG 1 Ada", valid()], { kind: "sound", key }],
    [["[GNUPG:] BADSIG 1 Ada"], { kind: "broken" }],
    [["[GNUPG:] EXPSIG 1 Ada", valid()], { kind: "broken" }],
    [["[GNUPG:] ERRSIG 89ABCDEF01234567 22 10 00 1768478400 9 -"], { kind: "unchecked", key: "89ABCDEF01234567" }],
    [[good, valid(), good, valid()], { kind: "broken" }],
    [[good, "[GNUPG:] BADSIG 1 Eve", valid()], { kind: "broken" }],
    [[good, valid(), valid()], { kind: "broken" }],
    [[good, valid("01")], { kind: "broken" }],
    [[good], { kind: "unchecked" }],
    [[valid()], { kind: "unchecked" }],
    [[], { kind: "unchecked" }],
    [[`x ${good}`, `GOODSIG 1 Ada`, valid()], { kind: "unchecked" }],
    [[good.replace("Ada", "Ada [GNUPG:] BADSIG"), valid()], { kind: "sound", key }],
  ])("%j", (lines, expected) => {
    expect(readStatus(`${lines.join("\n")}\n`)).toMatchObject(expected);
  });
});

describe("gpg's listing of keys", () => {
  const uid = (validity: string, text: string) => `uid:${validity}::::1::HASH::${text}::::::::::0:`;
  const pub = (validity: string, { ends = "", trust = "-" } = {}) =>
    `pub:${validity}:255:22:KEYID:100:${ends}::${trust}:::scSC::::::23::0:`;
  const fpr = (name: string) => `fpr:::::::::${name}:`;
  const read = (lines: string[], level?: string) => readColons(lines.join("\n"), level);

  test("a key counts for the names that gpg is sure of", () => {
    const lines = [
      pub("f"),
      fpr("A"),
      uid("f", "Ada <ada@example.com>"),
      uid("-", "Eve <eve@example.com>"),
      uid("r", "Old <old@example.com>"),
    ];
    expect(read(lines)).toEqual([
      {
        key: "A",
        principals: ["ada@example.com"],
        validAfter: 100,
        validBefore: undefined,
        revoked: false,
        source: "gpg",
      },
    ]);
  });

  test("how sure is git's gpg.minTrustLevel, and never less than marginally", () => {
    const sure = (validity: string, level?: string) =>
      read([pub("-"), fpr("A"), uid(validity, "a@b")], level).length === 1;
    expect(["u", "f", "m", "-", "q", "n", "r"].filter((each) => sure(each))).toEqual(["u", "f"]);
    expect(["u", "f", "m", "-"].filter((each) => sure(each, "marginal"))).toEqual(["u", "f", "m"]);
    expect(["u", "f", "m", "-"].filter((each) => sure(each, "ultimate"))).toEqual(["u"]);
    expect(["u", "f", "m", "-"].filter((each) => sure(each, "undefined"))).toEqual(["u", "f"]);
  });

  test("names that would match others' addresses count for nobody", () => {
    expect(
      read([pub("f"), fpr("A"), uid("f", "Eve <*@example.com>"), uid("f", "a\\x2cb"), uid("f", "x \\x3c*\\x3e")]),
    ).toEqual([]);
  });

  test("subkeys are valid as long as they and their key are", () => {
    const sub = (ends: string, validity = "f") => `sub:${validity}:255:22:KEYID:200:${ends}:::::s::::::23::`;
    const lines = [pub("f", { ends: "900" }), fpr("A"), uid("f", "a@b"), sub("500"), fpr("B"), sub("", "r"), fpr("C")];
    expect(
      read(lines).map(({ key, validAfter, validBefore, revoked }) => [key, validAfter, validBefore, revoked]),
    ).toEqual([
      ["A", 100, 900, false],
      ["B", 200, 500, false],
      ["C", 200, 900, true],
    ]);
  });

  test("one that has expired counts for its time if it is the person's own; one that is revoked never does", () => {
    expect(read([pub("e", { ends: "900", trust: "u" }), fpr("A"), uid("e", "a@b")])).toMatchObject([
      { key: "A", validBefore: 900 },
    ]);
    expect(read([pub("e", { ends: "900" }), fpr("A"), uid("e", "a@b")])).toEqual([]);
    expect(read([pub("r"), fpr("A"), uid("r", "a@b")])).toMatchObject([{ key: "A", revoked: true }]);
  });
});
