/**
 * Descriptions whose merge is known without a merge algorithm: three slots, each on a line of its own and kept apart by lines that
 * nobody edits. People edit single slots, or write something else altogether.
 */
import type { Chance } from "./chance.ts";

type Slots = [string, string, string];

export const wholeTexts = ["", "Something else", "Something else\n\nTo: x"] as const;

const shape = /^top\na: (\w+)\n\nEvent: issue-deleted\nb: (\w+)\n\n\nFormat: 1\nc: (\w+)$/;

function slotsOf(text: string): Slots | undefined {
  const [, a, b, c] = shape.exec(text) ?? [];
  return a === undefined || b === undefined || c === undefined ? undefined : [a, b, c];
}

function textOf([a, b, c]: Slots): string {
  return `top\na: ${a}\n\nEvent: issue-deleted\nb: ${b}\n\n\nFormat: 1\nc: ${c}`;
}

/** `text` with one slot changed; with fresh slots if it has none. */
export function edited(chance: Chance, text: string): string {
  const slots: Slots = slotsOf(text) ?? ["x", "x", "x"];
  const letter = () => chance.pick(["x", "y", "z"]);
  slots[chance.int(3)] = letter();
  return textOf(slots);
}

/** What all of the texts made of `base` together; undefined if two of them changed the same slot in different ways. */
export function mergeProse(base: string, texts: readonly string[]): string | undefined {
  const changed = [...new Set(texts.filter((text) => text !== base))];
  const [first] = changed;
  if (first === undefined) return base;
  if (changed.length === 1) return first;
  const before = slotsOf(base);
  const after = changed.map(slotsOf);
  if (before === undefined || after.includes(undefined)) return undefined;
  const merged: string[] = [];
  for (const [at, old] of before.entries()) {
    const values = new Set(after.flatMap((slots) => slots?.[at] ?? []).filter((value) => value !== old));
    if (values.size > 1) return undefined;
    merged.push([...values][0] ?? old);
  }
  const [a = "", b = "", c = ""] = merged;
  return textOf([a, b, c]);
}
