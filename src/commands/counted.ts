/** How many there are, in words. */

/** As in `1 issue`, `2 issues`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
