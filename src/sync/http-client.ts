/**
 * HTTP(S) as git's smart transport needs it: credentials only when they are asked for, proxies and certificates as git's settings have them,
 * redirects only within one host, and an end to whoever is silent or too slow. No secret gets into a message.
 */
import { readFileSync } from "node:fs";
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import type { Variables } from "../platform/git.ts";
import { type ConfigEntry, expandHome, isTrue } from "../store/gitconfig.ts";
import { basic, credentialsFor } from "./credentials.ts";
import { Unusable } from "./pkt-line.ts";
import { remoteValue, valueForUrl, valuesForUrl } from "./remote-settings.ts";

export interface HttpOptions {
  readonly remote: string;
  /** The repository's address. */
  readonly address: string;
  readonly entries: readonly ConfigEntry[];
  readonly env: Variables;
  /** How long the other side may be silent, in milliseconds. */
  readonly silenceMsMax: number;
}

export interface HttpRequest {
  /** Below the repository's address. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined: it is a GET. */
  readonly body?: Uint8Array<ArrayBuffer>;
  /** The content type without which it is no answer. */
  readonly answers: string;
  /** How long the answer may be. */
  readonly bytesMax: number;
}

export interface HttpClient {
  /** The answer's body, as it comes. Throws `unavailable` and `not-permitted`; what breaks off in the middle is `Unusable`. */
  request(request: HttpRequest): Promise<AsyncIterable<Uint8Array>>;
}

