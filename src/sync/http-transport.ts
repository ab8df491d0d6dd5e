/**
 * The transport where no git is installed: git's smart HTTP(S), spoken here. Whatever a remote sends is checked before any of it is kept, and
 * what one stream is lacking keeps no other away. Other kinds of addresses need git.
 */
import type { Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import { visible } from "../core/text.ts";
import type { Variables } from "../platform/git.ts";
import type { ConfigEntry } from "../store/gitconfig.ts";
import { BadPack } from "../store/pack-entry.ts";
import { type ReceivedPack, readPack } from "../store/received-pack.ts";
import { refs } from "../store/refs.ts";
import type { Store } from "../store/store.ts";
import { openHttp } from "./http-client.ts";
import { inspect, keep } from "./intake.ts";
import { Unusable } from "./pkt-line.ts";
import { openReceivePack } from "./receive-pack.ts";
import { addressesOf } from "./remote-settings.ts";
import type { Refused, Sent, Transport, Wanted } from "./transport.ts";
import { openUploadPack, type UploadPack } from "./upload-pack.ts";

export interface HttpTransportOptions {
  readonly store: Store;
  readonly remote: string;
  /** Git's configuration. */
  readonly entries: readonly ConfigEntry[];
  readonly env: Variables;
  /** How long the other side may be silent, in milliseconds. */
  readonly silenceMsMax: number;
  /** What is taken in one exchange; more comes in several. */
  readonly packBytesMax: number;
  /** Runs what writes while none of ours does. */
  writing<T>(work: () => Promise<T>): Promise<T>;
  progress(what: string, done: number, total: number | undefined): void;
}

export function openHttpTransport(options: HttpTransportOptions): Transport {
  const { remote, entries } = options;
  const addresses = addressesOf(entries, remote);
  if (addresses === undefined) {
    throw new TrackerError(
      "not-found",
      `There is no remote ${visible(remote)}`,
      "See them with: git tracker remote list",
    );
  }
  const http = openHttp({ ...options, address: addresses.fetch });
  const upload = openUploadPack(http, options);
  return {
    async list() {
      const found = await telling(options, () => upload.list());
      return new Map([...found].map(([ref, tip]) => [ref.slice(refs.root.length), tip]));
    },
    fetch: (wanted) => fetchParts({ ...options, upload }, wanted, { arrived: 0, lost: 0 }),
    async push(sendings) {
      const sent: Sent[] = [];
      for (const address of addresses.push) {
        const target = address === addresses.fetch ? http : openHttp({ ...options, address });
        sent.push(await telling(options, () => openReceivePack(target, options).push(sendings)));
      }
      return { refused: sent.flatMap((each) => each.refused), outrun: sent.flatMap((each) => each.outrun) };
    },
  };
}

/** How an exchange in parts has gone so far. */
interface Course {
  arrived: number;
  lost: number;
}

/** Where so many streams were lost and none has arrived, it isn't the streams. */
const lostMax = 8;

interface Fetching extends HttpTransportOptions {
  readonly upload: UploadPack;
}

/** What fails as a whole is asked for in halves, so that one bad stream doesn't keep the others away. */
async function fetchParts(options: Fetching, wanted: readonly Wanted[], course: Course): Promise<Refused[]> {
  const [first] = wanted;
  if (first === undefined) return [];
  try {
    const refused = await fetchOnce(options, wanted);
    course.arrived += wanted.length - refused.length;
    return refused;
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    if (wanted.length === 1) {
      course.lost++;
      return [{ name: first.name, by: "remote", reason: error.message }];
    }
    if (course.arrived === 0 && course.lost >= lostMax) throw unusable(options, error);
  }
  const half = Math.ceil(wanted.length / 2);
  const refused = await fetchParts(options, wanted.slice(0, half), course);
  return [...refused, ...(await fetchParts(options, wanted.slice(half), course))];
}

async function fetchOnce(options: Fetching, wanted: readonly Wanted[]): Promise<Refused[]> {
  const { store, remote } = options;
  const tracking = refs.remote(remote);
  const wants = [...new Set(wanted.map(({ tip }) => tip))];
  const tracked = await store.listRefs(tracking);
  const own = await store.listRefs(refs.issues);
  const project = await store.readRef(refs.project);
  if (project !== undefined) own.set(refs.project, project);
  const known = wanted.flatMap(({ name }) => [tracked.get(tracking + name), own.get(refs.root + name)]);
  const haves = [...new Set(known)].filter((oid): oid is Oid => oid !== undefined && !/^0+$/.test(oid));
  const pack = await receive(options, wants, haves);
  const { objects, refused } = await inspect(store, pack, wants);
  const good = wanted.filter(({ tip }) => !refused.has(tip));
  if (good.length > 0) {
    await options.writing(async () => {
      await keep(store, pack, objects);
      await track(store, tracking, good);
    });
  }
  return wanted.flatMap(({ name, tip }): Refused[] => {
    const { reason, faulty } = refused.get(tip) ?? {};
    return reason === undefined ? [] : [{ name, by: "remote", reason, tip: faulty ? tip : undefined }];
  });
}

async function receive(options: Fetching, wants: readonly Oid[], haves: readonly Oid[]): Promise<ReceivedPack> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of await options.upload.fetch(wants, haves)) {
    bytes += part.length;
    if (bytes > options.packBytesMax) throw new Unusable(`what came is bigger than ${options.packBytesMax} bytes`);
    parts.push(part.slice());
    options.progress("Receiving KiB", Math.floor(bytes / 1024), undefined);
  }
  try {
    return readPack(Buffer.concat(parts), options.store.hash, {
      objectBytesMax: limits.attachmentBytesMax,
      totalBytesMax: options.packBytesMax * unpackedFactor,
    });
  } catch (error) {
    if (error instanceof BadPack) throw new Unusable(`what came is no good pack: ${error.message}`);
    throw error;
  }
}

/** Text becomes so much bigger when it is unpacked, and seldom more. */
const unpackedFactor = 16;

/** A ref that another fetch has moved meanwhile is moved on from there. */
async function track(store: Store, tracking: string, wanted: readonly Wanted[]): Promise<void> {
  for (;;) {
    const now = await store.listRefs(tracking);
    const updates = wanted.map(({ name, tip }) => ({ ref: tracking + name, from: now.get(tracking + name), to: tip }));
    if ((await store.swap(updates)).kind === "updated") return;
  }
}

/** What a remote says that makes no sense becomes a refusal. */
async function telling<T>(options: HttpTransportOptions, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Unusable ? unusable(options, error) : error;
  }
}

function unusable({ remote }: HttpTransportOptions, { message }: Unusable): TrackerError {
  const name = visible(remote);
  return new TrackerError(
    "unavailable",
    `${name} can't be spoken with: ${message}`,
    "Nothing is half done. Try again; if it stays so, ask whoever keeps it.",
  );
}
