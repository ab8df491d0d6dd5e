/**
 * All settings there are: one table of their keys, what values they take, and what they mean. Checking files, `config list`, `config
 * get` and `config set`, the file that `init` writes and the names in the environment all follow from it.
 */
import { nearest } from "../core/errors.ts";
import { type Category, defaultSettings, type Settings } from "../core/settings.ts";
import { readKey } from "./scan.ts";
import { renderKey, type TomlValue } from "./toml.ts";

/** What a new issue starts with when it is made from a template. */
export interface Template {
  readonly title?: string;
  readonly body?: string;
  readonly labels?: readonly string[];
  readonly type?: string;
  readonly priority?: string;
}

/** Null: not set. */
export interface Config extends Settings {
  readonly defaultStatus: string;
  readonly defaultType: string | null;
  readonly defaultPriority: string | null;
  /** What a board's swim lanes are made by: a field, or `label:` and a prefix. */
  readonly boardBy: string | null;
  readonly listLimit: number;
  /** The query that `list` runs when it is given none. */
  readonly listQuery: string;
  readonly durability: "durable" | "fast";
  /** The remote that `sync` means when nobody says which. */
  readonly syncRemote: string | null;
  /** In seconds. */
  readonly syncTimeout: number;
  /** When a command starts a sync beside itself. */
  readonly syncAuto: "off" | "on-change" | "interval";
  /** In minutes. */
  readonly syncInterval: number;
  /** In MiB. */
  readonly syncMaxSize: number;
  /** `auto`: as git does, and where signatures are required. */
  readonly signingSign: "auto" | "always" | "never";
  readonly signingKey: string | null;
  /** `auto`: git's `gpg.format`. */
  readonly signingFormat: "auto" | "openpgp" | "ssh";
  readonly signingRequire: "no" | "yes";
  /** A date as in 2026-12-01. */
  readonly signingSince: string | null;
  readonly color: "auto" | "always" | "never";
  readonly pager: string | null;
  readonly editor: string | null;
  readonly upgradeUrl: string | null;
  readonly branchTemplate: string;
  readonly templates: Readonly<Record<string, Template>>;
}

export const defaultConfig: Config = {
  ...defaultSettings,
  defaultStatus: "todo",
  defaultType: null,
  defaultPriority: null,
  boardBy: null,
  listLimit: 50,
  listQuery: "is:open",
  durability: "durable",
  syncRemote: null,
  syncTimeout: 120,
  syncAuto: "off",
  syncInterval: 15,
  syncMaxSize: 64,
  signingSign: "auto",
  signingKey: null,
  signingFormat: "auto",
  signingRequire: "no",
  signingSince: null,
  color: "auto",
  pager: null,
  editor: null,
  upgradeUrl: null,
  branchTemplate: "{shortId}-{slug}",
  templates: {},
};

export const categories = ["todo", "active", "done"] as const satisfies readonly Category[];

/** What values a setting takes. */
export type Shape =
  /** One line; the empty one means: not set. */
  | { readonly kind: "line" }
  | { readonly kind: "word" }
  | { readonly kind: "text" }
  | { readonly kind: "choice"; readonly choices: readonly string[] }
  | { readonly kind: "lanes" }
  | { readonly kind: "count" }
  /** As in 2026-12-01; the empty one means: not set. */
  | { readonly kind: "date" }
  | { readonly kind: "hours" }
  | { readonly kind: "names" }
  | { readonly kind: "statuses" };

export interface Setting {
  /** The path in a file. A `*` stands for any name, as in `templates.*.title`. */
  readonly key: string;
  readonly shape: Shape;
  /** One sentence. */
  readonly meaning: string;
  /** A line of TOML that shows the use of a setting whose default says nothing. */
  readonly example?: string;
  /** A file that comes with the repository, written by anybody, must not set it; ends a sentence that says so. */
  readonly personal?: "it names a program to run" | "it is about your own key" | "it says where programs come from";
  /** The names that may stand for `*`; any if undefined. */
  readonly names?: readonly string[];
  /** The setting's keys and values in `config`; more or less than one if its key has a `*`. */
  readonly read: (config: Config) => readonly (readonly [key: string, value: TomlValue])[];
}

/** Conflicts in `rank` and in texts are settled without a strategy. */
const mergeFields = ["title", "status", "type", "priority", "due", "estimate", "parent", "milestone", "sprint"];