export function openHttp(options: HttpOptions): HttpClient {
  const { remote, entries, env } = options;
  const name = visible(remote);
  const given = parseAddress(name, options.address);
  const candidates = credentialsFor(given, entries, env);
  /** Where it is now: a redirect may have moved it. */
  let base = withoutLogin(given);
  let authorization: string | undefined;

  const send = async (request: HttpRequest): Promise<Answer> => {
    const url = new URL(base.href.replace(/\/*$/, "/") + request.path);
    const abort = new AbortController();
    const size = request.body?.length ?? 0;
    let isWaiting = true;
    const patience = AbortSignal.timeout(options.silenceMsMax + Math.ceil((size / slowestBytesPerSecond) * 1000));
    patience.addEventListener("abort", () => isWaiting && abort.abort());
    try {
      const response = await fetch(url, {
        method: request.body === undefined ? "GET" : "POST",
        headers: headersFor(url, entries, { ...request.headers, ...(authorization && { authorization }) }),
        body: request.body ?? null,
        redirect: "manual",
        signal: abort.signal,
        ...connection(url, options),
      });
      return { response, abort };
    } catch (error) {
      throw unreachable(name, url, abort.signal.aborted, error);
    } finally {
      isWaiting = false;
    }
  };

  const ask = async (request: HttpRequest): Promise<Answer> => {
    for (let hops = 0; ; ) {
      const answer = await send(request);
      const { status, headers } = answer.response;
      if (status === 401) {
        const next = candidates.shift();
        answer.abort.abort();
        if (next === undefined) throw notLetIn(name, authorization === undefined ? "missing" : "wrong");
        authorization = basic(next);
      } else if (status >= 300 && status < 400 && request.body === undefined && hops++ < hopsMax) {
        answer.abort.abort();
        base = redirected(name, base, request.path, headers.get("location") ?? "");
      } else return answer;
    }
  };

  return {
    async request(request) {
      const { response, abort } = await ask(request);
      const type = response.headers.get("content-type")?.split(";")[0]?.trim();
      if (response.status !== 200 || type !== request.answers || response.body === null) {
        abort.abort();
        throw refusalOf(name, response.status, base);
      }
      return bounded(response.body, request.bytesMax, { name, abort, silenceMsMax: options.silenceMsMax });
    },
  };
}

interface Answer {
  readonly response: Response;
  readonly abort: AbortController;
}

/** Whoever is slower than this for as long as silence may last is as good as silent. */
const slowestBytesPerSecond = 1024;
/** As many as git follows. */
const hopsMax = 20;

interface Bounds {
  readonly name: string;
  readonly abort: AbortController;
  readonly silenceMsMax: number;
}

/** The body piece by piece, up to what is too much or too slow. */
async function* bounded(
  body: ReadableStream<Uint8Array>,
  bytesMax: number,
  { name, abort, silenceMsMax }: Bounds,
): AsyncGenerator<Uint8Array> {
  let total = 0;
  let recent = 0;
  let isOpen = true;
  const watch = () => {
    const patience = AbortSignal.timeout(silenceMsMax);
    patience.addEventListener("abort", () => {
      if (!isOpen) return;
      if (recent < (slowestBytesPerSecond * silenceMsMax) / 1000) return abort.abort();
      recent = 0;
      watch();
    });
  };
  watch();
  const reader = body.getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      total += value.length;
      recent += value.length;
      if (total > bytesMax) throw new Unusable(`what came is bigger than ${bytesMax} bytes`);
      yield value;
    }
  } catch (error) {
    if (error instanceof Unusable) throw error;
    if (abort.signal.aborted) throw tooSlow(name);
    throw new Unusable("what came is cut off");
  } finally {
    isOpen = false;
    abort.abort();
  }
}

function parseAddress(name: string, address: string): URL {
  const url = URL.parse(address);
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  const how = howReached(address);
  throw new TrackerError(
    "unavailable",
    `${name} is reached by ${visible(how)}, which needs git installed`,
    `Install git, or give ${name} an address that begins with https://`,
  );
}

/** As git tells addresses apart: `host:path` is ssh's. */
function howReached(address: string): string {
  const [, scheme] = /^([\w+.-]+):(?:\/\/|:)/.exec(address) ?? [];
  return scheme ?? (/^[^/]+:/.test(address) ? "ssh" : "a path");
}

/** Only within one host, and never from https to http. */
function redirected(name: string, base: URL, path: string, location: string): URL {
  const from = new URL(base.href.replace(/\/*$/, "/") + path);
  const to = URL.parse(location, from.href);
  const [plain = "", query = ""] = path.split("?");
  const isUpgrade = from.protocol === "http:" && to?.protocol === "https:" && from.hostname === to.hostname;
  if (to === null || (to.protocol !== from.protocol && !isUpgrade) || (to.host !== from.host && !isUpgrade)) {
    const where = to === null ? "nowhere" : `to ${visible(`${to.protocol}//${to.host}`)}`;
    throw new TrackerError(
      "not-permitted",
      `${name} sends you ${where}, which is not where its address says it is`,
      `If you trust that, give ${name} the new address.`,
    );
  }
  if (!to.pathname.endsWith(`/${plain}`) || (query !== "" && to.search !== `?${query}`)) {
    throw new TrackerError("unavailable", `${name} sends you to what is no git repository`, "Check its address.");
  }
  const next = new URL(to.href);
  next.pathname = to.pathname.slice(0, -plain.length);
  next.search = "";
  return withoutLogin(next);
}

function withoutLogin(url: URL): URL {
  const plain = new URL(url.href);
  plain.username = "";
  plain.password = "";
  plain.hash = "";
  return plain;
}

/** `http.extraHeader`: an empty one takes back those before it. */
function headersFor(url: URL, entries: readonly ConfigEntry[], own: Readonly<Record<string, string>>): Headers {
  const headers = new Headers({ "user-agent": "git/git-tracker", "accept-encoding": "identity", ...own });
  const extra = valuesForUrl(entries, "http", "extraheader", url);
  for (const header of extra.slice(extra.lastIndexOf("") + 1)) {
    const colon = header.indexOf(":");
    if (colon > 0) headers.set(header.slice(0, colon).trim(), header.slice(colon + 1).trim());
  }
  return headers;
}

/** How Bun's fetch is to connect: proxy, certificates. */
function connection(url: URL, { remote, entries, env }: HttpOptions): BunFetchRequestInit {
  const value = (key: string) => valueForUrl(entries, "http", key, url);
  const proxy = proxyFor(url, remoteValue(entries, remote, "proxy") ?? value("proxy"), env);
  const verify = env.GIT_SSL_NO_VERIFY === undefined && isTrue(value("sslverify") ?? "true");
  const file = (variable: string, key: string) => {
    const path = env[variable] ?? value(key);
    return path === undefined || path === "" ? undefined : readFileSync(expandHome(path, env), "utf8");
  };
  const ca = file("GIT_SSL_CAINFO", "sslcainfo");
  const cert = file("GIT_SSL_CERT", "sslcert");
  const key = file("GIT_SSL_KEY", "sslkey");
  return {
    ...(proxy !== undefined && { proxy }),
    ...(url.protocol === "https:" && {
      tls: { rejectUnauthorized: verify, ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) },
    }),
  };
}

/** The setting, or what curl takes from the environment. */
function proxyFor(url: URL, setting: string | undefined, env: Variables): string | undefined {
  if (setting !== undefined) return setting === "" ? undefined : asUrl(setting);
  const exempt = (env.no_proxy ?? env.NO_PROXY ?? "").split(/[\s,]+/).map((host) => host.replace(/^\./, ""));
  const { hostname } = url;
  if (exempt.some((host) => host === "*" || (host !== "" && (hostname === host || hostname.endsWith(`.${host}`))))) {
    return undefined;
  }
  const own = url.protocol === "https:" ? (env.https_proxy ?? env.HTTPS_PROXY) : env.http_proxy;
  const proxy = own ?? env.all_proxy ?? env.ALL_PROXY;
  return proxy ? asUrl(proxy) : undefined;
}

function asUrl(proxy: string): string {
  return /^\w+:\/\//.test(proxy) ? proxy : `http://${proxy}`;
}

function refusalOf(name: string, status: number, url: URL): TrackerError {
  const where = visible(url.host);
  if (status === 403) {
    return new TrackerError(
      "not-permitted",
      `${name} does not let you do that (HTTP 403)`,
      "Ask whoever keeps it for permission.",
    );
  }
  if (status === 200 || (status >= 300 && status < 400)) {
    return new TrackerError(
      "unavailable",
      `What answers at ${where} is no git server`,
      `Check the address of ${name}.`,
    );
  }
  return status === 404 || status === 410
    ? new TrackerError(
        "unavailable",
        `${name} is not there: ${where} knows no such repository (HTTP ${status})`,
        "Check its address; some servers say so, too, when they would want a password.",
      )
    : new TrackerError("unavailable", `${name} can't be reached: ${where} answers HTTP ${status}`, "Try again later.");
}

function notLetIn(name: string, why: "missing" | "wrong"): TrackerError {
  return new TrackerError(
    "not-permitted",
    why === "missing" ? `${name} wants a name and a password` : `${name} does not take your name and password`,
    "Without git they are read from ~/.netrc, or from ~/.git-credentials with credential.helper=store.",
  );
}

function tooSlow(name: string): TrackerError {
  return new TrackerError(
    "unavailable",
    `${name} does not answer`,
    "Nothing is half done. Try again later; sync.timeout says how long a remote may take.",
  );
}

/** Bun's codes; what stands in its messages is not shown, since it may be a URL. */
function unreachable(name: string, url: URL, aborted: boolean, error: unknown): TrackerError {
  if (error instanceof TrackerError) return error;
  if (aborted) return tooSlow(name);
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const host = visible(url.host);
  const reason = /CERT|SIGNED|ISSUER|TLS|SSL/.test(code)
    ? `the certificate of ${host} is not to be trusted (${visible(code)})`
    : /ConnectionRefused|FailedToOpenSocket|ENOTFOUND|DNS/.test(code)
      ? `nothing answers at ${host}`
      : `the connection to ${host} fails${code === "" ? "" : ` (${visible(code)})`}`;
  return new TrackerError("unavailable", `${name} can't be reached: ${reason}`, "Check the network and the address.");
}
