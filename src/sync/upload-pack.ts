/**
 * The fetching half of git's smart HTTP: which refs there are, and a pack of what is asked for. It speaks protocol 2, and 0 and 1 with
 * servers that know no other. All that is wanted and had is said at once. (gitprotocol-v2, gitprotocol-http, gitprotocol-pack)
 */
import type { Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import { refs } from "../store/refs.ts";
import type { HttpClient } from "./http-client.ts";
import { delimiter, flush, line, type PacketReader, reading, readPackets, textOf, Unusable } from "./pkt-line.ts";
import { firstBand, refusalIn } from "./side-band.ts";

export interface UploadPack {
  /** The refs below ours, by their full names. */
  list(): Promise<Map<string, Oid>>;
  /** A pack that holds what `wants` stand on and `haves` don't. Throws `Unusable` where the server gives up. */
  fetch(wants: readonly Oid[], haves: readonly Oid[]): Promise<AsyncIterable<Uint8Array>>;
}

export interface UploadPackOptions {
  readonly remote: string;
  /** Of a fetch, in bytes. */
  readonly packBytesMax: number;
}

/** What a server says of itself. */
interface Server {
  readonly version: 0 | 2;
  readonly capabilities: ReadonlyMap<string, string>;
  /** Version 0 tells them right away. */
  readonly refs: ReadonlyMap<string, Oid>;
}

export const agent = "agent=git-tracker";
/** A list of refs may be so long, in bytes: some half a million of them. */
export const listBytesMax = 64 * 1024 * 1024;
/** Between the bytes of a pack stand those of the side band, and progress. */
const bandShare = 1.05;
const bandBytes = 1024 * 1024;

export function openUploadPack(http: HttpClient, { remote, packBytesMax }: UploadPackOptions): UploadPack {
  let known: Server | undefined;

  const discover = async (): Promise<Server> => {
    const body = await http.request({
      path: "info/refs?service=git-upload-pack",
      headers: { "git-protocol": "version=2" },
      answers: "application/x-git-upload-pack-advertisement",
      bytesMax: listBytesMax,
    });
    const server = await reading(body, (packets) => readServer(packets, "git-upload-pack"));
    checkServer(server, remote);
    return server;
  };

  const post = (server: Server, text: string, bytesMax: number) =>
    http.request({
      path: "git-upload-pack",
      headers: {
        "content-type": "application/x-git-upload-pack-request",
        ...(server.version === 2 && { "git-protocol": "version=2" }),
      },
      body: Buffer.from(text),
      answers: "application/x-git-upload-pack-result",
      bytesMax,
    });

  return {
    async list() {
      if (known?.version !== 2) known = await discover();
      if (known.version !== 2) return new Map([...known.refs].filter(([ref]) => ref.startsWith(refs.root)));
      const asked = [...v2Head("ls-refs", known), delimiter, line(`ref-prefix ${refs.root}\n`), flush];
      return await reading(await post(known, asked.join(""), listBytesMax), readRefs);
    },
    async fetch(wants, haves) {
      known ??= await discover();
      const asked = known.version === 2 ? askV2(known, wants, haves) : askV0(known, wants, haves);
      const bytesMax = packBytesMax * bandShare + bandBytes;
      const packets = readPackets(await post(known, asked, bytesMax));
      try {
        if (known.version === 2) await skipToPack(packets);
        return firstBand(packets);
      } catch (error) {
        await packets.close();
        throw error;
      }
    },
  };
}

/** Reads an advertisement of refs and capabilities. `service` is the line that may stand before it. */
export async function readServer(packets: PacketReader, service: string): Promise<Server> {
  let packet = await packets.next();
  if (packet.kind === "line" && textOf(packet.bytes) === `# service=${service}`) {
    packet = await packets.next();
    if (packet.kind === "flush") packet = await packets.next();
  }
  const version = packet.kind === "line" ? /^version (\d)$/.exec(textOf(packet.bytes))?.[1] : undefined;
  if (version === "2") return await readV2(packets);
  if (version === "1") packet = await packets.next();
  const found = new Map<string, Oid>();
  let capabilities: ReadonlyMap<string, string> = new Map();
  for (; packet.kind === "line"; packet = await packets.next()) {
    const text = textOf(packet.bytes);
    const refusal = refusalIn(text);
    if (refusal !== undefined) throw new Unusable(refusal);
    const [, oid = "", ref = "", said] = /^([0-9a-f]{40,64}) ([^\0]+)(?:\0(.*))?$/s.exec(text) ?? [];
    if (/^shallow /.test(text)) continue;
    if (ref === "") throw new Unusable("what came is no list of refs");
    if (said !== undefined) capabilities = capabilitiesIn(said.split(" "));
    if (ref !== "capabilities^{}" && !ref.endsWith("^{}")) found.set(ref, oid);
  }
  return { version: 0, capabilities, refs: found };
}

async function readV2(packets: PacketReader): Promise<Server> {
  const said: string[] = [];
  for (let packet = await packets.next(); packet.kind === "line"; packet = await packets.next()) {
    said.push(textOf(packet.bytes));
  }
  return { version: 2, capabilities: capabilitiesIn(said), refs: new Map() };
}

function capabilitiesIn(said: readonly string[]): Map<string, string> {
  return new Map(
    said.map((each): [string, string] => {
      const equals = each.indexOf("=");
      return equals === -1 ? [each, ""] : [each.slice(0, equals), each.slice(equals + 1)];
    }),
  );
}

/** Throws `unavailable` for a server that can't be spoken with, or that names objects in another way. */
export function checkServer({ version, capabilities, refs: found }: Server, remote: string): void {
  const format = capabilities.get("object-format") ?? "sha1";
  const name = visible(remote);
  if (format !== "sha1" || [...found.values()].some((oid) => oid.length !== 40)) {
    throw new TrackerError(
      "unavailable",
      `${name} has ${visible(format)} objects, which needs git installed`,
      "Install git.",
    );
  }
  const speaks =
    version === 2 ? capabilities.has("fetch") && capabilities.has("ls-refs") : capabilities.has("ofs-delta");
  if (speaks || (version === 0 && found.size === 0)) return;
  throw new TrackerError("unavailable", `${name} is a git server of another kind`, "Install git, which may know it.");
}

function v2Head(command: string, { capabilities }: Server): string[] {
  return [
    line(`command=${command}\n`),
    ...(capabilities.has("agent") ? [line(agent)] : []),
    ...(capabilities.has("object-format") ? [line("object-format=sha1")] : []),
  ];
}

async function readRefs(packets: PacketReader): Promise<Map<string, Oid>> {
  const found = new Map<string, Oid>();
  for (;;) {
    const packet = await packets.next();
    if (packet.kind === "end") throw new Unusable("what came is cut off");
    if (packet.kind !== "line") return found;
    const text = textOf(packet.bytes);
    const [, oid = "", ref = ""] = /^([0-9a-f]{40}) ([^ \n]+)/.exec(text) ?? [];
    if (ref === "") throw new Unusable(refusalIn(text) ?? "what came is no list of refs");
    if (ref.startsWith(refs.root)) found.set(ref, oid);
  }
}

function askV2(server: Server, wants: readonly Oid[], haves: readonly Oid[]): string {
  return [
    ...v2Head("fetch", server),
    delimiter,
    ...["ofs-delta\n", "no-progress\n"].map(line),
    ...wants.map((oid) => line(`want ${oid}\n`)),
    ...haves.map((oid) => line(`have ${oid}\n`)),
    line("done\n"),
    flush,
  ].join("");
}

function askV0({ capabilities }: Server, wants: readonly Oid[], haves: readonly Oid[]): string {
  if (!capabilities.has("side-band-64k")) throw new Unusable("the server knows no side band");
  const known = ["ofs-delta", "side-band-64k", "no-progress"].filter((name) => capabilities.has(name));
  const said = [...known, ...(capabilities.has("agent") ? [agent] : [])].join(" ");
  return [
    ...wants.map((oid, i) => line(`want ${oid}${i === 0 ? ` ${said}` : ""}\n`)),
    flush,
    ...haves.map((oid) => line(`have ${oid}\n`)),
    line("done\n"),
  ].join("");
}

/** Sections come before the pack that nobody asked for, or that say what both have. */
async function skipToPack(packets: PacketReader): Promise<void> {
  for (;;) {
    const packet = await packets.next();
    if (packet.kind === "end" || packet.kind === "flush") throw new Unusable("no pack came");
    if (packet.kind !== "line") continue;
    const text = textOf(packet.bytes);
    if (text === "packfile") return;
    const refusal = refusalIn(text);
    if (refusal !== undefined) throw new Unusable(refusal);
  }
}
