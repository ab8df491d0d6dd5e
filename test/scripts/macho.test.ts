/** Signatures for macOS, on a made-up executable: what one part of the build signs, another finds in order. */
import { describe, expect, test } from "bun:test";
import { signAdHoc } from "../../scripts/build/macho.ts";
import { signatureProblems } from "../../scripts/build/macho-check.ts";

const codeSize = 3 * 4096 + 160;

describe("an ad-hoc signature", () => {
  test("is valid, and signing again changes nothing", () => {
    const signed = signAdHoc(executable(), "git-tracker");
    expect(signatureProblems(Buffer.from(signed))).toEqual([]);
    expect(signAdHoc(signed, "git-tracker")).toEqual(signed);
  });

  test("leaves the code as it was", () => {
    const before = executable();
    expect(signAdHoc(before, "git-tracker").subarray(4096, codeSize)).toEqual(before.subarray(4096, codeSize));
  });

  test.each([
    ["a changed byte of the code", (file: Buffer) => file.writeUInt8(1, 9000), "1 of 4 pages have another hash"],
    ["a changed load command", (file: Buffer) => file.writeUInt8(9, 24), "1 of 4 pages have another hash"],
    ["the hardened runtime", (file: Buffer) => file.writeUInt32BE(0x10002, codeSize + 32), "asks for the hardened"],
    ["somebody's name", (file: Buffer) => file.writeUInt32BE(0, codeSize + 32), "not an ad-hoc signature"],
    ["a part that it doesn't cover", (file: Buffer) => file.writeUInt32BE(4096, codeSize + 52), "covers 4096 bytes of"],
    ["no signature", (file: Buffer) => file.fill(0, codeSize), "no embedded signature"],
  ])("is refused with %s", (_, change, problem) => {
    const file = Buffer.from(signAdHoc(executable(), "git-tracker"));
    change(file);
    expect(signatureProblems(file).join("\n")).toContain(problem);
  });

  test("is refused where the file goes on behind it", () => {
    const signed = signAdHoc(executable(), "git-tracker");
    expect(signatureProblems(Buffer.concat([signed, Buffer.from("more")])).join("\n")).toContain("the file at");
  });

  test("is not made for other files", () => {
    expect(() => signAdHoc(Buffer.from("\x7fELF".padEnd(64, "\0")), "git-tracker")).toThrow("not a 64-bit Mach-O file");
    expect(() => signAdHoc(executable("__OTHER"), "git-tracker")).toThrow("no __LINKEDIT");
  });
});

/** A header, two segments, a load command for a signature that is not there yet, and code. */
function executable(linkEdit = "__LINKEDIT"): Buffer {
  const file = Buffer.alloc(codeSize + 32, "code ");
  const commands = Buffer.concat([
    segment("__TEXT", 0, 8192),
    segment(linkEdit, 8192, codeSize + 32 - 8192),
    words(0x1d, 16, codeSize, 32),
  ]);
  words(0xfeedfacf, 0x01000007, 3, 2, 3, commands.length, 0, 0).copy(file);
  commands.copy(file, 32);
  return file;
}

function segment(name: string, fileOffset: number, fileSize: number): Buffer {
  const command = Buffer.alloc(72);
  words(0x19, 72).copy(command);
  command.write(name, 8);
  command.writeBigUInt64LE(BigInt(fileOffset), 40);
  command.writeBigUInt64LE(BigInt(fileSize), 48);
  return command;
}

function words(...values: readonly number[]): Buffer {
  return Buffer.from(Uint32Array.from(values).buffer);
}
