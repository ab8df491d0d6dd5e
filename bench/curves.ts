/** How times grow with the number of issues, as a picture: a line for each command, both axes logarithmic. */
import type { Result } from "./results.ts";

const width = 720;
const height = 440;
const margin = { left: 60, right: 170, top: 20, bottom: 40 };
const colours = [
  "#1b6ac9",
  "#c9501b",
  "#2a9134",
  "#8e3bb8",
  "#b8973b",
  "#3bb8ab",
  "#b83b6d",
  "#5c5c5c",
  "#7a9a01",
  "#000000",
  "#4f3b22",
  "#ff9ecb",
];

export function drawGrowth(results: readonly Result[]): string {
  const sized = results.flatMap(({ issues, name, time }) =>
    issues === null ? [] : [{ issues, name, ms: time.median }],
  );
  const sizes = [...new Set(sized.map(({ issues }) => issues))].sort((a, b) => a - b);
  const names = [...new Set(sized.map(({ name }) => name))];
  const decades = decadesAround(sized.map(({ ms }) => ms));
  const x = scale(sizes, margin.left, width - margin.right);
  const y = scale(decades, height - margin.bottom, margin.top);
  const grid = decades.map((ms) => horizontal(y(ms), `${ms} ms`)).join("");
  const ticks = sizes
    .map((issues) => text(x(issues), height - margin.bottom + 18, "middle", `${issues} issues`))
    .join("");
  const curves = names.map((name, index) => {
    const points = sized.filter((each) => each.name === name).sort((a, b) => a.issues - b.issues);
    const colour = colours[index % colours.length] ?? "#000000";
    const line = points.map(({ issues, ms }) => `${x(issues).toFixed(1)},${y(ms).toFixed(1)}`).join(" ");
    const labelAt = margin.top + 10 + 18 * index;
    const left = width - margin.right + 20;
    return (
      `<polyline points="${line}" fill="none" stroke="${colour}" stroke-width="2"/>\n` +
      `<line x1="${left}" y1="${labelAt - 4}" x2="${left + 18}" y2="${labelAt - 4}" stroke="${colour}" stroke-width="2"/>\n` +
      text(left + 24, labelAt, "start", name)
    );
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">\n` +
    `<title>How long commands take, by the number of issues</title>\n` +
    `<rect width="${width}" height="${height}" fill="#ffffff"/>\n${grid}${ticks}${curves.join("")}</svg>\n`
  );
}

/** The powers of ten that hold all values between them. */
function decadesAround(values: readonly number[]): number[] {
  const lowest = Math.floor(Math.log10(Math.min(...values)));
  const highest = Math.ceil(Math.log10(Math.max(...values)));
  return Array.from({ length: Math.max(2, highest - lowest + 1) }, (_, index) => 10 ** (lowest + index));
}

/** Logarithmic, from the first value at `from` to the last at `to`. */
function scale(values: readonly number[], from: number, to: number): (value: number) => number {
  const [low, high] = [Math.log10(values[0] ?? 1), Math.log10(values.at(-1) ?? 10)];
  return (value) => from + ((Math.log10(value) - low) / Math.max(high - low, Number.EPSILON)) * (to - from);
}

function horizontal(y: number, label: string): string {
  const line = `<line x1="${margin.left}" y1="${y}" x2="${width - margin.right}" y2="${y}" stroke="#dddddd"/>\n`;
  return line + text(margin.left - 6, y + 4, "end", label);
}

function text(x: number, y: number, anchor: "start" | "middle" | "end", content: string): string {
  const safe = content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text x="${x}" y="${y}" text-anchor="${anchor}">${safe}</text>\n`;
}
