/**
 * People in little room. An assignee is an email address; lists show the part before the `@`, cards two letters.
 */

/** `ada.lovelace@example.com` → `ada.lovelace`; the number that GitHub puts before a login is left out. */
export function shortName(email: string): string {
  const at = email.indexOf("@");
  return at > 0 ? email.slice(0, at).replace(/^\d+\+(?=.)/, "") : email;
}

/** `ada.lovelace@example.com` → `AL`, `ben@example.com` → `BE`. */
export function initials(email: string): string {
  const name = shortName(email);
  const words = name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
  const letters = words.length > 1 ? words.map((word) => [...word][0] ?? "") : [...(words[0] ?? name)];
  return letters.slice(0, 2).join("").toUpperCase();
}

/** `ada` for one, `ada +2` for more. */
export function shortNames(emails: readonly string[]): string {
  const [first, ...rest] = emails;
  if (first === undefined) return "";
  return rest.length === 0 ? shortName(first) : `${shortName(first)} +${rest.length}`;
}
