/** Whether somebody is looking, and how wide their window is. Asked for cheaply: `process.stdout` alone would cost milliseconds. */
import { fstatSync } from "node:fs";

/** True if the stream with this number is a terminal. */
export async function isTerminal(descriptor: 0 | 1 | 2): Promise<boolean> {
  try {
    if (!fstatSync(descriptor).isCharacterDevice()) return false;
  } catch {
    return false; // A closed stream.
  }
  const { isatty } = await import("node:tty");
  return isatty(descriptor);
}

export interface WindowSize {
  readonly columns: number;
  readonly rows: number;
}

/** The size of the terminal on standard output. */
export async function windowSize(): Promise<WindowSize> {
  const { WriteStream } = await import("node:tty");
  const [columns = 80, rows = 24] = new WriteStream(1).getWindowSize();
  return { columns: columns > 0 ? columns : 80, rows: rows > 0 ? rows : 24 };
}