/** In the order in which people see them. */
export const settings: readonly Setting[] = [
  {
    ...one("workflow.statuses", { kind: "statuses" }, (config) => config.workflow.statuses.map(statusValue)),
    meaning:
      "The statuses in the order of the board's columns: category is todo, active or done, limit the most issues at once.",
  },
  {
    ...many("workflow.transitions.*", { kind: "names" }, (config) => config.workflow.transitions),
    meaning: "Which statuses may follow a status; one that isn't named may be followed by any.",
    example: 'workflow.transitions.todo = ["in-progress"]',
  },
  {
    ...one("workflow.wip", { kind: "choice", choices: ["warn", "refuse"] }, (config) => config.workflow.wip),
    meaning: "What happens to a move into a status that is at its limit.",
  },
  {
    ...one("priorities", { kind: "names" }, (config) => config.priorities),
    meaning: "The priorities, from the least to the most urgent.",
  },
  { ...one("types", { kind: "names" }, (config) => config.types), meaning: "The types of issues." },
  {
    ...one("default.status", { kind: "line" }, (config) => config.defaultStatus),
    meaning: "The status of a new issue; if not set, the first status of category todo.",
  },
  { ...one("default.type", { kind: "line" }, (config) => config.defaultType), meaning: "The type of a new issue." },
  {
    ...one("default.priority", { kind: "line" }, (config) => config.defaultPriority),
    meaning: "The priority of a new issue.",
  },
  {
    ...one("hours-per-day", { kind: "hours" }, (config) => config.hoursPerDay),
    meaning: "How many hours `1d` is in estimates and times.",
  },
  {
    ...many(
      "merge.strategy.*",
      { kind: "choice", choices: ["last-writer", "manual"] },
      (config) => config.mergeStrategy,
    ),
    meaning: "What a field shows while two edits of it conflict: the later value, or the one before both.",
    example: 'merge.strategy.status = "manual"',
    names: mergeFields,
  },
  {
    ...one("board.by", { kind: "lanes" }, (config) => config.boardBy),
    meaning: "What the board's swim lanes are made by; without it there is one lane.",
    example: 'board.by = "assignee"',
  },
  {
    ...one("list.limit", { kind: "count" }, (config) => config.listLimit),
    meaning: "How many issues `list` prints at most.",
  },
  {
    ...one("list.query", { kind: "line" }, (config) => config.listQuery),
    meaning: "The query that `list` runs when it is given none.",
  },
  {
    ...one("branch.template", { kind: "word" }, (config) => config.branchTemplate),
    meaning: "How `start` names a branch.",
  },
  {
    ...one("durability", { kind: "choice", choices: ["durable", "fast"] }, (config) => config.durability),
    meaning:
      "Whether a change survives a power failure the moment it is made (durable) or a little later (fast); neither breaks.",
  },
  {
    ...one("sync.remote", { kind: "line" }, (config) => config.syncRemote),
    meaning: "The remote that `sync` means; if not set, the branch's, then origin.",
  },
  {
    ...one("sync.timeout", { kind: "count" }, (config) => config.syncTimeout),
    meaning: "How many seconds a remote may say nothing.",
  },
  {
    ...one("sync.max-size", { kind: "count" }, (config) => config.syncMaxSize),
    meaning: "How many MiB a remote may send in one exchange.",
  },
  {
    ...one("sync.auto", { kind: "choice", choices: ["off", "on-change", "interval"] }, (config) => config.syncAuto),
    meaning:
      "Whether commands sync in the background: after a change, or when the last sync is older than the interval.",
  },
  {
    ...one("sync.interval", { kind: "count" }, (config) => config.syncInterval),
    meaning: "After how many minutes `sync.auto` = interval syncs again.",
  },
  {
    ...one("signing.sign", { kind: "choice", choices: ["auto", "always", "never"] }, (config) => config.signingSign),
    meaning: "Whether your changes are signed; auto: if git's commit.gpgsign says so, or signing.require.",
  },
  {
    ...one("signing.key", { kind: "line" }, (config) => config.signingKey),
    meaning: "The key that you sign with, as in git's user.signingkey, which it overrides.",
    personal: "it is about your own key",
  },
  {
    ...one("signing.format", { kind: "choice", choices: ["auto", "openpgp", "ssh"] }, (config) => config.signingFormat),
    meaning: "What you sign with; auto: git's gpg.format.",
    personal: "it is about your own key",
  },
  {
    ...one("signing.require", { kind: "choice", choices: ["no", "yes"] }, (config) => config.signingRequire),
    meaning: "Whether everybody's changes must be signed.",
  },
  {
    ...one("signing.since", { kind: "date" }, (config) => config.signingSince),
    meaning: "The day from which on signatures are required; if not set, always.",
    example: 'signing.since = "2026-12-01"',
  },
  {
    ...one("color", { kind: "choice", choices: ["auto", "always", "never"] }, (config) => config.color),
    meaning: "Whether output is coloured; auto: on a terminal.",
  },
  {
    ...one("pager", { kind: "line" }, (config) => config.pager),
    meaning: "The program that shows long output on a terminal; if not set, git's.",
    personal: "it names a program to run",
  },
  {
    ...one("editor", { kind: "line" }, (config) => config.editor),
    meaning: "The program that texts are written in; if not set, git's.",
    personal: "it names a program to run",
  },
  {
    ...one("upgrade.url", { kind: "line" }, (config) => config.upgradeUrl),
    meaning: "Where `upgrade` finds releases; it reads your own settings only.",
    personal: "it says where programs come from",
  },
  ...templateSettings(),
];

