/**
 * The usage line of a command read as a grammar: `add|remove ID… LABEL… | list` says which words there are and what may come next.
 * In capitals stands the name of a value, all else is the word itself.
 */

/** Where one word, or any number of them, can stand. */
interface Slot {
  /** Words as they are, and names of values. */
  readonly names: readonly string[];
  readonly optional: boolean;
  readonly repeats: boolean;
}

/** What may stand at the next place: words as they are, and names of values. `words` are those before it. */
export function nextNames(usage: string, words: readonly string[]): string[] {
  const found = formsOf(usage).flatMap((slots) => {
    let places = withSkipped(slots, [0]);
    for (const word of words) {
      places = withSkipped(
        slots,
        places.flatMap((at) => after(slots, at, word)),
      );
    }
    return places.flatMap((at) => slots[at]?.names ?? []);
  });
  return [...new Set(found)];
}

/** True of `ID` and `FILE`, and not of `add`. */
export function isValueName(name: string): boolean {
  return /^[A-Z]/.test(name);
}

function formsOf(usage: string): Slot[][] {
  const isWhole = /^\[[^[\]]*\]$/.test(usage);
  return (isWhole ? usage.slice(1, -1) : usage).split(/ \| (?![^[]*\])/).map((form) => {
    const words = form.split(" ").filter((word) => word !== "");
    const slots = words.filter((word, at) => !isFlag(word) && !isFlag(words[at - 1])).map(slotOf);
    return isWhole ? slots.map((slot) => ({ ...slot, optional: true })) : slots;
  });
}

function isFlag(word: string | undefined): boolean {
  return word?.startsWith("--") === true;
}

function slotOf(word: string): Slot {
  return {
    names: word
      .replace(/[[\]…]/g, "")
      .split("|")
      .filter((name) => name !== ""),
    optional: word.startsWith("["),
    repeats: word.includes("…"),
  };
}

/** The places that a word leads to from one where it fits. */
function after(slots: readonly Slot[], at: number, word: string): number[] {
  const slot = slots[at];
  if (slot === undefined || !slot.names.some((name) => fits(name, word))) return [];
  return slot.repeats ? [at, at + 1] : [at + 1];
}

/** Ids come before names, and what can't be an id ends them. */
function fits(name: string, word: string): boolean {
  if (name === "ID") return /^(?:@|@last|[0-9a-f]{4,64})$/i.test(word);
  return isValueName(name) || name === word;
}

function withSkipped(slots: readonly Slot[], places: readonly number[]): number[] {
  const all = new Set(places);
  for (const at of all) if (slots[at]?.optional === true) all.add(at + 1);
  return [...all];
}
