/**
 * Deliberate bugs of the kinds that convergence dies of, thirty and some. Each is one edit of a copy of the sources; the simulation must
 * find every one, or its numbers prove nothing. `seed` is a history that did: it is tried first, to save time.
 */
import type { Way } from "./history.ts";

export interface Mutant {
  readonly bug: string;
  /** In src. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  readonly seed: number;
  /** How it is found; bare if absent. */
  readonly way?: Way;
}

export const mutants: readonly Mutant[] = [
  {
    bug: "time alone is the stream order",
    file: "core/order.ts",
    find: "return deeper || a.time.seconds - b.time.seconds ||",
    replace: "return a.time.seconds - b.time.seconds || deeper ||",
    seed: 2,
  },
  {
    bug: "of equal moments, the one that arrived first comes first",
    file: "core/order.ts",
    find: "(a.oid < b.oid ? -1 : a.oid > b.oid ? 1 : 0)",
    replace: "0",
    seed: 88,
  },
  {
    bug: "a merge's generation counts its first parent only",
    file: "core/order.ts",
    find: "of done.has(commit.oid) ? [] : commit.parents)",
    replace: "of done.has(commit.oid) ? [] : commit.parents.slice(0, 1))",
    seed: 2,
  },
  {
    bug: "two children of one commit count as one line of history",
    file: "core/order.ts",
    find: " && !extended.has(firstOid)",
    replace: "",
    seed: 2,
  },
  {
    bug: "ancestors beyond the last merge are forgotten",
    file: "core/order.ts",
    find: "for (const [chain, position] of parent.reach)",
    replace: "for (const [chain, position] of [...parent.reach].slice(0, 0))",
    seed: 4,
  },
  {
    bug: "a merge's parents stand as they were named",
    file: "core/merge.ts",
    find: "parents: [...new Set(tips.map((tip) => tip.oid))].sort(),",
    replace: "parents: [...new Set(tips.map((tip) => tip.oid))],",
    seed: 2,
  },
  {
    bug: "a merge carries the local time",
    file: "core/merge.ts",
    find: "Math.max(...tips.map((tip) => tip.time.seconds))",
    replace: "Math.floor(performance.now() * 1000)",
    seed: 2,
  },
  {
    bug: "a merge carries the earliest of the times",
    file: "core/merge.ts",
    find: "Math.max(...tips.map((tip) => tip.time.seconds))",
    replace: "Math.min(...tips.map((tip) => tip.time.seconds))",
    seed: 2,
  },
  {
    bug: "a merge carries the zone of the tip that is ours",
    file: "core/merge.ts",
    find: 'zone: "+0000"',
    replace: 'zone: tips[0]?.time.zone ?? "+0000"',
    seed: 2,
  },
  {
    bug: "a merge of a tip with itself is a merge",
    file: "core/merge.ts",
    find: "[...new Set(tips.map((tip) => tip.oid))]",
    replace: "tips.map((tip) => tip.oid)",
    seed: 1,
  },
  {
    bug: "text that only we changed becomes theirs again",
    file: "core/merge.ts",
    find: "if (a === b || b === base) return a;",
    replace: "if (a === b || b === base) return b;",
    seed: 50,
  },
  {
    bug: "regions of a text that conflict are left out",
    file: "core/merge.ts",
    find: "if (region.ok === undefined) return undefined;",
    replace: "if (region.ok === undefined) continue;",
    seed: 30,
  },
  {
    bug: "between an add and a concurrent remove the order decides",
    file: "core/concurrency.ts",
    find: "const add = adds.at(-1);",
    replace: "const add = adds.length === heads.length ? adds.at(-1) : undefined;",
    seed: 18,
  },
  {
    bug: "of two concurrent adds the earlier is shown",
    file: "core/concurrency.ts",
    find: "const add = adds.at(-1);",
    replace: "const add = adds[0];",
    seed: 2,
  },
  {
    bug: "the same value set twice is a conflict",
    file: "core/concurrency.ts",
    find: "      if (!differ(heads)) return;\n      record(issue, heads);\n",
    replace: "      record(issue, heads);\n",
    seed: 2,
  },
  {
    bug: "of three values that conflict, one is dropped",
    file: "core/concurrency.ts",
    find: "values: heads.map((head) => ({",
    replace: "values: heads.slice(-2).map((head) => ({",
    seed: 2,
  },
  {
    bug: "the manual strategy goes back to the beginning",
    file: "core/concurrency.ts",
    find: "before === undefined ? created(ordered, register.key) : valueIn(before)",
    replace: "created(ordered, register.key)",
    seed: 30,
  },
  {
    bug: "a delete wins over a concurrent restore",
    file: "core/concurrency.ts",
    find: 'adds: event.type === "issue-restored" }',
    replace: 'adds: event.type === "issue-deleted" }',
    seed: 20,
  },
  {
    bug: "of an edit and a concurrent delete of a comment the later wins",
    file: "core/concurrency.ts",
    find: "const edit = heads.findLast((head) => valueIn(head) !== null);",
    replace: "const edit = valueIn(heads.at(-1) ?? heads[0]) === null ? undefined : heads.at(-1);",
    seed: 496,
  },
  {
    bug: "links of different kinds to one issue are one element",
    file: "core/concurrency.ts",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a source.
    find: "element(`link:${event.kind}:${event.target}`, event)",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a source.
    replace: "element(`link:${event.target}`, event)",
    seed: 686,
  },
  {
    bug: "conflicts are looked for only while the merge is the tip",
    file: "core/fold.ts",
    find: "ordered.some((commit) => commit.parents.length > 1)",
    replace: "(ordered.at(-1)?.parents.length ?? 0) > 1",
    seed: 194,
  },
  {
    bug: "the clock decides what happened last",
    file: "core/fold.ts",
    find: "issue.updatedAt = isoTime(commit);",
    replace: "issue.updatedAt = isoTime(commit) > issue.updatedAt ? isoTime(commit) : issue.updatedAt;",
    seed: 2,
  },
  {
    bug: "commits are folded in the order they were read in",
    file: "core/fold.ts",
    find: "const ordered = inStreamOrder(commits, generation);",
    replace: "const ordered = commits.toReversed();",
    seed: 1,
  },
  {
    bug: "a write on top does not end a conflict",
    file: "core/fold.ts",
    find: "issue.conflicts = issue.conflicts.filter((conflict) => conflict.field !== written);",
    replace: "issue.conflicts = issue.conflicts.filter((conflict) => conflict.field === conflict.field || written);",
    seed: 96,
  },
  {
    bug: "broken records are not quarantined where others of the commit are whole",
    file: "core/fold.ts",
    find: 'if (reason !== "unknown") issue.quarantined.push',
    replace: 'if (reason !== "unknown" && commit.events.length === 0) issue.quarantined.push',
    seed: 3,
  },
  {
    bug: "an edit leaves a deleted comment deleted",
    file: "core/apply.ts",
    find: "        deleted: false,\n        editedAt:",
    replace: "        editedAt:",
    seed: 323,
  },
  {
    bug: "sets stand in the order in which their elements came",
    file: "core/apply.ts",
    find: "[...set] : [...set, value].sort()",
    replace: "[...set] : [...set, value]",
    seed: 3,
  },
  {
    bug: "a stream may be begun again in its middle",
    file: "core/apply.ts",
    find: "  if (commit.oid !== issue.id) return;\n",
    replace: "",
    seed: 2,
  },
  {
    bug: "what is deleted stays archived",
    file: "core/apply.ts",
    find: 'issue.archived = event.type === "issue-archived";',
    replace: 'issue.archived ||= event.type === "issue-archived";',
    seed: 19,
  },
  {
    bug: "a newer format is read as this one",
    file: "core/message.ts",
    find: "if (format !== formatNumber) {",
    replace: "if (Number(format) < Number(formatNumber)) {",
    seed: 4,
  },
  {
    bug: "a text ends at its first blank line",
    file: "core/message.ts",
    find: 'const recordsStart = trimmed.lastIndexOf("\\n\\n");',
    replace: 'const recordsStart = Math.max(subjectEnd, trimmed.indexOf("\\n\\n", subjectEnd + 2));',
    seed: 1,
  },
  {
    bug: "events of a newer program are dropped",
    file: "core/message.ts",
    find: "if (isUnread(event)) unread.push(event);",
    replace: 'if ("reason" in event) unread.push(...(event.reason === "unknown" ? [] : [event]));',
    seed: 1,
  },
  {
    bug: "a commit with two parents says nothing",
    file: "core/message.ts",
    find: "parents.length > 1 && message === mergeMessage",
    replace: "parents.length > 1",
    seed: 4,
  },
  {
    bug: "undo of a label that was there already takes it away",
    file: "core/undo.ts",
    find: 'before.labels.includes(event.label) ? undefined : { type: "label-removed", label: event.label }',
    replace: '{ type: "label-removed", label: event.label }',
    seed: 908,
  },
  {
    bug: "undo shows an issue that was deleted before",
    file: "core/undo.ts",
    find: 'type: before.deleted ? "issue-deleted" : before.archived',
    replace: "type: before.archived",
    seed: 92,
  },
];
