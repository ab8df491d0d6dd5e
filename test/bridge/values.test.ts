import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { depthMax, objectBytesMax, readObjects, type SourceFile } from "../../src/bridge/values.ts";
import { TrackerError } from "../../src/core/errors.ts";

const encoder = new TextEncoder();

async function read(bytes: SourceFile["bytes"] | string): Promise<[place: string, value: object][]> {
  const file = { name: "f.json", bytes: typeof bytes === "string" ? encoder.encode(bytes) : bytes };
  const found: [string, object][] = [];
  for await (const { place, value } of readObjects(file)) found.push([place, value]);
  return found;
}

async function refusal(bytes: SourceFile["bytes"] | string): Promise<string> {
  try {
    await read(bytes);
  } catch (error) {
    if (error instanceof TrackerError) return `${error.code} ${error.message}`;
    throw error;
  }
  return "accepted";
}

async function* inChunks(bytes: Uint8Array, parts: number): AsyncGenerator<Uint8Array> {
  const size = Math.max(1, Math.floor(bytes.length / parts));
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe("objects of a file", () => {
  test.each([
    ["one per line", '{"a":1}\n{"a":2}\n'],
    ["one per line, with blank lines and CRLF", '\r\n{"a":1}\r\n\r\n{"a":2}'],
    ["over several lines", '{\n "a": 1\n}\n{\n "a": 2 }'],
    ["a list", '[{"a":1},\n{"a":2}]'],
    ["one list after the other", '[{"a":1}][{"a":2}]'],
    ["lists in a list", '[[{"a":1}],[],[{"a":2}]]'],
    ["after a byte order mark", '\ufeff{"a":1}{"a":2}'],
  ])("%s", async (_, text) => {
    expect((await read(text)).map(([, value]) => value)).toEqual([{ a: 1 }, { a: 2 }]);
  });

  test("know the line they begin on", async () => {
    const text = '[\n  {"a": {\n   "b": "} \\" {"}},\n\n  {"c": "\\\\"}]';
    expect(await read(text)).toEqual([
      ["f.json:2", { a: { b: '} " {' } }],
      ["f.json:5", { c: "\\" }],
    ]);
  });

  test("of an empty file are none", async () => {
    expect(await read(" \n\t\n")).toEqual([]);
    expect(await read("[]")).toEqual([]);
  });

  test("are found however the bytes are cut, packed or not", async () => {
    const anyObject = fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyObject, { maxLength: 4 }),
        fc.nat(3),
        fc.integer({ min: 1, max: 12 }),
        fc.boolean(),
        async (objects, indent, parts, packed) => {
          const expected = objects.map((object) => JSON.parse(JSON.stringify(object)));
          for (const text of [
            JSON.stringify(objects, null, indent),
            objects.map((object) => JSON.stringify(object)).join("\n"),
          ]) {
            const bytes = encoder.encode(text);
            const found = await read(inChunks(packed ? Bun.gzipSync(bytes) : bytes, parts));
            expect(found.map(([, value]) => value)).toEqual(expected);
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe("what is refused", () => {
  test.each([
    ["no JSON", "hello", "f.json:1: no JSON object begins here"],
    ["a scalar", "\n12", "f.json:2: no JSON object begins here"],
    ["a list of scalars", "[1]", "f.json:1: no JSON object begins here"],
    ["bad JSON", '{"a":1}\n{"a":x}', "f.json:2: this is not JSON"],
    ["an object that does not end", '{"a":1}\n{"a":1\n{"a":1}', "f.json:2: the object that begins here does not end"],
    ["a text that does not end", '{"a":1}\n{"a":"x\n', "f.json:2: a text has no closing quote"],
    ["a list that does not end", '[{"a":1},', "f.json:1: the file ends in the middle of a list"],
    ["a bracket too many", '{"a":1}]', "f.json:1: no JSON object begins here"],
    ["a comma between lines", '{"a":1},\n{"a":1}', "f.json:1: no JSON object begins here"],
    ["depth", `{"a":${"[".repeat(depthMax)}`, "f.json:1: this object is nested too deeply"],
    ["lists in lists in lists", "[".repeat(100_000), "f.json:1: the lists are nested too deeply"],
    ["UTF-16", new Uint8Array([0xff, 0xfe, 0x7b, 0]), "f.json:1: no JSON object begins here"],
    ["broken UTF-8", new Uint8Array([0x7b, 0x22, 0xc3, 0x22, 0x7d]), "f.json:1: this is not UTF-8"],
    ["cut gzip", Bun.gzipSync(encoder.encode('{"a":1}')).subarray(0, 12), "f.json: the gzip data is broken"],
    ["gzip that is none", new Uint8Array([0x1f, 0x8b, 1, 2, 3]), "f.json: the gzip data is broken"],
  ])("%s", async (_, bytes, message) => {
    expect(await refusal(bytes)).toStartWith(`invalid ${message}`);
  });

  test("an object that would fill the memory, before it does", async () => {
    let produced = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield encoder.encode('\n{"a":"');
      for (const chunk = new Uint8Array(1024 * 1024).fill(0x20); ; produced += chunk.length) yield chunk;
    }
    expect(await refusal(endless())).toStartWith("invalid f.json:2: the object that begins here is larger than 64 MiB");
    expect(produced).toBeLessThanOrEqual(objectBytesMax);
  });

  test("a byte order mark anywhere but at the beginning", async () => {
    async function* chunks(): AsyncGenerator<Uint8Array> {
      yield encoder.encode('{"a":1}\n');
      yield encoder.encode('\ufeff{"a":2}');
    }
    expect(await refusal(chunks())).toStartWith("invalid f.json:2: no JSON object begins here");
  });

  test("a failing source goes through as it is", async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array([0x1f, 0x8b]);
      throw new RangeError("the disk");
    }
    await expect(read(failing())).rejects.toThrow(RangeError);
  });

  test("in any bytes, with a refusal and nothing else", async () => {
    const bytes = fc.oneof(
      fc.uint8Array(),
      fc
        .array(fc.constantFrom("{", "}", "[", "]", '"', "\\", ",", ":", "\n", " ", "1", "a", "é"))
        .map((parts) => encoder.encode(parts.join(""))),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (input) => {
        expect(await refusal(input)).toMatch(/^(?:accepted|invalid f\.json)/);
      }),
      { numRuns: 500 },
    );
  });
});