/** Finds the setting that a path in a file belongs to. */
export function findSetting(path: readonly string[]): Setting | undefined {
  return settings.find((setting) => {
    const parts = setting.key.split(".");
    return parts.length === path.length && matches(parts, path);
  });
}

/** True if there are settings inside of the table at `path`. */
export function isSettingsTable(path: readonly string[]): boolean {
  return settings.some((setting) => {
    const parts = setting.key.split(".");
    return parts.length > path.length && matches(parts, path);
  });
}

/** Splits a key as people write it into its path: `templates."a b".title`. Undefined if it isn't one. */
export function parseKey(key: string): readonly string[] | undefined {
  const trimmed = key.trim();
  const read = readKey(trimmed, 0);
  return read?.end === trimmed.length ? read.parts : undefined;
}

/** The key that was probably meant by one that doesn't exist. */
export function nearestKey(path: readonly string[]): string | undefined {
  const known = new Set<string>();
  for (const { key } of settings) {
    const parts = key.split(".").map((part, index) => (part === "*" ? (path[index] ?? part) : part));
    for (let length = 1; length <= parts.length; length++) known.add(renderKey(parts.slice(0, length)));
  }
  const spelled = nearest(renderKey(path), known);
  if (spelled !== undefined) return spelled.includes('"*"') ? undefined : spelled;
  const last = path.at(-1);
  return settings.find(({ key }) => !key.includes("*") && key.split(".").at(-1) === last)?.key;
}

/** The environment's name for a setting; undefined for those with a `*`, whose names can't be spelled there. */
export function environmentName(setting: Setting): string | undefined {
  if (setting.key.includes("*")) return undefined;
  return `GIT_TRACKER_${setting.key.toUpperCase().replaceAll(/[.-]/g, "_")}`;
}

/** Says what values a shape takes, as in “expected …”. */
export function describeShape(shape: Shape): string {
  switch (shape.kind) {
    case "line":
      return "one line of text";
    case "word":
      return "a text without blanks or commas";
    case "text":
      return "a text";
    case "choice":
      return shape.choices.join(", ").replace(/, ([^,]*)$/, " or $1");
    case "lanes":
      return "assignee, priority, type, parent, or label: and a prefix";
    case "count":
      return "a whole number of at least 1";
    case "date":
      return "a date like 2026-12-01";
    case "hours":
      return "a number of hours, more than 0 and at most 24";
    case "names":
      return "a list of names";
    case "statuses":
      return "a list of statuses";
  }
}

function matches(parts: readonly string[], path: readonly string[]): boolean {
  return path.every((part, index) => parts[index] === "*" || parts[index] === part);
}

/** A setting with one value. Null is spelled as the empty text. */
function one(key: string, shape: Shape, read: (config: Config) => TomlValue | null): Omit<Setting, "meaning"> {
  return { key, shape, read: (config) => [[key, read(config) ?? ""]] };
}

/** A setting with a value for each name. */
function many(
  key: string,
  shape: Shape,
  read: (config: Config) => Readonly<Record<string, TomlValue | undefined>>,
): Omit<Setting, "meaning"> {
  return {
    key,
    shape,
    read: (config) =>
      Object.entries(read(config)).flatMap(([name, value]) =>
        value === undefined ? [] : [[key.replace("*", () => renderKey([name])), value] as const],
      ),
  };
}

function templateSettings(): Setting[] {
  const member = (field: keyof Template, shape: Shape, meaning: string, example: string): Setting => ({
    ...many(`templates.*.${field}`, shape, ({ templates }) =>
      Object.fromEntries(Object.entries(templates).map(([name, template]) => [name, template[field]])),
    ),
    meaning,
    example: `templates.bug.${field} = ${example}`,
  });
  return [
    member("title", { kind: "line" }, "The title that issues made from this template begin with.", '"Bug: "'),
    member("body", { kind: "text" }, "The text that issues made from this template begin with.", '"## Steps"'),
    member("labels", { kind: "names" }, "The labels of issues made from this template.", '["needs-triage"]'),
    member("type", { kind: "line" }, "The type of issues made from this template.", '"bug"'),
    member("priority", { kind: "line" }, "The priority of issues made from this template.", '"high"'),
  ];
}

function statusValue(status: Config["workflow"]["statuses"][number]): TomlValue {
  return { name: status.name, category: status.category, limit: status.limit ?? undefined };
}
