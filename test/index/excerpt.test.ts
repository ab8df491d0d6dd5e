import { expect, test } from "bun:test";
import { excerptOf } from "../../src/index/excerpt.ts";
import { parseWords } from "../../src/index/words.ts";
import { comment } from "./issues.ts";

/** What an excerpt of a text shows and, in brackets, sets off. */
function excerpt(words: string, body: string): string {
  const { field, excerpt: shown, marks } = excerptOf({ title: "Title", body, comments: [] }, parseWords(words));
  let text = "";
  let end = 0;
  for (const [from, to] of marks) {
    text += `${shown.slice(end, from)}[${shown.slice(from, to)}]`;
    end = to;
  }
  return `${field}: ${text}${shown.slice(end)}`;
}

/** So many letters of words that nobody looks for. */
const filler = (length: number) =>
  "lorem ipsum "
    .repeat(Math.ceil(length / 12))
    .slice(0, length - 1)
    .concat(" ");

test("finds a hit however far into a long text", () => {
  for (const length of [12, 396, 408, 1200, 12_000]) {
    const line = excerpt("needle", `${filler(length)}a Needle in it`);
    expect(line).toEndWith("a [Needle] in it");
    expect(line).toContain(length < 30 ? "body: lorem ipsum a" : "body: …");
  }
});

test("takes the words of a phrase together wherever a text is cut", () => {
  for (let length = 250; length < 900; length++) {
    const text = `one two ${filler(length)}${"one two three ".repeat(20)}`;
    expect(excerpt('"one two three"', text).replace(/\[[^\]]+\]/g, "")).toMatch(/^body: …[lorem ipsu]+…$/);
  }
});

test("sets off every hit that is shown, and no other", () => {
  const near = `${"needle and ".repeat(9)}${filler(2000)}needle`;
  expect(excerpt("needle", near)).toBe(`body: ${"[needle] and ".repeat(9)}l…`);
});

test("looks for beginnings of words, with and without accents", () => {
  expect(excerpt("reads", `${filler(600)}threads and reads`)).toEndWith("threads and [reads]");
  expect(excerpt("read", `${filler(600)}thread_reading`)).toEndWith("thread_[reading]");
  expect(excerpt("ecole", `${filler(600)}l’École`)).toEndWith("l’[École]");
  expect(excerpt("école", `${filler(600)}ECOLE`)).toEndWith("[ECOLE]");
});

test("falls back to the title", () => {
  expect(excerpt("needle", filler(5000))).toBe("title: Title");
  const gone = { ...comment("needle"), deleted: true };
  const shown = excerptOf({ title: "Title", body: "", comments: [gone] }, parseWords("needle"));
  expect(shown).toEqual({ field: "title", excerpt: "Title", marks: [] });
});
