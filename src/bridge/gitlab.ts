/**
 * GitLab's issues → histories, from a project export (`tree/project/issues.ndjson`), packed or not, from what the REST API answers, or
 * from the table that a project exports. Which it is, names and first characters tell.
 */
import type { Actor } from "../core/commit.ts";
import type { ImportedIssue } from "../tracker/import.ts";
import { check } from "./check.ts";
import { bytesOf } from "./csv.ts";
import { issuesFile, openArchive } from "./gitlab-archive.ts";
import { readGitLabTable } from "./gitlab-csv.ts";
import { readGitLabIssue } from "./gitlab-json.ts";
import { gitLabIssueShape, gitLabMemberShape } from "./gitlab-shape.ts";
import { personOf, type SourceHistory, toImportedIssues } from "./history.ts";
import { isJson } from "./jira.ts";
import { archiveEnd, type ImportContext } from "./source.ts";
import { readObjects, type SourceFile } from "./values.ts";

const hint = "Is it an issue as GitLab exports it?";
/** What else a project export holds, and must not be taken for issues. */
const otherFile =
  /(?:^|[/\\])(?:uploads|lfs-objects|snippets|design_management)[/\\]|[/\\]tree[/\\](?!project[/\\]issues\.ndjson$)/;

/** Where an export keeps what people have uploaded: an archive that lies there is no export. */
const upload = /(?:^|[/\\])uploads[/\\][0-9a-f]{32}[/\\]/;

/** Throws `invalid` with file and line. */
export async function* importGitLab(
  files: AsyncIterable<SourceFile>,
  context: ImportContext,
): AsyncGenerator<ImportedIssue> {
  const people = new Map<string, Actor>();
  const sources: SourceFile[] = [];
  for await (const file of files) {
    const packed = upload.test(file.name) ? undefined : await openArchive(file);
    for await (const { name, bytes } of packed?.files() ?? [file]) {
      if (/project_members\.ndjson$/.test(name)) await addMembers({ name, bytes }, people);
      else if (packed === undefined ? !mayHoldIssues(name) : !issuesFile.test(name))
        context.skipped?.("file without issues");
      // What is in an archive is unpacked again rather than held.
      else sources.push({ name, bytes: packed?.open(name) ?? (await bytesOf({ name, bytes })) });
    }
  }
  const histories: SourceHistory[] = [];
  for (const source of sources) {
    const project = projectIn(source.name);
    if (source.bytes instanceof Uint8Array && !isJson(source.bytes)) {
      histories.push(...(await readGitLabTable(source, project, context)));
      continue;
    }
    for await (const { value, place } of readObjects(source)) {
      const issue = check(gitLabIssueShape, value, { place, path: "", hint });
      histories.push(readGitLabIssue(issue, { place, project, people, context }));
    }
  }
  yield* toImportedIssues(histories, context);
}

function mayHoldIssues(name: string): boolean {
  return !otherFile.test(name) && /^-$|\.(?:nd)?json$|\.jsonl$|\.csv$|\.gz$/i.test(name);
}

async function addMembers(file: SourceFile, people: Map<string, Actor>): Promise<void> {
  for await (const { value, place } of readObjects(file)) {
    const { user_id: id, user } = check(gitLabMemberShape, value, { place, path: "", hint });
    const email = user?.email || user?.public_email;
    const person = personOf("gitlab", { name: user?.name ?? user?.username, email, account: user?.username });
    const known = id ?? user?.id;
    if (known && person !== undefined) people.set(known, person);
  }
}

/**
 * What issues that don't name their project are named by: the folder of the export, without the date that GitLab puts before it, or the
 * file.
 */
function projectIn(file: string): string {
  const parts = file.split(/[/\\]/);
  const tree = parts.lastIndexOf("tree");
  const name = tree === -1 ? (parts.at(-1) ?? "").replace(/\.(?:gz|ndjson|jsonl?|csv)/gi, "") : (parts[tree - 1] ?? "");
  const plain = name
    .replace(archiveEnd, "")
    .replace(/^\d{4}-\d\d-\d\d_[\d-]{1,20}_/, "")
    .replace(/_export$/, "");
  return /^[\w.-]{1,200}$/.test(plain) && !/^\.+$|^-$/.test(plain) ? plain : "project";
}
