import { expect, test } from "bun:test";
import { initials, shortName, shortNames } from "../../src/render/person.ts";

test("the part before the @", () => {
  expect(["ada@example.com", "ada", "@example.com", ""].map(shortName)).toEqual(["ada", "ada", "@example.com", ""]);
});

test("a login without the number that GitHub puts before it", () => {
  expect(["12+ada@users.noreply.github.com", "12+@example.com", "1+1@example.com"].map(shortName)).toEqual([
    "ada",
    "12+",
    "1",
  ]);
});

test("one name, and how many more", () => {
  expect(shortNames([])).toBe("");
  expect(shortNames(["ada@example.com"])).toBe("ada");
  expect(shortNames(["ada@example.com", "ben@example.com", "cyn@example.com"])).toBe("ada +2");
});

test("two letters", () => {
  const people = [
    "ada.lovelace@example.com",
    "ben@example.com",
    "x@example.com",
    "a-b-c@example.com",
    "жанна.дарк@example.com",
    "..@example.com",
  ];
  expect(people.map(initials)).toEqual(["AL", "BE", "X", "AB", "ЖД", ".."]);
});
