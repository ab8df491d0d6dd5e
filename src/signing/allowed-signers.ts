/**
 * Files of allowed signers (ssh-keygen(1), ALLOWED SIGNERS): one line for each key, with the addresses that it may sign for and until
 * when. A line that can't be read, or asks for what we don't do, vouches for nobody.
 */
import type { KeyEntry } from "../core/trust.ts";
import { matchesAny } from "../core/trust.ts";
import { fingerprint, type PublicKey, parsePublicKey } from "./ssh-key.ts";
import { gitNamespace } from "./sshsig.ts";

/** Seconds since 1970 of a moment on local clocks that would be `utc` on those of Greenwich. */
export type FromLocal = (utc: number) => number;

export interface AllowedSigner {
  readonly entry: KeyEntry;
  readonly key: PublicKey;
  /** The line as it stands there. */
  readonly line: string;
}

/** The lines that vouch for a key that signs for git. */
export function parseAllowedSigners(text: string, source: string, fromLocal: FromLocal): AllowedSigner[] {
  return text.split("\n").flatMap((raw) => {
    const line = raw.trim();
    const signer = line === "" || line.startsWith("#") ? undefined : parseLine(line, source, fromLocal);
    return signer === undefined ? [] : [{ ...signer, line: raw }];
  });
}

function parseLine(line: string, source: string, fromLocal: FromLocal): Omit<AllowedSigner, "line"> | undefined {
  const [, quoted, plain, rest = ""] = /^(?:"([^"]*)"|([^\s"]+))[ \t]+(.*)$/.exec(line) ?? [];
  const principals = (quoted ?? plain ?? "").split(",").filter((pattern) => pattern !== "");
  if (principals.length === 0) return undefined;
  const bare = parsePublicKey(rest);
  if (bare !== undefined) return { key: bare, entry: { key: fingerprint(bare), principals, source } };
  const [options = ""] = /^(?:[^\s"]|"(?:[^"\\]|\\.)*")+/.exec(rest) ?? [];
  const key = parsePublicKey(rest.slice(options.length).trim());
  const bounds = parseOptions(options, fromLocal);
  if (key === undefined || bounds === undefined) return undefined;
  return { key, entry: { key: fingerprint(key), principals, source, ...bounds } };
}

/** Undefined where the line doesn't count: for certificates, for other purposes, or for something that nobody here knows. */
function parseOptions(text: string, fromLocal: FromLocal): Pick<KeyEntry, "validAfter" | "validBefore"> | undefined {
  let validAfter: number | undefined;
  let validBefore: number | undefined;
  for (const option of text.match(/(?:[^,"]|"(?:[^"\\]|\\.)*")+/g) ?? []) {
    const [, name = "", value] = /^([a-z-]+)(?:="((?:[^"\\]|\\.)*)")?$/i.exec(option) ?? [];
    const at = value === undefined ? undefined : parseTime(value, fromLocal);
    switch (name.toLowerCase()) {
      case "namespaces":
        if (value === undefined || !matchesAny(value.split(","), gitNamespace)) return undefined;
        break;
      case "valid-after":
        if (at === undefined) return undefined;
        validAfter = at;
        break;
      case "valid-before":
        if (at === undefined) return undefined;
        validBefore = at;
        break;
      default:
        return undefined;
    }
  }
  return { validAfter, validBefore };
}

/** `YYYYMMDD[HHMM[SS]]`, local unless a `Z` ends it. */
function parseTime(text: string, fromLocal: FromLocal): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?(Z?)$/.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour = "00", minute = "00", second = "00", zulu] = match;
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
  const at = Date.parse(iso) / 1000;
  if (Number.isNaN(at) || new Date(at * 1000).toISOString().replace(".000Z", "Z") !== iso) return undefined;
  return zulu === "Z" ? at : fromLocal(at);
}
