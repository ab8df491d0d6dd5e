/**
 * The sending half of git's smart HTTP: streams and a pack of what the remote lacks of them, and what it says to each. (gitprotocol-pack,
 * gitprotocol-http)
 */
import { encodePack } from "../store/pack.ts";
import { refs } from "../store/refs.ts";
import type { Store } from "../store/store.ts";
import type { HttpClient } from "./http-client.ts";
import { collect, type Parcel } from "./parcel.ts";
import { flush, line, type PacketReader, reading, readPackets, textOf, Unusable } from "./pkt-line.ts";
import { firstBand, saidBy } from "./side-band.ts";
import type { Refused, Sending, Sent } from "./transport.ts";
import { agent, checkServer, listBytesMax, readServer } from "./upload-pack.ts";

export interface ReceivePackOptions {
  readonly store: Store;
  readonly remote: string;
  progress(what: string, done: number, total: number | undefined): void;
}

export interface ReceivePack {
  push(sendings: readonly Sending[]): Promise<Sent>;
}

/** What a server may say to all that is sent to it. */
const reportBytesMax = 16 * 1024 * 1024;
const none = "0".repeat(40);

export function openReceivePack(http: HttpClient, options: ReceivePackOptions): ReceivePack {
  const { store, remote, progress } = options;

  const discover = async () => {
    const body = await http.request({
      path: "info/refs?service=git-receive-pack",
      headers: {},
      answers: "application/x-git-receive-pack-advertisement",
      bytesMax: listBytesMax,
    });
    const server = await reading(body, (packets) => readServer(packets, "git-receive-pack"));
    checkServer(server, remote);
    if (!server.capabilities.has("report-status")) throw new Unusable("the server does not say what it takes");
    return server;
  };

  const exchange = async (
    parcel: Parcel,
    capabilities: ReadonlyMap<string, string>,
  ): Promise<ReadonlyMap<string, string>> => {
    const band = capabilities.has("side-band-64k");
    const said = ["report-status", ...(band ? ["side-band-64k"] : []), agent].join(" ");
    const lines = parcel.sendings.map(({ name, from, to }, i) =>
      line(`${from ?? none} ${to} ${refs.root}${name}${i === 0 ? `\0 ${said}` : ""}`),
    );
    const pack = encodePack(store.hash, parcel.objects);
    const body = await http.request({
      path: "git-receive-pack",
      headers: { "content-type": "application/x-git-receive-pack-request" },
      body: Buffer.concat([Buffer.from(lines.join("") + flush), ...pack.parts, pack.checksum]),
      answers: "application/x-git-receive-pack-result",
      bytesMax: reportBytesMax,
    });
    return await reading(band ? firstBand(readPackets(body)) : body, readReport);
  };

  /** A pack that isn't taken is sent in halves, until what is not taken is alone. */
  const send = async (
    parcel: Parcel,
    capabilities: ReadonlyMap<string, string>,
    course: Course,
  ): Promise<Refused[]> => {
    const answers = await exchange(parcel, capabilities);
    const unpacking = answers.get("unpack") ?? "the remote did not say that it took it";
    if (unpacking !== "ok" && parcel.sendings.length > 1 && (course.arrived > 0 || course.lost < lostMax)) {
      const half = Math.ceil(parcel.sendings.length / 2);
      const refused: Refused[] = [];
      for (const part of [parcel.sendings.slice(0, half), parcel.sendings.slice(half)]) {
        const collected = collect(store, part);
        for await (const smaller of collected.parcels) refused.push(...(await send(smaller, capabilities, course)));
      }
      return refused;
    }
    if (unpacking === "ok") course.arrived += parcel.sendings.length;
    else course.lost += parcel.sendings.length;
    return parcel.sendings.flatMap(({ name }): Refused[] => {
      const reason = unpacking === "ok" ? (answers.get(refs.root + name) ?? notSaid) : unpacking;
      return reason === "ok" ? [] : [{ name, by: "remote", reason }];
    });
  };

  return {
    async push(sendings) {
      if (sendings.length === 0) return { refused: [], outrun: [] };
      const server = await discover();
      const outrun: Refused[] = [];
      const current = sendings.filter(({ name, from }) => {
        const isThere = server.refs.get(refs.root + name) === from;
        if (!isThere) outrun.push({ name, by: "remote", reason: "fetch first" });
        return isThere;
      });
      const refused: Refused[] = [];
      const course: Course = { arrived: 0, lost: 0 };
      const collected = collect(store, current);
      let done = 0;
      for await (const parcel of collected.parcels) {
        refused.push(...(await send(parcel, server.capabilities, course)));
        done += parcel.sendings.length;
        progress("Sending", done, current.length);
      }
      refused.push(...collected.refused);
      return {
        refused: refused.filter(({ reason }) => !outrunPattern.test(reason)),
        outrun: [...outrun, ...refused.filter(({ reason }) => outrunPattern.test(reason))],
      };
    },
  };
}

/** How an exchange in parts has gone so far, in streams. */
interface Course {
  arrived: number;
  lost: number;
}

/** Where so many were lost and none has arrived, it isn't the streams. */
const lostMax = 32;
const notSaid = "the remote did not say that it took it";
/** What receive-pack says when somebody else was faster. */
const outrunPattern =
  /fetch first|non-fast-forward|stale info|failed to update ref|cannot lock ref|failed to lock|reference already exists|incorrect old value/i;

/** `unpack` and each ref, with `ok` or the reason. */
async function readReport(packets: PacketReader): Promise<Map<string, string>> {
  const answers = new Map<string, string>();
  for (;;) {
    const packet = await packets.next();
    if (packet.kind !== "line") return answers;
    const text = textOf(packet.bytes);
    const [, what = "", rest = ""] = /^(unpack|ok|ng) (.*)$/s.exec(text) ?? [];
    if (what === "unpack") answers.set("unpack", saidBy(rest) || notSaid);
    else if (what === "ok") answers.set(rest, "ok");
    else if (what === "ng") {
      const end = rest.indexOf(" ");
      answers.set(end === -1 ? rest : rest.slice(0, end), saidBy(end === -1 ? "" : rest.slice(end + 1)) || "refused");
    } else throw new Unusable("what came is no report of what was taken");
  }
}
