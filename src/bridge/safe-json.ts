/** JSON on one line that a terminal may show as it is: what JSON lets through but a terminal obeys is escaped. */

/** DEL, C1, line separators and bidirectional controls; C0 is escaped by JSON itself. */
const steering = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

export function safeJson(value: object): string {
  return JSON.stringify(value).replace(
    steering,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
