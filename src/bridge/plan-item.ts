/** One issue of a plan as it is written, before its values and references are checked. */

/** A text and the line it stands in. */
export interface Written {
  readonly text: string;
  readonly line: number;
}

export const textFields = [
  "title",
  "body",
  "type",
  "priority",
  "status",
  "due",
  "estimate",
  "milestone",
  "sprint",
  "parent",
  "key",
] as const;
export type TextField = (typeof textFields)[number];

export const listFields = ["labels", "assignees", "blockedBy", "blocking"] as const;
export type ListField = (typeof listFields)[number];

export interface WrittenItem {
  readonly line: number;
  /** The index of the item that this one is nested in. */
  readonly above: number | undefined;
  readonly texts: Map<TextField, Written>;
  readonly lists: Map<ListField, Written[]>;
}

export function isTextField(name: string): name is TextField {
  return (textFields as readonly string[]).includes(name); // `includes` of a literal list takes no other text.
}

export function isListField(name: string): name is ListField {
  return (listFields as readonly string[]).includes(name); // As above.
}
