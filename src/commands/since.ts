/** The flag `--since`: a moment as people type it. */
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import { parseMomentRange } from "../core/when.ts";
import type { Style } from "../render/style.ts";

/** In seconds since 1970. Throws `invalid`. */
export function parseSince(text: string, { now, zoneOffset }: Pick<Style, "now" | "zoneOffset">): number {
  const { from } = parseMomentRange(text, { now, offsetMinutes: zoneOffset(now) });
  if (from !== undefined && !/[<>]|\.\./.test(text)) return Date.parse(from) / 1000;
  throw new TrackerError("invalid", `\`${visible(text)}\` is not a moment`, "As in: --since 2026-12-01, or --since 7d");
}
