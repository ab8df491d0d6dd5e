/** Conflicts as lines: the issue, then each field with its values and who wrote them. */
import type { IssueView } from "../core/view.ts";
import { conflictLine } from "./facts.ts";
import { renderLines } from "./span.ts";
