/** Importers run on texts: what they yield, in short, and what they refuse. */
import type { ReadFiles } from "../../src/bridge/sources.ts";
import { TrackerError } from "../../src/core/errors.ts";
import { defaultSettings } from "../../src/core/settings.ts";
import type { ImportedDraft, ImportedIssue } from "../../src/tracker/import.ts";
import { ada } from "../support/events.ts";

export interface Imported {
  readonly issues: readonly ImportedIssue[];
  readonly skipped: readonly string[];
  readonly mapped: readonly string[];
}

export type Files = Readonly<Record<string, string | Uint8Array>>;

export async function importing(
  read: ReadFiles,
  files: Files,
  columns: Readonly<Record<string, string>> = {},
): Promise<Imported> {
  const issues: ImportedIssue[] = [];
  const skipped: string[] = [];
  const mapped = new Set<string>();
  async function* given() {
    for (const [name, text] of Object.entries(files)) {
      yield { name, bytes: typeof text === "string" ? new TextEncoder().encode(text) : text };
    }
  }
  const context = {
    settings: defaultSettings,
    now: { seconds: 1_800_000_000, zone: "+0000" },
    actor: ada,
    columns: new Map(Object.entries(columns)),
    skipped: (kind: string) => skipped.push(kind),
    mapped: (what: string, from: string, to: string) => mapped.add(`${what} ${from} -> ${to}`),
  };
  for await (const issue of read(given(), context)) issues.push(issue);
  return { issues, skipped, mapped: [...mapped] };
}

/** An issue as lines: its name, then `time author <email> draft…` for each commit, then its links. */
export function told({ name, commits, links }: ImportedIssue): string {
  const lines = commits.map(({ author, time, drafts }) => {
    const what = drafts.filter(({ type }) => type !== "external-linked").map(short);
    return `  ${iso(time.seconds)} ${author.name} <${author.email}> ${what.join(" | ")}`;
  });
  return [name, ...lines, ...links.map(({ kind, targetName }) => `  ${kind} ${targetName}`)].join("\n");
}

export async function toldAll(read: ReadFiles, files: Files, columns?: Readonly<Record<string, string>>) {
  return (await importing(read, files, columns)).issues.map(told).join("\n");
}

export async function refusal(
  read: ReadFiles,
  files: Files,
  columns?: Readonly<Record<string, string>>,
): Promise<string> {
  try {
    await importing(read, files, columns);
  } catch (error) {
    if (error instanceof TrackerError) return `${error.code} ${error.message}${error.hint ? `\n${error.hint}` : ""}`;
    throw error;
  }
  return "accepted";
}

function short(draft: ImportedDraft): string {
  const { type, ...fields } = draft;
  const said = Object.entries(fields).filter(
    ([name, value]) =>
      name !== "nonce" && value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0),
  );
  return [type, ...said.map(([name, value]) => `${name}=${JSON.stringify(value)}`)].join(" ");
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 16);
}
