/**
 * A project export of GitLab as it is downloaded: a tar compressed by gzip. It is read as a stream, nothing of it is written anywhere,
 * and the paths in it are no more than names.
 */
import { createTarDecoder } from "modern-tar";
import { TrackerError } from "../core/errors.ts";
import { archiveEnd, hasTarMark } from "./source.ts";
import { refusedAt, type SourceFile, streamOf, unpacked } from "./values.ts";

export interface Archive {
  /** Its files, as if it were unpacked into a folder of its name. Each can be read until the next one is asked for. */
  files(): AsyncGenerator<SourceFile>;
  /** One of them, by its name there, from its beginning each time it is iterated. */
  open(name: string): AsyncIterable<Uint8Array>;
}

/** Undefined if the file is none. Its bytes are read each time that something is asked for. */
export async function openArchive(file: SourceFile): Promise<Archive | undefined> {
  const isNamed = archiveEnd.test(file.name);
  if (!isNamed && !(await beginsAsTar(file))) return undefined;
  return {
    async *files() {
      let isExport = false;
      let hasIssues = false;
      for await (const inner of filesIn(file)) {
        isExport ||= projectFile.test(inner.name);
        // Each would be unpacked from the archive's beginning.
        if (issuesFile.test(inner.name) && hasIssues)
          throw refusedAt(file.name, "this archive holds issues twice", twiceHint);
        hasIssues ||= issuesFile.test(inner.name);
        yield inner;
      }
      if (!isExport) throw refusedAt(file.name, "this archive is no project export of GitLab", missingHint);
    },
    async *open(name) {
      for await (const inner of filesIn(file)) if (inner.name === name) yield* inner.bytes;
    },
  };
}

interface StreamedFile extends SourceFile {
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Where an export keeps its issues. */
export const issuesFile = /[/\\]tree[/\\]project[/\\]issues\.ndjson$/;
/** What every project export has some of. */
const projectFile = /[/\\]tree[/\\]project(?:\.json$|[/\\])/;
const missingHint = "It holds no `tree/project`. Exports of GitLab before 13.0 had another form.";
const twiceHint = "Export the projects one by one, or unpack it and import the folders.";
const brokenHint = "The file may be cut off: download or export it again.";

const blockBytes = 512;

async function beginsAsTar(file: SourceFile): Promise<boolean> {
  if (!(file.bytes instanceof Uint8Array)) return false;
  let head: Uint8Array = new Uint8Array();
  try {
    for await (const chunk of unpacked(file)) {
      head = Buffer.concat([head, chunk]);
      if (head.length >= blockBytes) break;
    }
  } catch (error) {
    if (error instanceof TrackerError) return false; // Whoever reads it as something else will say so.
    throw error;
  }
  return hasTarMark(head);
}

async function* filesIn(file: SourceFile): AsyncGenerator<StreamedFile> {
  const entries = streamOf(unpacked(file)).pipeThrough(createTarDecoder({ strict: true }));
  for await (const { header, body } of refusing(entries, file.name)) {
    const name = `${file.name}/${header.name.replace(/^(?:\.?\/)+/, "")}`;
    if (header.type === "file") yield { name, bytes: refusing(body, file.name) };
    await body.cancel().catch(() => {}); // What nobody read. An error of it is met at the next entry, too.
  }
}

/** The same, with what the decoder throws as refusals. */
async function* refusing<T>(items: AsyncIterable<T>, name: string): AsyncGenerator<T> {
  try {
    yield* items;
  } catch (error) {
    if (error instanceof TrackerError || !(error instanceof Error)) throw error;
    throw refusedAt(
      name,
      /truncated/i.test(error.message) ? "the archive is cut off" : "this is no tar archive",
      brokenHint,
    );
  }
}
