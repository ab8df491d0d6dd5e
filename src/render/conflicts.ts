/**
 * Conflicts: each issue, below it its fields with their values and who wrote them. Not on a terminal each field is a line: the issue's
 * short id, the field, its values.
 */
import type { IssueView } from "../core/view.ts";
import { conflictLine } from "./facts.ts";
import { fitLine, type Line, line, paintLine, span, wrapLine } from "./span.ts";
import type { Style } from "./style.ts";

export function renderConflicts(views: readonly IssueView[], style: Style): string {
  const { width } = style;
  const lines = views.flatMap((view) =>
    width === undefined ? plainLines(view, style) : shownLines(view, style, width),
  );
  const hint = line("Settle it with: git tracker resolve ID [FIELD] --ours, --theirs, --value VALUE or -e", style.dim);
  const shown = width === undefined || lines.length === 0 ? lines : [...lines, ...wrapLine(hint, width)];
  return shown.map(paintLine).join("\n");
}

/** What somebody is to choose from is never cut. */
function shownLines(view: IssueView, style: Style, width: number): Line[] {
  const head = [span(view.shortId, style.cyan), span("  "), span(view.title)];
  const conflicts = view.conflicts.flatMap((conflict) =>
    wrapLine(conflictLine(conflict, style), width - 4).map((part, i) => [span(i === 0 ? "  " : "    "), ...part]),
  );
  return [fitLine(head, width), ...conflicts];
}

function plainLines(view: IssueView, style: Style): Line[] {
  return view.conflicts.map((conflict) => [...line(view.shortId), span("  "), ...conflictLine(conflict, style)]);
}
