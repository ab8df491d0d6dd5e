/** What goes to standard output and standard error. */
import { writeSync } from "node:fs";

/**
 * Writes at once and in full, so that what is said stays in order with what a crash would say, and without the threads that Bun's own
 * writers start. Who does not read on, as in `git tracker list | head`, has seen enough. Returns false if nobody does.
 */
export function writeAll(descriptor: 1 | 2, text: string): boolean {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "EAGAIN") continue;
      if (error instanceof Error && "code" in error && error.code === "EPIPE") return false;
      if (descriptor === 2) return false; // There is nowhere left to say so.
      throw error;
    }
  }
  return true;
}
