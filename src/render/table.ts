/**
 * Aligned tables. On a terminal: columns that say nothing vanish, one column gives way when room is short, and the ones that matter
 * least go first. Elsewhere: one line per row, cells parted by tabs, nothing cut, no header.
 */
import { fitLine, type Line, line, lineWidth, padLine, paintLine, trimLine, widthOf } from "./span.ts";
import type { Style } from "./style.ts";

export interface Column {
  /** Its header; empty for a table without headers. */
  readonly name: string;
  readonly align?: "left" | "right";
  readonly widthMax?: number;
  /** The column that is cut when room is short, down to this width at least. Without any, the last one is. */
  readonly shrinksTo?: number;
  /** Columns with such a number leave when room is short, the lowest first. */
  readonly leaves?: number;
}

/** A cell for each column. */
export type Row = readonly Line[];

/** Empty if there are no rows. */
export function renderTable(columns: readonly Column[], rows: readonly Row[], style: Style): string {
  if (rows.length === 0) return "";
  const { width } = style;
  if (width === undefined) return rows.map((row) => row.map(paintLine).join("\t")).join("\n");
  const header: readonly Row[] = columns.every(({ name }) => name === "")
    ? []
    : [columns.map(({ name }) => line(name, style.dim))];
  const slots = layoutColumns(columns, rows, width);
  const isTooWide = slots.reduce((sum, slot) => sum + slot.width, gapWidth * (slots.length - 1)) > width;
  return [...header, ...rows]
    .map((row) => alignRow(row, slots))
    .map((aligned) => paintLine(isTooWide ? fitLine(aligned, width) : aligned))
    .join("\n");
}

interface Slot {
  readonly index: number;
  readonly width: number;
  readonly align: "left" | "right";
}

const gap = line("  ");
const gapWidth = 2;
const shrinksToByDefault = 10;

function layoutColumns(columns: readonly Column[], rows: readonly Row[], width: number): Slot[] {
  const last = columns.length - 1;
  const shrinkable = columns.findIndex(({ shrinksTo }) => shrinksTo !== undefined);
  const shrinking = shrinkable === -1 ? last : shrinkable;
  let slots = columns
    .map((column, index) => ({ column, index, natural: naturalWidth(column, index, rows) }))
    .filter(({ natural }) => natural > 0);
  for (;;) {
    const total = slots.reduce((sum, { natural }) => sum + natural, gapWidth * (slots.length - 1));
    const excess = total - width;
    const flexible = slots.find(({ index }) => index === shrinking);
    const least = Math.min(flexible?.natural ?? 0, flexible?.column.shrinksTo ?? shrinksToByDefault);
    const spare = (flexible?.natural ?? 0) - least;
    const leaving = slots
      .filter(({ column }) => column.leaves !== undefined)
      .sort((a, b) => (a.column.leaves ?? 0) - (b.column.leaves ?? 0))[0];
    if (excess <= spare || leaving === undefined) {
      return slots.map(({ column, index, natural }) => ({
        index,
        align: column.align ?? "left",
        width: index === shrinking ? Math.max(1, natural - Math.max(0, excess)) : natural,
      }));
    }
    slots = slots.filter((slot) => slot !== leaving);
  }
}

/** Zero for a column without any text. */
function naturalWidth(column: Column, index: number, rows: readonly Row[]): number {
  let widest = 0;
  for (const row of rows) widest = Math.max(widest, lineWidth(row[index] ?? []));
  if (widest === 0) return 0;
  return Math.max(Math.min(widest, column.widthMax ?? Number.POSITIVE_INFINITY), widthOf(column.name));
}

function alignRow(row: Row, slots: readonly Slot[]): Line {
  const cells = slots.map(({ index, width, align }) => padLine(fitLine(row[index] ?? [], width), width, align));
  return trimLine(cells.flatMap((cell, i) => (i === 0 ? cell : [...gap, ...cell])));
}
