/** Whether somebody is looking, and how wide their window is. Asked for cheaply: `process.stdout` alone would cost milliseconds. */
import { fstatSync, type Stats, statSync } from "node:fs";

/** True if the stream with this number is a terminal. */
export function isTerminal(descriptor: 0 | 1 | 2): boolean {
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isCharacterDevice() || isNothing(stats)) return false;
  } catch {
    return false; // A closed stream.
  }
  return tty().isatty(descriptor);
}

/** Scripts and services give commands the null device, for which nobody should have to wait. */
function isNothing({ rdev }: Stats): boolean {
  return rdev === statSync("/dev/null", { throwIfNoEntry: false })?.rdev;
}

export interface WindowSize {
  readonly columns: number;
  readonly rows: number;
}

/** The size of the terminal on standard output. */
export function windowSize(): WindowSize {
  const [columns = 80, rows = 24] = new (tty().WriteStream)(1).getWindowSize();
  return { columns: columns > 0 ? columns : 80, rows: rows > 0 ? rows : 24 };
}

/** Loaded where it is needed, because it takes four milliseconds, and synchronously, because whoever asks can't wait. */
function tty(): typeof import("node:tty") {
  return require("node:tty");
}
