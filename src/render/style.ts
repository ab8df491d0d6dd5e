/**
 * How text is dressed: whether in colour, how wide, and what time it is for whoever reads it. Colours are plain SGR, each closed by
 * its own code, so that pieces can be put side by side in any order. Without colour every paint returns its text as it is.
 */
import type { Category } from "../core/settings.ts";

/** Puts a colour or a weight on text. The text must be harmless already: see span.ts. */
export type Paint = (text: string) => string;

export interface StyleOptions {
  readonly color: "none" | "ansi";
  /** The terminal's columns. Undefined: not a terminal, so nothing is cut and each thing is one line. */
  readonly width: number | undefined;
  /** In milliseconds since 1970. */
  readonly now: number;
  /** The reader's distance from UTC at a moment (milliseconds since 1970), in minutes; east is positive. */
  readonly zoneOffset: (at: number) => number;
}

export interface Style extends StyleOptions {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly italic: Paint;
  readonly underline: Paint;
  readonly inverse: Paint;
  readonly strike: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly blue: Paint;
  readonly magenta: Paint;
  readonly cyan: Paint;
  /** A colour of the 256: used only for labels. */
  readonly shade: (number: number) => Paint;
}

export const plain: Paint = (text) => text;

export function createStyle(options: StyleOptions): Style {
  const sgr = (open: number | string, close: number): Paint =>
    options.color === "none" ? plain : (text) => (text === "" ? "" : `\x1b[${open}m${text}\x1b[${close}m`);
  return {
    ...options,
    bold: sgr(1, 22),
    dim: sgr(2, 22),
    italic: sgr(3, 23),
    underline: sgr(4, 24),
    inverse: sgr(7, 27),
    strike: sgr(9, 29),
    red: sgr(31, 39),
    green: sgr(32, 39),
    yellow: sgr(33, 39),
    blue: sgr(34, 39),
    magenta: sgr(35, 39),
    cyan: sgr(36, 39),
    shade: (number) => sgr(`38;5;${number}`, 39),
  };
}

/** Both paints, `outer` around `inner`. */
export function both(outer: Paint, inner: Paint): Paint {
  if (outer === plain) return inner;
  if (inner === plain) return outer;
  return (text) => outer(inner(text));
}

export function statusPaint(style: Style, category: Category): Paint {
  switch (category) {
    case "todo":
      return plain;
    case "active":
      return style.yellow;
    case "done":
      return style.green;
  }
}

/** Priorities have the names that the settings give them; the usual ones are coloured. */
export function priorityPaint(style: Style, priority: string): Paint {
  switch (priority.toLowerCase()) {
    case "urgent":
    case "critical":
      return both(style.bold, style.red);
    case "high":
      return style.red;
    case "low":
      return style.dim;
    default:
      return plain;
  }
}

/** Middling shades: each stands out by 3.9 to 1 or better from black and from white. */
export const labelShades = [27, 29, 30, 31, 62, 64, 65, 66, 97, 98, 130, 131, 132, 133] as const;

/** The same label has the same colour everywhere. */
export function labelPaint(style: Style, label: string): Paint {
  return style.shade(labelShades[hash(label) % labelShades.length] ?? labelShades[0]);
}

/** FNV-1a, so that the colour of a label never depends on the version of anything. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return value;
}
