/** A release at an address: which version is there, and its files, checked against their sums. docs/releasing.md says what lies where. */
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";

export interface Release {
  readonly version: string;
  /** The address of its files, without a slash at its end. */
  readonly url: string;
}

const unchanged = "Nothing was changed.";
const smallBytesMax = 1_000_000;
const archiveBytesMax = 1_000_000_000;
const smallMsMax = 30_000;
const archiveMsMax = 1_800_000;
const redirectionsMax = 10;

/**
 * The release of a version, or the newest. `base` is the address of the newest one's files; older ones are below it in a folder like
 * v1.2.3, or where forges keep them. Throws `invalid` for an address or a version that can't be, `not-found`, `unavailable`.
 */
export async function findRelease(base: string, version: string | undefined): Promise<Release> {
  const url = base.replace(/\/+$/, "");
  if (version === undefined) return { url, version: await newestVersion(url) };
  if (!isVersion(version))
    throw new TrackerError("invalid", `\`${visible(version)}\` is no version`, "It is like 1.2.3.");
  const newest = await newestVersion(url).catch((error: unknown) => {
    if (error instanceof TrackerError && error.code === "not-found") return undefined;
    throw error;
  });
  if (newest === version) return { url, version };
  const forge = /\/releases\/latest\/download$/;
  return {
    url: forge.test(url) ? url.replace(forge, `/releases/download/v${version}`) : `${url}/v${version}`,
    version,
  };
}

/** The sum that a release says one of its files has. Throws as `findRelease`, and `corrupt` where it says nothing of it. */
export async function fetchSum({ url }: Release, name: string): Promise<string> {
  const sums = new TextDecoder().decode(await fetchFile(`${url}/SHA256SUMS`, smallBytesMax, smallMsMax));
  const line = sums
    .split("\n")
    .map((each) => each.trim().split(/ +\*?/))
    .find(([, file]) => file === name);
  const [wanted] = line ?? [];
  if (wanted !== undefined) return wanted.toLowerCase();
  throw new TrackerError(
    "corrupt",
    `${url}/SHA256SUMS has no line for ${name}`,
    `${unchanged} There may be no executable for this machine.`,
  );
}

/** A file of a release. Throws as `findRelease`, and `corrupt` where its sum is another. */
export async function fetchArchive({ url }: Release, name: string, sum: string): Promise<Uint8Array<ArrayBuffer>> {
  const archive = await fetchFile(`${url}/${name}`, archiveBytesMax, archiveMsMax);
  if (new Bun.CryptoHasher("sha256").update(archive).digest("hex") === sum) return archive;
  throw new TrackerError(
    "corrupt",
    `${name} is not what SHA256SUMS says: it came incomplete, or somebody changed it`,
    `${unchanged} Try again; if it stays so, tell whoever made the release.`,
  );
}

async function newestVersion(url: string): Promise<string> {
  const text = new TextDecoder().decode(await fetchFile(`${url}/VERSION`, smallBytesMax, smallMsMax));
  const version = text.trim();
  if (isVersion(version)) return version;
  throw new TrackerError("corrupt", `${url}/VERSION holds no version`, `${unchanged} Check the address.`);
}

/** It becomes part of addresses. */
function isVersion(text: string): boolean {
  return text.length <= 100 && /^\d+\.\d+\.\d+(?:[+-][0-9A-Za-z.+-]+)?$/.test(text);
}

/** Follows redirections, but to no address that anybody on the way could answer for. */
async function fetchFile(from: string, bytesMax: number, msMax: number): Promise<Uint8Array<ArrayBuffer>> {
  const signal = AbortSignal.timeout(msMax);
  let url = checkedUrl(from, from);
  try {
    for (let left = redirectionsMax; left > 0; left--) {
      const response = await fetch(url, { redirect: "manual", signal });
      const location = response.headers.get("location");
      if (response.status >= 300 && response.status < 400 && location !== null) {
        url = checkedUrl(new URL(location, url).href, from);
        continue;
      }
      if (response.ok) return await readAtMost(response, bytesMax);
      throw new TrackerError(
        [404, 410].includes(response.status) ? "not-found" : "unavailable",
        `${from}: the server answered ${response.status}`,
        `${unchanged} Check the address and the version.`,
      );
    }
    throw new Error("it leads on and on");
  } catch (error) {
    if (error instanceof TrackerError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new TrackerError(
      "unavailable",
      `${from} can't be downloaded: ${visible(why)}`,
      `${unchanged} Try again later.`,
    );
  }
}

function checkedUrl(text: string, from: string): string {
  const url = URL.parse(text);
  const isLocal = url !== null && ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  if (url?.protocol === "https:" || (url?.protocol === "http:" && isLocal)) return url.href;
  throw new TrackerError(
    "invalid",
    `${visible(from)} does not come by https`,
    "Releases are at an address that begins with https://",
  );
}

async function readAtMost(response: Response, bytesMax: number): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > bytesMax) throw new Error(`it is longer than ${bytesMax} bytes`);
    parts.push(part);
  }
  return Uint8Array.from(Buffer.concat(parts));
}
