import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type JsonNode, parseJson } from "../../src/bridge/json.ts";
import { TrackerError } from "../../src/core/errors.ts";

function plain(node: JsonNode): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(plain);
  return Object.fromEntries([...node.entries].map(([key, entry]) => [key, plain(entry.node)]));
}

function refusal(text: string): string {
  try {
    parseJson(text, "plan.json");
  } catch (error) {
    if (error instanceof TrackerError) return `${error.code} ${error.message}`;
    throw error;
  }
  return "accepted";
}

function accepts(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("JSON with lines", () => {
  test("reads what JSON.parse reads, however it is laid out", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "binary" }), fc.constantFrom("", "  ", "\t"), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(plain(parseJson(text, "f"))).toEqual(JSON.parse(text));
      }),
    );
  });

  test("accepts no more and no less than JSON.parse does", () => {
    const parts = [
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"a"',
      '"b"',
      "1",
      "-0.5e3",
      "01",
      "true",
      "nul",
      " ",
      "\n",
      '"',
      "\\u12",
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 9 }), (chosen) => {
        const text = chosen.join("");
        const found = refusal(text);
        if (found.includes("stands twice")) return;
        expect({ text, accepted: found === "accepted" }).toEqual({ text, accepted: accepts(text) });
      }),
      { numRuns: 3000 },
    );
  });

  test("knows the line of each value and key", () => {
    const root = parseJson('\n{"a":\n1,\n"b": [\n2]}', "f", 10);
    expect(root).toMatchObject({ kind: "object", line: 11 });
    const entries = root.kind === "object" ? root.entries : new Map();
    expect(entries.get("a")).toMatchObject({ line: 11, node: { line: 12 } });
    expect(entries.get("b")).toMatchObject({ line: 13, node: { line: 13, items: [{ line: 14 }] } });
  });

  test("keeps __proto__ as a key like any other", () => {
    const root = parseJson('{"__proto__": 1}', "f");
    expect(root.kind === "object" && [...root.entries.keys()]).toEqual(["__proto__"]);
  });

  test.each([
    ["", "1: a value is missing before the end of the file"],
    ['{\n"a" 1}', "2: a colon is missing after “a”"],
    ["[1\n2]", "2: a comma or “]” is missing before “2]”"],
    ['{"a":1,\n}', "2: a key in quotes is missing before “}”"],
    ["{a:1}", "1: a key in quotes is missing before “a:1}”"],
    ['{"a":1,\n\n"a":2}', "3: the key “a” stands twice, first in line 1"],
    ['["x\n"]', "1: a text has no closing quote in its line"],
    ['["\\x"]', '1: not a text of JSON: "\\x"'],
    ["{} {}", "1: something stands after the end: “{}”"],
    ["[".repeat(100_000), "1: this is nested too deeply"],
  ])("refuses %j", (text, message) => {
    expect(refusal(text)).toBe(`invalid plan.json:${message}`);
  });
});
