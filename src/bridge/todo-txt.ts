/**
 * todo.txt → issues, one per line: `x 2026-02-03 2026-01-30 (A) Call +garage @phone due:2026-03-01`. Projects and contexts become
 * labels, spelled with their signs; `key:value` pairs that nothing here stands for stay in the title.
 */
import type { Moment } from "../core/commit.ts";
import { firstStatus } from "../core/workflow.ts";
import type { ImportedIssue } from "../tracker/import.ts";
import { bytesOf, decodeUtf8 } from "./csv.ts";
import { baseName } from "./csv-issues.ts";
import { readAnyDay } from "./dates.ts";
import { fitTitle, readMoment } from "./fit.ts";
import { labelSet, toImportedIssues } from "./history.ts";
import { plainHistory } from "./plain.ts";
import type { ImportContext } from "./source.ts";
import { refusedAt, type SourceFile } from "./values.ts";

const system = "todo.txt";

/** Throws `invalid` with file and line. */
export async function* importTodoTxt(
  files: AsyncIterable<SourceFile>,
  context: ImportContext,
): AsyncGenerator<ImportedIssue> {
  for await (const file of files) {
    const lines = decodeUtf8(await bytesOf(file), file.name).split(/\r\n?|\n/);
    const counts = new Map<string, number>();
    const base = baseName(file.name);
    const tasks = lines.flatMap((line, index) =>
      line.trim() === ""
        ? []
        : [{ ...readLine(line.trim(), `${file.name}:${index + 1}`), place: `${file.name}:${index + 1}` }],
    );
    const ids = new Set(tasks.flatMap(({ pairs }) => pairs.get("id") ?? []));
    yield* toImportedIssues(
      tasks.map((task) => plainHistory(toPlain(task, { base, counts, ids }, context), context)),
      context,
    );
  }
}

interface Task {
  readonly done: boolean;
  readonly priority: string | undefined;
  readonly created: Moment | undefined;
  readonly completed: Moment | undefined;
  /** Without what became a field. */
  readonly title: string;
  readonly labels: ReadonlySet<string>;
  readonly pairs: ReadonlyMap<string, string>;
}

/** Keys that become something else than a part of the title. */
const keys = new Set(["due", "pri", "id", "p", "parent", "uuid"]);
const datePattern = /^\d{4}-\d\d-\d\d$/;

function readLine(line: string, place: string): Task {
  const words = line.split(/\s+/);
  const done = words[0] === "x";
  if (done) words.shift();
  const priority = takePriority(words);
  const dates: Moment[] = [];
  while (dates.length < (done ? 2 : 1) && datePattern.test(words[0] ?? ""))
    dates.push(readDate(words.shift() ?? "", place));
  // Some programs put the priority of a done task behind its dates.
  const later = priority ?? takePriority(words);
  const pairs = new Map<string, string>();
  const labels: string[] = [];
  const rest = words.filter((word) => {
    if (/^[+@][^\s]/.test(word)) labels.push(word);
    else {
      const [, key = "", value = ""] = /^([a-z]{1,20}):([^\s/:][^\s]*)$/i.exec(word) ?? [];
      if (!keys.has(key.toLowerCase()) || pairs.has(key.toLowerCase())) return true;
      pairs.set(key.toLowerCase(), value);
    }
    return false;
  });
  return {
    done,
    priority: later ?? pairs.get("pri")?.toUpperCase(),
    created: done ? dates[1] : dates[0],
    completed: done ? dates[0] : undefined,
    title: rest.join(" ") || line,
    labels: labelSet(labels),
    pairs,
  };
}

function takePriority(words: string[]): string | undefined {
  const letter = /^\(([A-Z])\)$/.exec(words[0] ?? "")?.[1];
  if (letter !== undefined) words.shift();
  return letter;
}

function readDate(text: string, place: string): Moment {
  const moment = readMoment(`${text}T00:00:00Z`);
  if (moment === undefined) throw refusedAt(place, `${text} is no day`, "Write days as 2026-12-01.");
  return moment;
}

interface Naming {
  readonly base: string;
  /** Title → how often it was there. */
  readonly counts: Map<string, number>;
  readonly ids: ReadonlySet<string>;
}

/** A line without `id:` or `uuid:` is named by what it says and when it was made: done, dated or labelled anew it is the same. */
function toPlain(task: Task & { readonly place: string }, naming: Naming, context: ImportContext) {
  const { workflow } = context.settings;
  const { place, title, labels, pairs, created, completed } = task;
  const id = pairs.get("id") ?? pairs.get("uuid") ?? digest(task, naming.counts);
  const parent = pairs.get("p") ?? pairs.get("parent");
  return {
    system,
    name: `${naming.base}#${fitTitle(id.slice(0, 200))}`,
    place,
    title: fitTitle(title),
    body: "",
    status: task.done
      ? { status: firstStatus(workflow, "done"), resolution: "completed" as const }
      : { status: firstStatus(workflow, "todo"), resolution: null },
    priority: priorityOf(task.priority, context),
    due: dueOf(pairs.get("due"), place),
    labels,
    author: undefined,
    created,
    closed: completed,
    tells: ["parent"] as const,
    parent: parent !== undefined && naming.ids.has(parent) ? `${naming.base}#${parent}` : undefined,
  };
}

function digest({ title, created }: Task, counts: Map<string, number>): string {
  const key = `${created?.seconds ?? ""} ${title}`;
  const count = (counts.get(key) ?? 0) + 1;
  counts.set(key, count);
  return new Bun.CryptoHasher("sha1").update(`${count} ${key}`).digest("hex").slice(0, 12);
}

/** A is the most urgent of the settings' priorities, each letter behind it one less, and the rest the least. */
function priorityOf(letter: string | undefined, { settings: { priorities } }: ImportContext): string | null {
  if (letter === undefined || !/^[A-Z]$/.test(letter)) return null;
  const index = priorities.length - 1 - (letter.charCodeAt(0) - "A".charCodeAt(0));
  return priorities[Math.max(0, index)] ?? null;
}

function dueOf(text: string | undefined, place: string): string | null {
  if (text === undefined) return null;
  const day = readAnyDay(text);
  if (day === undefined) throw refusedAt(place, `due:${text.slice(0, 60)} is no day`, "Write days as 2026-12-01.");
  return day;
}
