/**
 * What git's configuration says of a remote, for whoever talks to it without git: its addresses as `insteadOf` and `pushInsteadOf` rewrite them,
 * and the `http.*` and `credential.*` settings that hold for a URL. (git-config)
 */
import { type ConfigEntry, lastValue } from "../store/gitconfig.ts";

export interface RemoteAddresses {
  readonly fetch: string;
  /** Each of them is pushed to. */
  readonly push: readonly string[];
}

/** Undefined if there is no such remote. */
export function addressesOf(entries: readonly ConfigEntry[], remote: string): RemoteAddresses | undefined {
  const urls = valuesOf(entries, `remote.${remote}.url`);
  const [first] = urls;
  if (first === undefined) return undefined;
  const pushUrls = valuesOf(entries, `remote.${remote}.pushurl`);
  const push =
    pushUrls.length > 0
      ? pushUrls.map((url) => rewritten(entries, url, "insteadof") ?? url)
      : urls.map((url) => rewritten(entries, url, "pushinsteadof") ?? rewritten(entries, url, "insteadof") ?? url);
  return { fetch: rewritten(entries, first, "insteadof") ?? first, push };
}

/** `url.<base>.insteadOf`: the longest beginning wins. */
function rewritten(
  entries: readonly ConfigEntry[],
  url: string,
  how: "insteadof" | "pushinsteadof",
): string | undefined {
  let best: { readonly base: string; readonly prefix: string } | undefined;
  for (const { key, value } of entries) {
    const base = key.startsWith("url.") && key.endsWith(`.${how}`) ? key.slice(4, -how.length - 1) : undefined;
    if (base === undefined || value === "" || !url.startsWith(value)) continue;
    if (best === undefined || value.length > best.prefix.length) best = { base, prefix: value };
  }
  return best === undefined ? undefined : best.base + url.slice(best.prefix.length);
}

/** All values of a key; an empty one takes back those before it. */
function valuesOf(entries: readonly ConfigEntry[], key: string): string[] {
  const values = entries.flatMap((entry) => (entry.key === key ? [entry.value] : []));
  return values.slice(values.lastIndexOf("") + 1);
}

/**
 * The values of `<section>.<name>` and `<section>.<url>.<name>` that hold for a URL, in order: of those that match it less closely than one
 * before, none.
 */
export function valuesForUrl(entries: readonly ConfigEntry[], section: string, name: string, url: URL): string[] {
  let best = 0;
  const values: string[] = [];
  for (const { key, value } of entries) {
    const closeness = key === `${section}.${name}` ? 1 : closenessOf(key, section, name, url);
    if (closeness < Math.max(best, 1)) continue;
    best = closeness;
    values.push(value);
  }
  return values;
}

/** The one value that holds for a URL. */
export function valueForUrl(
  entries: readonly ConfigEntry[],
  section: string,
  name: string,
  url: URL,
): string | undefined {
  return valuesForUrl(entries, section, name, url).at(-1);
}

/** `remote.<name>.<key>`. */
export function remoteValue(entries: readonly ConfigEntry[], remote: string, key: string): string | undefined {
  return lastValue(entries, `remote.${remote}.${key}`);
}

/** 0: it doesn't match. As git has it, the host counts most, then the path, then the user. */
function closenessOf(key: string, section: string, name: string, url: URL): number {
  if (!key.startsWith(`${section}.`) || !key.endsWith(`.${name}`)) return 0;
  const pattern = key.slice(section.length + 1, -name.length - 1);
  // A star stands for one part of a host's name, and no URL may hold it.
  const parsed = URL.parse(pattern.replaceAll("*", star));
  if (parsed === null || parsed.protocol !== url.protocol || parsed.port !== url.port) return 0;
  if (parsed.username !== "" && parsed.username !== url.username) return 0;
  const wanted = parsed.hostname.split(".");
  const host = url.hostname.split(".");
  if (wanted.length !== host.length || !wanted.every((part, i) => part === star || part === host[i])) return 0;
  const path = parsed.pathname.replace(/\/+$/, "");
  if (url.pathname !== path && !url.pathname.startsWith(`${path}/`)) return 0;
  const exact = wanted.filter((part) => part !== star).length;
  return 2 + (exact * pathMax + path.length) * 2 + (parsed.username === "" ? 0 : 1);
}

const star = "any-part";
/** No path is longer. */
const pathMax = 100_000;
