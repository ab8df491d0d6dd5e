/** How times grow with the number of issues, as a picture: a named line for each command, both axes logarithmic. */
import type { Result } from "./results.ts";

const width = 760;
const height = 460;
const margin = { left: 70, right: 170, top: 44, bottom: 56 };
const labelHeight = 16;
/** Of middling lightness, so that they stand out from white and from black. */
const colours = [
  "#3b82f6",
  "#ea580c",
  "#16a34a",
  "#a855f7",
  "#b7860b",
  "#0d9488",
  "#e11d72",
  "#7c8594",
  "#739900",
  "#dc2626",
  "#a1704a",
  "#0891b2",
];
const style = `
  text { fill: #1f2328; font: 12px sans-serif }
  .title { font-size: 14px; font-weight: bold }
  .ground { fill: #ffffff }
  .grid { stroke: #d8dce1 }
  .curve { fill: none; stroke-width: 2 }
  .leader { stroke-width: 1; stroke-dasharray: 2 2 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .ground { fill: #0d1117 }
    .grid { stroke: #343b44 }
  }
`;

interface Point {
  readonly issues: number;
  readonly ms: number;
}

interface Curve {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly Point[];
}

/** Undefined if nothing was measured at two sizes. */
export function drawGrowth(results: readonly Result[]): string | undefined {
  const curves = curvesOf(results);
  const points = curves.flatMap((curve) => curve.points);
  if (points.length === 0) return undefined;
  const sizes = [...new Set(points.map(({ issues }) => issues))].sort((a, b) => a - b);
  const decades = decadesAround(points.map(({ ms }) => ms));
  const x = scale(sizes, margin.left, width - margin.right);
  const y = scale(decades, height - margin.bottom, margin.top);
  const middle = (margin.left + width - margin.right) / 2;
  const names = spreadOut(curves.map(({ points }) => y(points.at(-1)?.ms ?? 1)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">`,
    `<style>${style}</style>`,
    `<rect class="ground" width="${width}" height="${height}"/>`,
    text(middle, 22, "middle", "How long commands take, by the number of issues", 'class="title"'),
    ...decades.map((ms) => horizontal(y(ms), ms.toLocaleString("en"))),
    ...sizes.map((issues) => vertical(x(issues), issues.toLocaleString("en"))),
    text(middle, height - 14, "middle", "issues (logarithmic)"),
    text(0, 0, "middle", "milliseconds, median (logarithmic)", `transform="translate(18 ${height / 2}) rotate(-90)"`),
    ...curves.map((curve, index) => drawCurve(curve, x, y, names[index] ?? 0)),
    "</svg>\n",
  ].join("\n");
}

function curvesOf(results: readonly Result[]): Curve[] {
  const ours = results.filter(({ rival }) => rival === null);
  return [...new Set(ours.map(({ name }) => name))]
    .map((name) => {
      const points = ours.flatMap((each) =>
        each.name === name && each.issues !== null ? [{ issues: each.issues, ms: each.time.median }] : [],
      );
      return { name, points: points.sort((a, b) => a.issues - b.issues) };
    })
    .filter(({ points }) => points.length > 1)
    .map((curve, index) => ({ ...curve, colour: colours[index % colours.length] ?? "#7c8594" }));
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

/** Where names go that belong at these heights, so that none covers another: in the same order, moved as little as need be. */
function spreadOut(heights: readonly number[]): number[] {
  const places = [...heights];
  const order = heights.map((_, index) => index).sort((a, b) => (heights[a] ?? 0) - (heights[b] ?? 0));
  const place = (order: readonly number[], from: number, step: 1 | -1) => {
    let free = from;
    for (const index of order) {
      const at = places[index] ?? 0;
      places[index] = step === 1 ? Math.max(at, free) : Math.min(at, free);
      free = (places[index] ?? 0) + step * labelHeight;
    }
  };
  place(order, margin.top, 1);
  place(order.toReversed(), height - margin.bottom, -1);
  return places;
}

function drawCurve(
  { name, colour, points }: Curve,
  x: (issues: number) => number,
  y: (ms: number) => number,
  nameAt: number,
): string {
  const places = points.map(({ issues, ms }) => `${x(issues).toFixed(1)},${y(ms).toFixed(1)}`);
  const [lastX, lastY] = (places.at(-1) ?? "0,0").split(",");
  const nameX = width - margin.right + 24;
  return [
    `<polyline class="curve" stroke="${colour}" points="${places.join(" ")}"/>`,
    `<line class="leader" stroke="${colour}" x1="${lastX}" y1="${lastY}" x2="${nameX - 4}" y2="${nameAt.toFixed(1)}"/>`,
    text(nameX, nameAt + 4, "start", name),
  ].join("\n");
}

function horizontal(y: number, label: string): string {
  const line = `<line class="grid" x1="${margin.left}" y1="${y.toFixed(1)}" x2="${width - margin.right}" y2="${y.toFixed(1)}"/>`;
  return `${line}\n${text(margin.left - 8, y + 4, "end", label)}`;
}

function vertical(x: number, label: string): string {
  const line = `<line class="grid" x1="${x.toFixed(1)}" y1="${margin.top}" x2="${x.toFixed(1)}" y2="${height - margin.bottom}"/>`;
  return `${line}\n${text(x, height - margin.bottom + 18, "middle", label)}`;
}

function text(x: number, y: number, anchor: "start" | "middle" | "end", content: string, attributes = ""): string {
  const safe = content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const place = `x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}"`;
  return `<text ${place}${attributes === "" ? "" : ` ${attributes}`}>${safe}</text>`;
}
