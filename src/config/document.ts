/** A TOML text taken in: parsed, or refused with the place of the mistake. It is the only file that loads the TOML parser. */
import { parse, TomlError, type TomlTableWithoutBigInt } from "smol-toml";
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";

export type Document = TomlTableWithoutBigInt;

/** Far more than settings need; it bounds what a hostile file can cost. */
const charactersMax = 256 * 1024;
/** Settings go three levels deep; it keeps every walk of a value far from the end of the stack. */
const depthMax = 32;

/** Throws `invalid` with the line, the column and the lines around a mistake. `file` is what to call the text. */
export function parseToml(text: string, file: string): Document {
  const name = visible(file);
  if (text.length > charactersMax)
    throw new TrackerError(
      "invalid",
      `${name} is too long: ${text.length} characters of at most ${charactersMax}.`,
      "Move what isn't settings out of it.",
    );
  try {
    return parse(text, { maxDepth: depthMax });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [reason = ""] = error.message.split("\n");
    throw new TrackerError(
      "invalid",
      `${name}:${error.line}:${error.column}: ${reason}.\n\n${visible(error.codeblock.trimEnd(), "lines")}`,
      "Correct that line; the file is written in TOML (https://toml.io).",
    );
  }
}

/** A table of the document, and not a list, a date or a plain value. */
export function isTable(value: unknown): value is Document {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
