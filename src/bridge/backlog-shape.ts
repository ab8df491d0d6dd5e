/** A task of Backlog.md: front matter, sections in Markdown between markers, and comments, read into one shape. */
import type { Moment } from "../core/commit.ts";
import { visible } from "../core/text.ts";
import { fitName, readMoment } from "./fit.ts";
import { type FrontValue, readFrontMatter } from "./front-matter.ts";
import { refusedAt } from "./values.ts";

export interface BacklogTask {
  readonly file: string;
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly body: string;
  readonly reporter: string;
  readonly assignees: readonly string[];
  readonly labels: readonly string[];
  /** Ids of tasks that are to be done before. */
  readonly dependencies: readonly string[];
  readonly parent: string;
  readonly priority: string;
  readonly type: string;
  /** The id of one, or its title. */
  readonly milestone: string;
  /** A date, or empty. */
  readonly due: string;
  readonly created: Moment | undefined;
  readonly updated: Moment | undefined;
  readonly comments: readonly BacklogComment[];
}

export interface BacklogComment {
  readonly index: string;
  readonly author: string;
  readonly created: Moment | undefined;
  readonly body: string;
}

/** Reads a file. Returns undefined for one without front matter. Throws `invalid` with file and line. */
export function readTask(text: string, file: string): BacklogTask | undefined {
  const { values, body, isPresent } = readFrontMatter(text, file);
  if (!isPresent) return undefined;
  const front = fieldsOf(values, file);
  const id = fitName(front.one("id"));
  if (id === "") throw refusedAt(`${file}:1`, "the task has no id", "Is it a task of Backlog.md?");
  const { rest, comments } = takeComments(body, file);
  const due = front.one("due_date");
  return {
    file,
    id,
    title: front.one("title"),
    status: fitName(front.one("status")),
    body: withoutMarkers(rest, [
      ["References", front.many("references")],
      ["Documentation", front.many("documentation")],
    ]),
    reporter: front.one("reporter"),
    assignees: front.many("assignee").filter((name) => name.trim() !== ""),
    labels: [...new Set(front.many("labels").map(fitName))].filter((label) => label !== ""),
    dependencies: front.many("dependencies").map(fitName),
    parent: fitName(front.one("parent_task_id")),
    priority: fitName(front.one("priority")),
    type: fitName(front.one("type")),
    milestone: fitName(front.one("milestone")),
    due:
      due === ""
        ? ""
        : new Date((momentOf(due, front.place("due_date")).seconds ?? 0) * 1000).toISOString().slice(0, 10),
    created: front.moment("created_date"),
    updated: front.moment("updated_date"),
    comments,
  };
}

export interface Fields {
  /** A text, empty where there is none. */
  one(key: string): string;
  /** A list; a text is a list of one. */
  many(key: string): readonly string[];
  moment(key: string): Moment | undefined;
  place(key: string): string;
}

export function fieldsOf(values: ReadonlyMap<string, FrontValue>, file: string): Fields {
  const place = (key: string) => `${file}:${values.get(key)?.line ?? 1}`;
  const one = (key: string) => {
    const { value } = values.get(key) ?? { value: "" };
    if (typeof value === "string") return value;
    throw refusedAt(place(key), `${key}: should be a text`, "Correct it in the file.");
  };
  return {
    one,
    many: (key) => {
      const field = values.get(key);
      if (field === undefined || field.value === "") return [];
      if (field.value === undefined)
        throw refusedAt(place(key), `${key}: should be a list of texts`, "Correct it in the file.");
      return typeof field.value === "string" ? [field.value] : field.value;
    },
    moment: (key) => (one(key) === "" ? undefined : momentOf(one(key), place(key))),
    place,
  };
}

/** Backlog.md writes UTC without saying so, and used to write days first. */
function momentOf(text: string, place: string): Moment {
  const plain = text.trim();
  const [, day, month, year] = /^(\d\d)[-/.](\d\d)[-/.](\d\d)$/.exec(plain) ?? [];
  const [, date = `20${year}-${month}-${day}`, time = "00:00"] =
    /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d))?/.exec(plain) ?? [];
  const moment = readMoment(plain) ?? readMoment(`${date}T${time}:00Z`);
  if (moment !== undefined) return moment;
  throw refusedAt(
    place,
    `${visible(plain.slice(0, 40))} is no time from 1970 to 9999`,
    "Write it as 2026-12-01 09:30.",
  );
}

const commentsPattern = /^## Comments[ \t]*\n+<!-- COMMENTS:BEGIN -->\n([\s\S]*?)<!-- COMMENTS:END -->[ \t]*$/m;
const commentPattern = /<!-- COMMENT:BEGIN -->[ \t]*\n([\s\S]*?)<!-- COMMENT:END -->/g;

function takeComments(body: string, file: string): { readonly rest: string; readonly comments: BacklogComment[] } {
  const [whole, section = ""] = commentsPattern.exec(body) ?? [];
  if (whole === undefined) return { rest: body, comments: [] };
  const comments = [...section.matchAll(commentPattern)].map(([, text = ""], index): BacklogComment => {
    const end = text.indexOf("\n\n");
    const head = new Map(
      [...text.slice(0, end).matchAll(/^(\w+):[ \t]*(.*)$/gm)].map(([, key = "", value = ""]) => [key, value]),
    );
    const created = head.get("created")?.trim() ?? "";
    return {
      index: fitName(head.get("index") ?? String(index + 1)),
      author: head.get("author") ?? "",
      created: created === "" ? undefined : momentOf(created, file),
      body: end === -1 ? text : text.slice(end),
    };
  });
  return { rest: body.replace(whole, () => ""), comments };
}

/** The sections as they are, without what only Backlog.md needs to find them, and without the heading of the description. */
function withoutMarkers(body: string, lists: readonly (readonly [title: string, items: readonly string[]])[]): string {
  const text = body
    .replace(/^<!-- (?:SECTION:[A-Z_]+|AC|DOD):(?:BEGIN|END) -->[ \t]*\n?/gm, "")
    .replace(/\n{3,}/g, "\n\n")
    .trim()
    .replace(/^## Description[ \t]*\n+/, "");
  const more = lists
    .filter(([, items]) => items.length > 0)
    .map(([title, items]) => `## ${title}\n\n${items.map((item) => `- ${item}`).join("\n")}`);
  return [text, ...more].filter((part) => part !== "").join("\n\n");
}
