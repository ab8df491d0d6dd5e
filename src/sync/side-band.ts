/** The side band: one stream of pkt-lines in which a server sends what was asked for, its progress, and why it gives up. */
import { visible } from "../core/text.ts";
import { withoutSecrets } from "./address.ts";
import { type PacketReader, textOf, Unusable } from "./pkt-line.ts";

/**
 * What comes in the first band, up to the end. Lines that are none of a band come before the pack from old servers, and say what both have.
 * Throws `Unusable` with the server's words when it gives up.
 */
export async function* firstBand(packets: PacketReader): AsyncGenerator<Uint8Array> {
  try {
    for (let packet = await packets.next(); packet.kind === "line"; packet = await packets.next()) {
      const [band] = packet.bytes;
      if (band === 1) yield packet.bytes.subarray(1);
      else if (band === 3) throw new Unusable(saidBy(textOf(packet.bytes.subarray(1))));
      else if (band !== 2) checkUnbanded(textOf(packet.bytes));
    }
  } finally {
    await packets.close();
  }
}

function checkUnbanded(text: string): void {
  if (!/^(?:NAK$|ACK |shallow |unshallow )/.test(text)) {
    throw new Unusable(refusalIn(text) ?? "what came is in no side band");
  }
}

/** The server's words, if the line is its refusal. */
export function refusalIn(text: string): string | undefined {
  return text.startsWith("ERR ") ? saidBy(text.slice("ERR ".length)) : undefined;
}

/** Other people's words, fit to be shown, in one line. */
export function saidBy(text: string): string {
  return visible(withoutSecrets(text.trim().split("\n")[0] ?? "")).slice(0, saidMax);
}

const saidMax = 300;
