/** Which system a file's issues are of, by its name and how it begins; nothing is read in full, and nothing is believed. */
import { constants, gunzipSync } from "node:zlib";
import { readRows, sniffSeparator } from "./csv.ts";
import { holdsIssues } from "./csv-issues.ts";
import { archiveEnd, hasTarMark } from "./source.ts";

/** So much of a file's beginning is enough for the first object of every export. */
export const headBytesMax = 64 * 1024;

/** True if a file of that name may hold issues, so that looking into it is worth it. */
export function mayHoldIssues(name: string): boolean {
  return /\.(?:csv|tsv|(?:json|jsonl|ndjson)(?:\.gz)?|bundle)$/i.test(name) || isTodoTxt(name) || archiveEnd.test(name);
}

/** The word behind `git tracker import`; undefined if it is none of these. */
export function recogniseSource(name: string, head: Uint8Array): string | undefined {
  if (isTodoTxt(name)) return head.some((byte) => byte > 0x20) ? "todo.txt" : undefined;
  if (archiveEnd.test(name)) return isGitLabExport(name, head) ? "gitlab" : undefined;
  const text = new TextDecoder().decode(startUnpacked(head)); // The last character may be cut in two.
  if (/\.bundle$/i.test(name)) return isBundleOfBugs(text) ? "git-bug" : undefined;
  return /\.[ct]sv$/i.test(name) ? recogniseTable(text) : recogniseJson(text);
}

function isTodoTxt(name: string): boolean {
  return /(?:^|[./\\_-])todo\.txt$/i.test(name);
}

function isBundleOfBugs(text: string): boolean {
  return /^# v[23] git bundle\n/.test(text) && /^[0-9a-f]{40,64} refs\/bugs\//m.test(text);
}

/** What comes first in a project export may be the repository, so that its name counts, too. */
function isGitLabExport(name: string, head: Uint8Array): boolean {
  const start = startUnpacked(head);
  if (!hasTarMark(start)) return false;
  const isNamed = /(?:^|[/\\])\d{4}-\d\d-\d\d_[\w.-]{1,300}_export[^/\\]*$/.test(name);
  return isNamed || Buffer.from(start).includes("tree/project/");
}

/** What the beginning of a file unpacks to, if it is packed with gzip. Empty: it can't be told. */
function startUnpacked(head: Uint8Array): Uint8Array {
  if (head[0] !== 0x1f || head[1] !== 0x8b) return head;
  try {
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 64 * headBytesMax });
  } catch {
    return new Uint8Array();
  }
}

function recogniseTable(text: string): string | undefined {
  const columns = firstRow(text).map((name) => name.trim());
  const names = new Set(columns.map((name) => name.toLowerCase()));
  const has = (...wanted: string[]) => wanted.every((name) => names.has(name));
  if (has("summary", "issue key", "status")) return "jira";
  if (has("id", "team", "title", "status", "creator")) return "linear";
  if (has("title", "issue id", "state", "url")) return "gitlab";
  return holdsIssues(columns) ? "csv" : undefined;
}

/** Empty if the beginning of the file is no table. */
function firstRow(text: string): readonly string[] {
  try {
    return readRows(text, "", sniffSeparator(text)).next().value?.cells ?? [];
  } catch {
    return [];
  }
}

/** Keys that stand near the beginning of each system's objects. */
const marks: readonly (readonly [system: string, keys: readonly RegExp[]])[] = [
  ["jsonl", [/^\s*\{"schema":1,"kind":"(?:issue|project)","/]],
  ["trello", [/"(?:idBoard|idList|labelNames|idOrganization)"\s*:/, /"(?:shortLink|shortUrl|cards|lists)"\s*:/]],
  ["beads", [/"issue_type"\s*:/, /"id"\s*:\s*"[\w.]+-/, /"created_at"\s*:/]],
  ["taskwarrior", [/"uuid"\s*:/, /"entry"\s*:\s*"\d{8}T\d{6}Z"/]],
  ["jira", [/"fields"\s*:\s*\{/, /"(?:issuetype|statusCategory|summary|changelog)"\s*:/, /"key"\s*:/]],
  ["gitlab", [/"iid"\s*:/, /"(?:project_id|author_id|web_url)"\s*:/, /"(?:opened|closed)"/]],
  ["github", [/https:\/\/(?:api\.)?github\.com\//, /"number"\s*:/, /"title"\s*:/]],
];

function recogniseJson(text: string): string | undefined {
  if (!/^\ufeff?\s*[[{]/.test(text)) return undefined;
  return marks.find(([, keys]) => keys.every((key) => key.test(text)))?.[0];
}
