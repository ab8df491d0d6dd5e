/**
 * What can stand where a usage line or a flag names a value: ID, LABELS, STATUS. Completion follows from these names, so a command
 * gets it by naming its values as others do; a name that isn't here is free text.
 */
import type { Config } from "../config/schema.ts";
import type { Issue } from "../core/issue.ts";
import type { Project } from "../core/project.ts";
import type { NamedField } from "../core/query.ts";
import type { IndexPeek, Peek } from "../tracker/peek.ts";
import { commands } from "./table.ts";

/** Something that a word can be completed to. */
export interface Candidate {
  readonly value: string;
  /** What a person should know of it. Other people's text. */
  readonly note?: string;
  /** More of the word must follow, so no blank does. */
  readonly open?: boolean;
}

/** What there is to look at; each is asked only where it is needed. */
export interface View {
  /** Undefined outside of a repository. */
  readonly peek: () => Promise<Peek | undefined>;
  readonly project: () => Promise<Project>;
  /** The repositories of the workspace. */
  readonly repositories: () => Promise<readonly string[]>;
  readonly plugins: () => Promise<readonly string[]>;
}

export interface Asked {
  readonly view: View;
  /** What there is of the word. */
  readonly prefix: string;
  /** The words before it that are no flags, without the command's name. */
  readonly words: readonly string[];
}

type Source = (asked: Asked) => readonly Candidate[] | Promise<readonly Candidate[]>;

/** In a shell, nobody reads more. */
const issuesMax = 100;

const placeholders: readonly Candidate[] = [
  { value: "@", note: "the issue of this branch" },
  { value: "@last", note: "the issue touched last" },
];

async function issues({ view, prefix }: Asked): Promise<Candidate[]> {
  const peek = await view.peek();
  const found = peek?.index?.issues(prefix.toLowerCase(), issuesMax) ?? [];
  return [
    ...found.map(({ id, short, title, status }) => ({
      value: id.slice(0, Math.max(short, prefix.length)),
      note: `${status}: ${title}`,
    })),
    ...(peek === undefined ? [] : placeholders),
  ];
}

async function people({ view }: Asked): Promise<Candidate[]> {
  const found = (await view.peek())?.index?.people() ?? [];
  return [...found.map(({ name, email }) => ({ value: email, note: name })), { value: "@me", note: "you" }];
}

async function members(asked: Asked): Promise<Candidate[]> {
  const { members: known } = await asked.view.project();
  const found = known.map(({ email, name }) => ({ value: email, note: name ?? "" }));
  const others = await people(asked);
  return [...found, ...others.filter(({ value }) => !found.some((each) => each.value === value))];
}

/** What the first issue that the line names has. */
function ofIssue(read: (issue: Issue) => readonly Candidate[]): Source {
  return async ({ view, words: [id = ""] }) => {
    const issue = (await view.peek())?.index?.issue(id.toLowerCase());
    return issue === undefined ? [] : read(issue);
  };
}

function fromIndex(read: (index: IndexPeek) => readonly string[]): Source {
  return async ({ view }) => {
    const index = (await view.peek())?.index;
    return index === undefined ? [] : named(read(index));
  };
}

function fromConfig(read: (config: Config) => readonly Candidate[]): Source {
  return async ({ view }) => {
    const config = (await view.peek())?.config;
    return config === undefined ? [] : read(config);
  };
}

/** What the settings name, and what issues have besides. */
function inUse(name: string, field: NamedField): Source {
  return async (asked) => {
    const known = await valuesNamed(name, asked);
    const values = (await asked.view.peek())?.index?.inUse(field) ?? [];
    return [...known, ...named(values).filter(({ value }) => !known.some((each) => each.value === value))];
  };
}

const labels = fromIndex((index) => index.labels());

