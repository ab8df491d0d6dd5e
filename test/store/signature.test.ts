import { expect, test } from "bun:test";
import fc from "fast-check";
import { decodeCommitObject, encodeCommit } from "../../src/store/objects.ts";
import { takeSignature } from "../../src/store/signature.ts";
import { ada, emptyTree } from "../support/events.ts";

const armor = "-----BEGIN SSH SIGNATURE-----\nAAAA\n\nBBBB\n-----END SSH SIGNATURE-----\n";
const content = { tree: emptyTree, parents: [], author: ada, time: { seconds: 5, zone: "+0000" }, message: "Hello\n" };

test.each([40, 64])("a signature comes back as it was, and what it is over: %i digits", (digits) => {
  const plain = { ...content, tree: "a".repeat(digits) };
  const signed = { ...plain, signature: armor };
  const { bytes } = encodeCommit(signed);
  expect(new TextDecoder().decode(bytes)).toContain(
    digits === 40 ? "\ngpgsig -----BEGIN" : "\ngpgsig-sha256 -----BEGIN",
  );
  expect(decodeCommitObject(bytes)).toEqual({ content: signed, signed: "signed" });
  expect(takeSignature(bytes, digits)).toEqual({
    kind: "signed",
    payload: Buffer.from(encodeCommit(plain).bytes),
    signature: armor,
  });
  expect(takeSignature(bytes, 104 - digits)).toMatchObject({ kind: "unclear" });
  expect(takeSignature(encodeCommit(plain).bytes, digits)).toEqual({ kind: "unsigned" });
});

test("a signature stands where another header is, or what looks like one in a name, a text or a header's lines", () => {
  const odd = (header: string) => Buffer.from(`tree ${emptyTree}\n${header}\n\ngpgsig no\n x\n`);
  expect(takeSignature(odd("author A\rgpgsig x <a@b> 1 +0000\nmergetag x\n gpgsig y"), 40)).toEqual({
    kind: "unsigned",
  });
  expect(takeSignature(odd("gpgsig a\n b\nencoding x"), 40)).toMatchObject({ kind: "signed", signature: "a\nb\n" });
  expect(takeSignature(odd("gpgsig a\ngpgsig b"), 40)).toMatchObject({ kind: "unclear" });
  expect(takeSignature(odd("gpgsig a\ngpgsig-sha256 b"), 40)).toMatchObject({ kind: "unclear" });
  expect(takeSignature(odd("gpgsig a\nauthor x\ngpgsigx b"), 40)).toMatchObject({ kind: "unclear" });
});

test("no bytes are too odd to be taken apart", () => {
  const piece = fc.constantFrom("gpgsig", "gpgsig-sha256", " ", "\n", "\n\n", "tree", "\r", "\0", "é", "x");
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const bytes = Buffer.from(pieces.join(""));
      const taken = takeSignature(bytes, 40);
      if (taken.kind === "signed") expect(taken.payload.length).toBeLessThan(bytes.length);
    }),
  );
});
