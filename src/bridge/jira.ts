/** Jira's exports → histories: the table of a search, or what its REST search answers. Which it is, the first character tells. */
import type { ImportedIssue } from "../tracker/import.ts";
import { bytesOf } from "./csv.ts";
import { type SourceHistory, toImportedIssues } from "./history.ts";
import { readJiraTable } from "./jira-csv.ts";
import { readJiraAnswer } from "./jira-json.ts";
import type { ImportContext } from "./source.ts";
import type { SourceFile } from "./values.ts";

/** Throws `invalid` with file and line. */
export async function* importJira(
  files: AsyncIterable<SourceFile>,
  context: ImportContext,
): AsyncGenerator<ImportedIssue> {
  const histories: SourceHistory[] = [];
  for await (const { name, bytes: given } of files) {
    const file = { name, bytes: await bytesOf({ name, bytes: given }) };
    if (isJson(file.bytes)) {
      for await (const history of readJiraAnswer(file, context)) histories.push(history);
    } else histories.push(...(await readJiraTable(file, context)));
  }
  yield* toImportedIssues(histories, context);
}

/** A brace, a bracket, or gzip, in which only JSON is expected. */
export function isJson(bytes: Uint8Array): boolean {
  const start = bytes[0] === 0xef && bytes[1] === 0xbb ? 3 : 0;
  const first = bytes.subarray(start, start + 1000).find((byte) => byte > 0x20);
  return first === 0x7b || first === 0x5b || (bytes[0] === 0x1f && bytes[1] === 0x8b);
}
