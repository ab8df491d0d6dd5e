/** How many columns a text takes in a terminal: `Bun.stringWidth` near enough for the caret under a mistake. */

/** Marks that stand on the character before them, and what shows nothing. */
const none = /^[\p{M}\p{Cf}\p{Cc}]$/u;
/** East Asian wide characters and pictures: https://www.unicode.org/reports/tr11/ */
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}\p{Emoji_Presentation}]$/u;

export function stringWidth(text: string): number {
  let width = 0;
  for (const character of text) width += none.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return width;
}
