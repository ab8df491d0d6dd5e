import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  type EditKey,
  type EditText,
  editBetween,
  editKeys,
  encodeEditText,
  explainInEditText,
  isEmptyEditText,
  parseEditText,
} from "../../src/commands/edit-text.ts";
import { TrackerError } from "../../src/core/errors.ts";
import { toLine, toText } from "../../src/core/text.ts";

const text: EditText = {
  fields: { title: "Fix login", status: "todo", labels: "auth, needs review", due: "" },
  body: "# Steps\n\n1. Open it\n---\nfoot",
};

const value = fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("# x", "---", "a: b", ": ")).map(toLine);
const fields = fc.record(Object.fromEntries(editKeys.map((key) => [key, value])) as Record<EditKey, typeof value>, {
  requiredKeys: [],
}); // fromEntries forgets which keys there are.
const body = fc
  .oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("---\n---", "\n\n# a", "title: x\n"))
  .map(toText);
const texts = fc.record({ fields, body });
const notes = fc.array(value, { maxLength: 3 });

describe("an issue as a text", () => {
  test("fields stand above the line, the description below", () => {
    expect(encodeEditText(text, ["A note"])).toBe(
      [
        "# A note",
        "title: Fix login",
        "status: todo",
        "labels: auth, needs review",
        "due:",
        "---",
        "# Steps",
        "",
        "1. Open it",
        "---",
        "foot",
        "",
      ].join("\n"),
    );
  });

  test("what is written is read back", () => {
    fc.assert(
      fc.property(texts, notes, (written, noted) => {
        expect(parseEditText(encodeEditText(written, noted))).toEqual(written);
      }),
    );
  });

  test("a text that nobody touched changes nothing", () => {
    fc.assert(
      fc.property(texts, (written) => {
        const { addLabels, removeLabels, addAssignees, removeAssignees, ...scalars } = editBetween(
          written,
          parseEditText(encodeEditText(written, [])),
        );
        expect(Object.values(scalars).every((change) => change === undefined)).toBe(true);
        expect([addLabels, removeLabels, addAssignees, removeAssignees]).toEqual([[], [], [], []]);
      }),
    );
  });

  test("the reason on top neither changes the text nor piles up", () => {
    const once = new TrackerError("invalid", "no\n  ^", "so");
    fc.assert(
      fc.property(texts, (written) => {
        const explained = explainInEditText(encodeEditText(written, ["note"]), once);
        expect(parseEditText(explained)).toEqual(written);
        expect(explainInEditText(explained, once)).toBe(explained);
      }),
    );
    expect(explainInEditText("title: x\n---\n", once)).toBe("# error: no\n# error:   ^\n# hint: so\ntitle: x\n---\n");
  });

  test.each([
    ["titel: x\n---", "There is no field `titel`", "Did you mean `title`?"],
    ["\ntitle: x\njust words\n---", "`just words` is no field: write `name: value`", undefined],
    ["title: x\ntitle: y\n---", "`title` stands twice", undefined],
    ["title: x\nbody", "A line `---` must stand between the fields and the description", undefined],
    ["\u001b[2J: x\n---", "There is no field `␛[2j`", undefined],
  ])("%j is refused", (wrong, message, hint) => {
    const refusal = refusalOf(() => parseEditText(wrong));
    expect(refusal.message.toLowerCase()).toBe(message.toLowerCase());
    if (hint !== undefined) expect(refusal.hint).toBe(hint);
  });

  test("only notes and blank lines are nothing", () => {
    expect(isEmptyEditText("# note\n\n---\n")).toBe(true);
    expect(isEmptyEditText("title: x\n---\n")).toBe(false);
    expect(isEmptyEditText("---\nx")).toBe(false);
  });
});

describe("what was changed", () => {
  const change = (after: Partial<Record<EditKey, string>>, body = text.body) =>
    editBetween(text, { fields: { ...text.fields, ...after }, body });

  test("labels and people are told as what came and what went", () => {
    expect(change({ labels: "ui,auth", assignees: "ada@example.com" })).toMatchObject({
      addLabels: ["ui"],
      removeLabels: ["needs review"],
      addAssignees: ["ada@example.com"],
      removeAssignees: [],
    });
  });

  test("an emptied value clears, a line that is gone stays as it is", () => {
    expect(change({ title: "", status: "" })).toMatchObject({ title: "", status: "" });
    const { title: _, ...rest } = text.fields;
    expect(editBetween(text, { fields: rest, body: text.body }).title).toBeUndefined();
  });

  test("the description is changed only if it differs", () => {
    expect(change({}).body).toBeUndefined();
    expect(change({}, "").body).toBe("");
  });
});

function refusalOf(run: () => unknown): TrackerError {
  try {
    run();
  } catch (error) {
    if (error instanceof TrackerError) return error;
    throw error;
  }
  throw new Error("Nothing was refused");
}
