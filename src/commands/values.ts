/**
 * What can stand where a usage line or a flag names a value: ID, LABELS, STATUS. Completion follows from these names, so a command
 * gets it by naming its values as others do; a name that isn't here is free text.
 */
import type { Peek } from "../tracker/peek.ts";
import { commands } from "./table.ts";

/** Something that a word can be completed to. */
export interface Candidate {
  readonly value: string;
  /** What a person should know of it. Other people's text. */
  readonly note?: string;
  /** More of the word must follow, so no blank does. */
  readonly open?: boolean;
}

export interface Asked {
  /** Undefined outside of a repository. */
  readonly peek: Peek | undefined;
  /** What there is of the word. */
  readonly prefix: string;
  /** The words before it that are no flags, without the command's name. */
  readonly words: readonly string[];
}

type Source = (asked: Asked) => readonly Candidate[] | Promise<readonly Candidate[]>;

/** In a shell, nobody reads more. */
const issuesMax = 100;

const issues: Source = ({ peek, prefix }) => [
  ...(peek?.index?.issues(prefix.toLowerCase(), issuesMax) ?? []).map(({ id, short, title, status }) => ({
    value: id.slice(0, Math.max(short, prefix.length)),
    note: `${status}: ${title}`,
  })),
  ...(peek === undefined ? [] : placeholders),
];
const placeholders: readonly Candidate[] = [
  { value: "@", note: "the issue of this branch" },
  { value: "@last", note: "the issue touched last" },
];
const people: Source = ({ peek }) => [
  ...(peek?.index?.people() ?? []).map(({ name, email }) => ({ value: email, note: name })),
  { value: "@me", note: "you" },
];
const labels: Source = ({ peek }) => named(peek?.index?.labels());
const settings: Source = async () => {
  const { settings: all } = await import("../config/schema.ts");
  return all.filter(({ key }) => !key.includes("*")).map(({ key, meaning }) => ({ value: key, note: meaning }));
};

const sources: Readonly<Record<string, Source>> = {
  ID: issues,
  IDS: issues,
  COMMAND: async () => commands.map(({ name, summary }) => ({ value: name, note: summary })),
  FIELD: async () => named((await import("../core/query-field.ts")).sortFields),
  FORMAT: async () => named((await import("./print.ts")).formats),
  KIND: async () => {
    const { kinds } = await import("./schemas.ts");
    return Object.entries(kinds).map(([value, { about }]) => ({ value, note: about }));
  },
  LABEL: labels,
  LABELS: labels,
  MEMBER: people,
  MEMBERS: people,
  MILESTONE: ({ peek }) => named(peek?.index?.milestones()),
  PERSON: people,
  PRIORITY: ({ peek }) => named(peek?.config.priorities),
  QUERY: queryTerms,
  REASON: async () => named((await import("../core/event.ts")).resolutions),
  REMOTE: ({ peek }) => named(peek?.remotes()),
  ROLE: async () => named((await import("../core/project-event.ts")).roles),
  SETTING: settings,
  SPRINT: ({ peek }) => named(peek?.index?.sprints()),
  STATUS: ({ peek }) =>
    (peek?.config.workflow.statuses ?? []).map(({ name, category }) => ({ value: name, note: category })),
  TEMPLATE: ({ peek }) => named(Object.keys(peek?.config.templates ?? {})),
  TYPE: ({ peek }) => named(peek?.config.types),
  WHO: people,
};

/** The values that go by a name, as far as they are known. */
export async function valuesNamed(name: string, asked: Asked): Promise<readonly Candidate[]> {
  return Object.hasOwn(sources, name) ? ((await sources[name]?.(asked)) ?? []) : [];
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
  const source = personFields.has(name) ? "WHO" : issueFields.has(name) ? "ID" : name.toUpperCase();
  const known = field === undefined || field.values.length > 0 ? named(field?.values) : [];
  const values = known.length > 0 ? known : await valuesNamed(source, { ...asked, prefix: rest });
  return values.map((each) => ({ ...each, value: `${sign}${name}:${before}${encodeValue(each.value)}` }));
}

const personFields: ReadonlySet<string> = new Set(["assignee", "author"]);
const issueFields: ReadonlySet<string> = new Set(["id", "parent", "blocks", "blocked-by", "relates"]);