const sources: Readonly<Record<string, Source>> = {
  ATTACHMENT: ofIssue(({ attachments }) => named(attachments.map(({ name }) => name))),
  COMMAND: () => commands.map(({ name, summary }) => ({ value: name, note: summary })),
  COMMENT: ofIssue(({ comments }) =>
    comments
      .filter(({ deleted }) => !deleted)
      .map(({ id, body }) => ({ value: id.slice(0, commentDigits), note: body })),
  ),
  FIELD: ofIssue(({ conflicts }) => named(conflicts.map(({ field }) => field))),
  FORMAT: async () => named((await import("./print.ts")).formats),
  ID: issues,
  IDS: issues,
  KEY: async ({ view }) => {
    const { keyName } = await import("../tracker/keyring.ts");
    const { members: known } = await view.project();
    return known.flatMap(({ email, keys }) => keys.map(({ key }) => ({ value: keyName(key), note: email })));
  },
  KIND: async () => {
    const { kinds } = await import("./schemas.ts");
    return Object.entries(kinds).map(([value, { about }]) => ({ value, note: about }));
  },
  LABEL: labels,
  LABELS: labels,
  MEMBER: members,
  MEMBERS: members,
  MILESTONE: fromIndex((index) => index.milestones()),
  PERSON: members,
  PRIORITIES: inUse("PRIORITY", "priority"),
  PRIORITY: fromConfig(({ priorities }) => named(priorities)),
  QUERY: queryTerms,
  REASON: async () => named((await import("../core/issue.ts")).resolutions),
  REMOTE: async ({ view }) => named((await view.peek())?.remotes()),
  REPO: async ({ view }) => named(await view.repositories()),
  ROLE: async () => named((await import("../core/project-event.ts")).roles),
  SETTING: async () => {
    const { settings } = await import("../config/schema.ts");
    const whole = settings.filter(({ key }) => !key.includes("*"));
    return whole.map(({ key, meaning }) => ({ value: key, note: meaning }));
  },
  SORT: async () => named((await import("../core/query-field.ts")).sortFields),
  SPRINT: fromIndex((index) => index.sprints()),
  STATUS: fromConfig(({ workflow }) =>
    workflow.statuses.map(({ name, category }) => ({ value: name, note: category })),
  ),
  STATUSES: inUse("STATUS", "status"),
  TEAM: async ({ view }) => named((await view.project()).teams.map(({ name }) => name)),
  TEMPLATE: fromConfig(({ templates }) => named(Object.keys(templates))),
  TYPE: fromConfig(({ types }) => named(types)),
  TYPES: inUse("TYPE", "type"),
  VALUE: async ({ words: [, key] }) => {
    const { settings } = await import("../config/schema.ts");
    const shape = settings.find((setting) => setting.key === key)?.shape;
    return shape?.kind === "choice" ? named(shape.choices) : [];
  },
  WHO: people,
};

/** Enough to tell the comments of one issue apart. */
const commentDigits = 8;

/** The values that go by a name, as far as they are known. */
export async function valuesNamed(name: string, asked: Asked): Promise<readonly Candidate[]> {
  return Object.hasOwn(sources, name) ? ((await sources[name]?.(asked)) ?? []) : [];
}

/** As valuesNamed, for what is asked for rather than given: issues may have what the settings don't name. */
export function askedName(name: string): string {
  return { PRIORITY: "PRIORITIES", STATUS: "STATUSES", TYPE: "TYPES" }[name] ?? name;
}

/** What the value of a flag goes by: the flag's own name says more than that of its value, as in `--milestone NAME`. */
export function flagValueName(flag: string, value: string): string {
  const own = flag.toUpperCase();
  return Object.hasOwn(sources, own) ? own : value;
}

/** True if a value of that name is a file's. */
export function isFileName(name: string): boolean {
  return /^(?:KEY)?FILE$|^FOLDER$|^PATH$/.test(name);
}

export function named(values: readonly string[] = []): Candidate[] {
  return values.map((value) => ({ value }));
}

/** `lab` → `label:`, `label:au` → `label:auth`: the values of a field are those of its name. */
async function queryTerms(asked: Asked): Promise<Candidate[]> {
  const { queryHelp } = await import("../core/query.ts");
  const { encodeValue } = await import("./query-flags.ts");
  const [, sign = "", name, before = "", rest = ""] = /^(-?)(?:([a-z-]+):(.*,)?)?(.*)$/s.exec(asked.prefix) ?? [];
  if (name === undefined) {
    return queryHelp.map((field) => ({ value: `${sign}${field.name}:`, note: field.help, open: true }));
  }
  const field = queryHelp.find((each) => each.name === name);
  const source = personFields.has(name) ? "WHO" : issueFields.has(name) ? "ID" : askedName(name.toUpperCase());
  const known = field === undefined || field.values.length > 0 ? named(field?.values) : [];
  const values = known.length > 0 ? known : await valuesNamed(source, { ...asked, prefix: rest });
  return values.map((each) => ({ ...each, value: `${sign}${name}:${before}${encodeValue(each.value)}` }));
}

const personFields: ReadonlySet<string> = new Set(["assignee", "author"]);
const issueFields: ReadonlySet<string> = new Set(["id", "parent", "blocks", "blocked-by", "relates"]);
