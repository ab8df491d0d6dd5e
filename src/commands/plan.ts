/** Plans from files: which spelling one is in, and making it. */
import type { PlanFormat } from "../bridge/plan.ts";
import type { IssueView } from "../core/view.ts";
import type { Tracker } from "../tracker/tracker.ts";

/** Makes all issues of a plan or none. `file` is where it came from, as the person named it. */
export async function makePlan(tracker: Tracker, text: string, file: string): Promise<IssueView[]> {
  const { parsePlan } = await import("../bridge/plan.ts");
  const { today } = await import("../tracker/today.ts");
  const { createPlan } = await import("../tracker/plan.ts");
  const name = file === "-" ? "standard input" : file;
  const context = { file: name, settings: tracker.config, today: today(tracker) };
  return await createPlan(tracker, parsePlan(text, planFormat(file, text), context), name);
}

/** By the name's ending, or, where that says nothing, by what the text begins with. */
export function planFormat(file: string, text: string): PlanFormat {
  const ending = /\.(json|jsonl|ndjson|md|markdown)$/i.exec(file)?.[1]?.toLowerCase();
  switch (ending) {
    case "json":
      return "json";
    case "jsonl":
    case "ndjson":
      return "jsonl";
    case "md":
    case "markdown":
      return "markdown";
    default:
      return formatOfText(text.trim());
  }
}

function formatOfText(text: string): PlanFormat {
  if (text.startsWith("[")) return "json";
  if (!text.startsWith("{")) return "markdown";
  const [first = "", ...others] = text.split("\n");
  return isJson(first) && others.length > 0 ? "jsonl" : "json";
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
