/**
 * Stands in for the transport that syncs without git: what it hands to Bun's `fetch` of proxies and certificates, Node's would ignore,
 * and so go where the person did not mean to.
 */
import { TrackerError } from "../../core/errors.ts";

export const packBytesDefault = 0;

export function openHttpTransport(): never {
  throw new TrackerError(
    "unavailable",
    "Under Node, syncing needs git, and there is none in PATH",
    "Install git, or use Bun.",
  );
}
