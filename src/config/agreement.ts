/** Checks settings against each other: they come from different layers, so no file alone can be right or wrong. */
import { nearest } from "../core/errors.ts";
import type { Leaf, Leaves } from "./combine.ts";
import { meaningOf, refusal } from "./refusal.ts";
import type { Config } from "./schema.ts";
import { renderKey } from "./toml.ts";

type Named = "status" | "type" | "priority";

/** Throws `invalid` if a setting names a status, type or priority that there isn't. The place is that of the naming setting. */
export function checkTogether(config: Config, leaves: Leaves): void {
  const statuses = config.workflow.statuses.map((status) => status.name);
  for (const leaf of leaves.values()) {
    const [first, second, third] = leaf.path;
    if (leaf.setting.key === "workflow.transitions.*") checkTransition(leaf, statuses);
    if (first === "default" && second === "status") mustBeOneOf(leaf, "status", statuses);
    const field = first === "default" ? second : first === "templates" ? third : undefined;
    if (field === "type") mustBeOneOf(leaf, "type", config.types);
    if (field === "priority") mustBeOneOf(leaf, "priority", config.priorities);
  }
}

function checkTransition(leaf: Leaf, statuses: readonly string[]): void {
  const from = leaf.path[2] ?? "";
  if (!statuses.includes(from)) throw notThere(leaf, "key", [], "status", from, statuses);
  if (!Array.isArray(leaf.value)) return;
  for (const [index, to] of leaf.value.entries())
    if (!statuses.includes(to)) throw notThere(leaf, "value", [index], "status", to, statuses);
}

function mustBeOneOf(leaf: Leaf, what: Named, known: readonly string[]): void {
  if (typeof leaf.value === "string" && !known.includes(leaf.value))
    throw notThere(leaf, "value", [], what, leaf.value, known);
}

function notThere(
  leaf: Leaf,
  part: "key" | "value",
  at: readonly number[],
  what: Named,
  name: string,
  known: readonly string[],
): Error {
  const key = renderKey(leaf.path);
  const meant = nearest(name, known);
  const guess = meant === undefined ? "" : `Did you mean ${meant}? `;
  return refusal(
    leaf.source,
    [...leaf.path, ...at],
    part,
    `${key}: there is no ${what} ${JSON.stringify(name)}; expected one of ${shortened(known)}.`,
    `${guess}${meaningOf(leaf.setting, key)}`,
  );
}

/** As many as a person reads. */
const namesShownMax = 20;

function shortened(names: readonly string[]): string {
  const shown = names.slice(0, namesShownMax).join(", ");
  return names.length > namesShownMax ? `${shown}, …` : shown;
}
