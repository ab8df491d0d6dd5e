import { expect, test } from "bun:test";
import { both, labelPaint, labelShades, plain, priorityPaint, statusPaint } from "../../src/render/style.ts";
import { style } from "./sample.ts";

const ansi = style({ color: "ansi" });

test("without colour every paint is the identity", () => {
  const none = style();
  const paints = [none.bold, none.dim, none.red, none.inverse, none.shade(30), labelPaint(none, "auth")];
  expect(paints.map((paint) => paint("x"))).toEqual(paints.map(() => "x"));
});

test("each colour is closed by its own code", () => {
  expect(ansi.bold("x")).toBe("\x1b[1mx\x1b[22m");
  expect(both(ansi.bold, ansi.red)("x")).toBe("\x1b[1m\x1b[31mx\x1b[39m\x1b[22m");
  expect(both(plain, ansi.red)).toBe(ansi.red);
  expect(ansi.red("")).toBe("");
});

test("statuses by category, priorities by name", () => {
  expect(statusPaint(ansi, "todo")).toBe(plain);
  expect(statusPaint(ansi, "active")).toBe(ansi.yellow);
  expect(statusPaint(ansi, "done")).toBe(ansi.green);
  expect(priorityPaint(ansi, "urgent")("x")).toBe("\x1b[1m\x1b[31mx\x1b[39m\x1b[22m");
  expect(priorityPaint(ansi, "High")).toBe(ansi.red);
  expect(priorityPaint(ansi, "medium")).toBe(plain);
  expect(priorityPaint(ansi, "low")).toBe(ansi.dim);
});

test("a label keeps its colour for ever", () => {
  expect(labelPaint(ansi, "auth")("auth")).toBe("\x1b[38;5;131mauth\x1b[39m");
  expect(labelPaint(ansi, "ui")("ui")).toBe("\x1b[38;5;31mui\x1b[39m");
});

test("labels can be read on black and on white", () => {
  for (const shade of labelShades) {
    expect(contrast(luminance(shade), 0)).toBeGreaterThan(3.9);
    expect(contrast(1, luminance(shade))).toBeGreaterThan(3.9);
  }
});

/** Relative luminance (WCAG) of one of the 216 colours of the cube. */
function luminance(shade: number): number {
  const cube = shade - 16;
  const levels = [0, 95, 135, 175, 215, 255];
  const [red = 0, green = 0, blue = 0] = [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map((step) => {
    const level = (levels[step] ?? 0) / 255;
    return level <= 0.03928 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(light: number, dark: number): number {
  return (light + 0.05) / (dark + 0.05);
}
