/** The verbs about what labels mean: their colours and descriptions. An issue may have a label that nobody has defined. */
import { TrackerError } from "../core/errors.ts";
import { isOpen, type LabelDefinition, type Project } from "../core/project.ts";
import { toLine, visible } from "../core/text.ts";
import { changeProject, type ProjectChanged, readProject } from "./project.ts";
import { onFreshIndex } from "./refresh.ts";
import type { Tracker } from "./tracker.ts";

export interface ListedLabel extends LabelDefinition {
  /** How many issues have it, archived and deleted ones apart. */
  readonly count: number;
  readonly defined: boolean;
}

/** Labels that issues have or that are defined, by name. */
export async function listLabels(tracker: Tracker): Promise<ListedLabel[]> {
  const used = await onFreshIndex(tracker, () => tracker.index.labels());
  const { labels } = await readProject(tracker);
  const counts = new Map(used.map(({ name, count }) => [name, count]));
  const names = new Set([...used.map(({ name }) => name), ...labels.map(({ name }) => name)]);
  return [...names]
    .map((name): ListedLabel => {
      const known = labels.find((label) => label.name === name);
      const definition = known ?? { name, color: null, description: null };
      return { ...definition, count: counts.get(name) ?? 0, defined: known !== undefined };
    })
    .sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
}

/** Says what a label means; what is not said stays as it was. An empty text clears. */
export async function defineLabel(
  tracker: Tracker,
  text: string,
  meaning: { readonly color?: string | undefined; readonly description?: string | undefined },
): Promise<ProjectChanged> {
  const label = toLine(text);
  if (label === "") throw new TrackerError("invalid", "A label has a name", "As in: git tracker label define auth");
  const color = meaning.color === undefined ? undefined : parseColor(meaning.color);
  return await changeProject(tracker, (project) => {
    const before = find(project, label);
    const next = {
      color: color === undefined ? (before?.color ?? null) : color || null,
      description:
        meaning.description === undefined ? (before?.description ?? null) : toLine(meaning.description) || null,
    };
    const isSame = before !== undefined && before.color === next.color && before.description === next.description;
    if (isSame && !isOpen(project, `label:${label}`)) return [];
    return [
      {
        type: "label-defined",
        label,
        color: next.color ?? undefined,
        description: next.description ?? undefined,
      },
    ];
  });
}

/** Forgets what a label means; issues keep it. Throws `not-found`. */
export async function dropLabel(tracker: Tracker, text: string): Promise<ProjectChanged> {
  return await changeProject(tracker, (project) => {
    if (find(project, text) === undefined) {
      const hint = "See them with: git tracker label list";
      throw new TrackerError("not-found", `The label ${visible(text)} is not defined`, hint);
    }
    return [{ type: "label-dropped", label: text }];
  });
}

function find({ labels }: Project, label: string): LabelDefinition | undefined {
  return labels.find(({ name }) => name === label);
}

/** `d73a4a`, `#D73A4A`, `#f00` or one of the usual names, as `#d73a4a`; the empty text stays. */
function parseColor(text: string): string {
  if (text === "") return "";
  const named = Object.hasOwn(colors, text.toLowerCase()) ? colors[text.toLowerCase()] : undefined;
  const digits = (named ?? text).replace(/^#/, "").toLowerCase();
  if (/^[0-9a-f]{6}$/.test(digits)) return `#${digits}`;
  if (/^[0-9a-f]{3}$/.test(digits)) return `#${digits.replace(/./g, "$&$&")}`;
  throw new TrackerError(
    "invalid",
    `\`${visible(text)}\` is not a colour`,
    `As in #d73a4a, or one of ${Object.keys(colors).join(", ")}.`,
  );
}

const colors: Readonly<Record<string, string>> = {
  red: "#d73a4a",
  orange: "#d9730d",
  yellow: "#dbab09",
  green: "#0e8a16",
  teal: "#008672",
  blue: "#0969da",
  purple: "#7057ff",
  pink: "#d876e3",
  gray: "#6e7781",
};
