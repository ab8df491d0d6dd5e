/** Sizes of files as people read them. */

const unitNames = ["KiB", "MiB", "GiB", "TiB"] as const;

/** `812 B`, `1.5 KiB`, `34 MiB`. */
export function renderSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  let amount = bytes;
  let unit = "";
  for (const name of unitNames) {
    if (amount < 1024) break;
    amount /= 1024;
    unit = name;
  }
  return `${amount < 10 ? amount.toFixed(1) : Math.round(amount)} ${unit}`;
}
