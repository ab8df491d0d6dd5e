/**
 * Lists of issues. On a terminal a table that fits its width, and the tree of parents and children; elsewhere one line per issue with
 * the same fields in the same order whatever they hold, for `cut` and its like.
 */
import type { Oid } from "../core/commit.ts";
import type { IssueSummary, Page } from "../core/view.ts";
import { renderAge } from "./age.ts";
import { shortNames } from "./person.ts";
import { joinLines, type Line, line, paintLine, span } from "./span.ts";
import { labelPaint, priorityPaint, type Style, statusPaint } from "./style.ts";
import { type Column, type Row, renderTable } from "./table.ts";

/**
 * Renders one page, ended on a terminal by how many there are if more follow. Not on a terminal a line is: id, status, type, priority,
 * title, labels, assignees, time of the last change, parted by tabs; before them, where issues of several repositories stand together,
 * the repository. Empty if there are no issues.
 */
export function renderList(page: Page<IssueSummary>, style: Style): string {
  return renderRows(
    page,
    page.items.map((issue) => ({ issue, branch: "" })),
    style,
  );
}

/** As `renderList`, with children indented below their parents; an issue whose parent isn't on the page stands at the left. */
export function renderTree(page: Page<IssueSummary>, style: Style): string {
  return renderRows(page, plantTree(page.items), style);
}

/** How many of all a page shows, and how to see more; undefined if it shows all. */
export function renderRest(page: Page<unknown>): string | undefined {
  if (page.next === null) return undefined;
  return `${page.items.length} of ${page.total} · more: --limit ${page.items.length * 2}`;
}

interface Leaf {
  readonly issue: IssueSummary;
  /** What stands before the title: the tree's lines. */
  readonly branch: string;
}

const columns: readonly Column[] = [
  { name: "repository", widthMax: 20 },
  { name: "id" },
  { name: "status", widthMax: 16 },
  { name: "priority", widthMax: 12, leaves: 3 },
  { name: "title", shrinksTo: 28 },
  { name: "labels", widthMax: 32, leaves: 1 },
  { name: "assignee", widthMax: 16, leaves: 2 },
  { name: "age", align: "right", leaves: 4 },
];

function renderRows(page: Page<IssueSummary>, leaves: readonly Leaf[], style: Style): string {
  if (leaves.length === 0) return "";
  if (style.width === undefined) return leaves.map((leaf) => plainRow(leaf, style)).join("\n");
  const table = renderTable(
    columns,
    leaves.map((leaf) => tableRow(leaf, style)),
    style,
  );
  const rest = renderRest(page);
  return rest === undefined ? table : `${table}\n${style.dim(rest)}`;
}

function tableRow({ issue, branch }: Leaf, style: Style): Row {
  return [
    line(issue.repository ?? "", style.dim),
    line(issue.shortId, style.cyan),
    line(issue.status, statusPaint(style, issue.category)),
    line(issue.priority ?? "", priorityPaint(style, issue.priority ?? "")),
    [span(branch, style.dim), ...stops(issue, style), span(issue.title)],
    labelLine(issue, style),
    line(shortNames(issue.assignees)),
    line(renderAge(issue.updatedAt, style.now), style.dim),
  ];
}

/** What stops the issue, if anything: it stands before the title, because columns may leave. */
function stops(issue: IssueSummary, style: Style): Line {
  return [
    ...(issue.conflicted ? [span("conflict", style.inverse), span(" ")] : []),
    ...(issue.blocked ? [span("blocked ", style.red)] : []),
  ];
}

function labelLine(issue: IssueSummary, style: Style): Line {
  return joinLines(
    issue.labels.map((label) => line(label, labelPaint(style, label))),
    " ",
  );
}

function plainRow({ issue, branch }: Leaf, style: Style): string {
  const cells: Row = [
    ...(issue.repository === undefined ? [] : [line(issue.repository, style.dim)]),
    line(issue.shortId, style.cyan),
    line(issue.status, statusPaint(style, issue.category)),
    line(issue.type ?? ""),
    line(issue.priority ?? "", priorityPaint(style, issue.priority ?? "")),
    [span(branch), span(issue.title)],
    line(issue.labels.join(",")),
    line(issue.assignees.join(",")),
    line(issue.updatedAt),
  ];
  return cells.map(paintLine).join("\t");
}

/** What goes on below each kind of branch. */
const trunks = { "": "", "├─ ": "│  ", "└─ ": "   " } as const;
/** Deeper than twelve levels nothing is indented further, or no room would be left for titles. */
const leadMax = 36;

/** The issues depth first in the order given. Nothing is lost to a cycle: whoever no root leads to is a root. */
function plantTree(issues: readonly IssueSummary[]): Leaf[] {
  const present = new Set(issues.map(({ id }) => id));
  const children = Map.groupBy(issues, ({ parent }) => (parent !== null && present.has(parent) ? parent : undefined));
  const leaves: Leaf[] = [];
  const seen = new Set<Oid>();
  const plant = (root: IssueSummary) => {
    const open: { issue: IssueSummary; lead: string; branch: keyof typeof trunks }[] = [
      { issue: root, lead: "", branch: "" },
    ];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { issue, lead, branch } = next;
      if (seen.has(issue.id)) continue;
      seen.add(issue.id);
      leaves.push({ issue, branch: lead + branch });
      const below = lead.length < leadMax ? lead + trunks[branch] : lead;
      const own = (children.get(issue.id) ?? []).filter(({ id }) => !seen.has(id));
      for (const [i, child] of [...own.entries()].reverse())
        open.push({ issue: child, lead: below, branch: i === own.length - 1 ? "└─ " : "├─ " });
    }
  };
  for (const root of children.get(undefined) ?? []) plant(root);
  for (const issue of issues) plant(issue);
  return leaves;
}
