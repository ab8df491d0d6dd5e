/**
 * Names and passwords for HTTP where there is no git to ask for them: from the address, from `.netrc`, and from what `credential.helper=store`
 * keeps. They never get into a message.
 */
import { join } from "node:path";
import { readTextIfAny } from "../platform/files.ts";
import type { Variables } from "../platform/git.ts";
import { type ConfigEntry, expandHome } from "../store/gitconfig.ts";
import { valueForUrl, valuesForUrl } from "./remote-settings.ts";

export interface Credentials {
  readonly name: string;
  readonly password: string;
}

/** What may be tried for a URL, in order. */
export function credentialsFor(url: URL, entries: readonly ConfigEntry[], env: Variables): Credentials[] {
  const given = { name: decoded(url.username), password: decoded(url.password) };
  const name = given.name || valueForUrl(entries, "credential", "username", url) || undefined;
  return [
    ...(given.password === "" ? [] : [given]),
    ...fromNetrc(readText(env.HOME && join(env.HOME, ".netrc")), url.hostname, name),
    ...storeFiles(url, entries, env).flatMap((file) => fromStore(readText(file), url, name, entries)),
  ];
}

/** As in `Authorization`. */
export function basic({ name, password }: Credentials): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`;
}

/** Of a host, `default` standing for all of them. */
export function fromNetrc(text: string, host: string, name: string | undefined): Credentials[] {
  const words = [
    ...text.replace(/^[ \t]*(?:#.*|macdef[^\n]*\n(?:.+\n?)*)/gm, "").matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g),
  ].map(([, quoted, plain]) => quoted?.replace(/\\(.)/g, "$1") ?? plain ?? "");
  const found: Credentials[] = [];
  let entry: { applies: boolean; login: string; password: string | undefined } | undefined;
  const close = () => {
    if (!entry?.applies || entry.password === undefined) return;
    if (name === undefined || entry.login === name) found.push({ name: entry.login, password: entry.password });
  };
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word === "machine" || word === "default") {
      close();
      entry = { applies: word === "default" || words[++at] === host, login: "", password: undefined };
    } else if (entry !== undefined && word === "login") entry.login = words[++at] ?? "";
    else if (entry !== undefined && word === "password") entry.password = words[++at] ?? "";
    else if (word === "account") at++;
  }
  close();
  return found;
}

/** Where `credential.helper=store` keeps what it knows; none if that isn't asked for. An empty helper takes back those before it. */
function storeFiles(url: URL, entries: readonly ConfigEntry[], env: Variables): string[] {
  const helpers = valuesForUrl(entries, "credential", "helper", url);
  return helpers.slice(helpers.lastIndexOf("") + 1).flatMap((helper) => {
    const [program, ...args] = helper.trim().split(/\s+/);
    if (program !== "store") return [];
    const file = /(?:^| )--file[= ](\S+)/.exec(args.join(" "))?.[1];
    if (file !== undefined) return [expandHome(file, env)];
    const home = env.HOME ? [join(env.HOME, ".git-credentials")] : [];
    const config = env.XDG_CONFIG_HOME || (env.HOME && join(env.HOME, ".config"));
    return config ? [...home, join(config, "git", "credentials")] : home;
  });
}

/** A URL on each line, its parts percent-encoded. */
function fromStore(text: string, url: URL, name: string | undefined, entries: readonly ConfigEntry[]): Credentials[] {
  const usesPath = valueForUrl(entries, "credential", "usehttppath", url) === "true";
  return text.split("\n").flatMap((line) => {
    const stored = URL.parse(line.trim());
    if (stored === null || stored.protocol !== url.protocol || stored.host !== url.host) return [];
    if (usesPath && stored.pathname !== "/" && stored.pathname !== url.pathname) return [];
    const found = { name: decoded(stored.username), password: decoded(stored.password) };
    return name === undefined || name === found.name ? [found] : [];
  });
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // A percent sign that stands for itself.
  }
}

/** What can't be read is as good as none, as with git. */
function readText(path: string | undefined): string {
  if (path === undefined || path === "") return "";
  try {
    return readTextIfAny(path) ?? "";
  } catch {
    return "";
  }
}
