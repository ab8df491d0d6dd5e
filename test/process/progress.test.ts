import { expect, test } from "bun:test";
import { createProgress } from "../../src/process/progress.ts";

/** Plays steps at these milliseconds; returns what was drawn. */
function play(
  steps: readonly (readonly [ms: number, done: number])[],
  watched = true,
): { drawn: string[]; asked: number } {
  let now = 0;
  let asked = 0;
  const drawn: string[] = [];
  const isWatched = () => {
    asked++;
    return watched;
  };
  const progress = createProgress({ now: () => now, zone: () => "+0000" }, isWatched, (text) => drawn.push(text));
  for (const [ms, done] of steps) {
    now = ms;
    progress("Reading issues", done, 100);
  }
  return { drawn, asked };
}

test("work of less than half a second says nothing and asks nobody", () => {
  expect(
    play([
      [0, 1],
      [400, 50],
      [450, 100],
    ]),
  ).toEqual({ drawn: [], asked: 0 });
});

test("longer work says what, how many and how long to go, and takes it back at its end", () => {
  expect(
    play([
      [0, 1],
      [600, 20],
      [650, 21],
      [1000, 50],
      [2000, 100],
    ]).drawn,
  ).toEqual([
    "\r\x1b[KReading issues: 20 of 100, 3 s to go",
    "\r\x1b[KReading issues: 50 of 100, 1 s to go",
    "\r\x1b[K",
  ]);
});

test("where nobody looks nothing is drawn, and that is asked once", () => {
  expect(
    play(
      [
        [0, 1],
        [600, 20],
        [900, 30],
        [1200, 40],
      ],
      false,
    ),
  ).toEqual({ drawn: [], asked: 1 });
});
