/**
 * What importers say of one issue → its history: the state it has now and the changes that led there. How it began follows by taking
 * the changes back one by one; sources that keep no changes have it begin as it is now.
 */
import type { Actor } from "../core/commit.ts";
import { limits } from "../core/limits.ts";
import { toLine, visible } from "../core/text.ts";
import type { By } from "../tracker/batch.ts";
import type { ImportedCommit, ImportedIssue, ImportedLink } from "../tracker/import.ts";
import { externalMark, isTalk } from "../tracker/import-there.ts";
import { type Snapshot, toldOf, untell } from "../tracker/snapshot.ts";
import { nameCharactersMax, personWithoutEmail } from "./fit.ts";
import type { ImportContext } from "./source.ts";
import { refusedAt } from "./values.ts";

export interface SourceHistory {
  readonly system: string;
  readonly name: string;
  /** `file:line`, for refusals. */
  readonly place: string;
  readonly created: By;
  /** As it is now, and who said the last word. */
  readonly state: Snapshot;
  readonly updated: By;
  /** What happened in between, in any order. Drafts that replace something say what. */
  readonly changes: readonly ImportedCommit[];
  readonly links: readonly ImportedLink[];
  /** The kinds of links that it would tell of. */
  readonly tells: readonly ImportedLink["kind"][];
  /** The text that it began with, where changes of it are among the changes: they don't say what was before. */
  readonly firstBody?: string | undefined;
  /** How much of what happened its exports hold: all of it, the latest, or nothing, so that the changes are conclusions. */
  readonly keeps: "everything" | "latest" | "nothing";
}

/**
 * The histories of a whole source. What happened twice, by its key, is taken once. Throws `invalid` for a name that is there twice.
 */
export function toImportedIssues(histories: readonly SourceHistory[], { skipped }: ImportContext): ImportedIssue[] {
  const places = new Map<string, string>();
  for (const { name, place } of histories) {
    const before = places.get(name);
    if (before !== undefined) {
      throw refusedAt(place, `${visible(name)} is there twice, first at ${visible(before)}`, "Remove one of the two.");
    }
    places.set(name, place);
  }
  return histories.map((history) => {
    const keys = new Set<string>();
    const changes = history.changes.filter(({ key }) => !keys.has(key) && keys.add(key));
    for (let lost = history.changes.length - changes.length; lost > 0; lost--) skipped?.("event that is there twice");
    return toImported({ ...history, changes });
  });
}

/** Throws `invalid` if there are more changes than an issue can hold. */
function toImported(history: SourceHistory): ImportedIssue {
  const { system, name, created, state, updated, links } = history;
  const changes = history.changes.toSorted((a, b) => a.time.seconds - b.time.seconds);
  if (changes.length >= limits.streamCommitsMax) {
    const problem = `${name} has more than ${limits.streamCommitsMax} events`;
    throw refusedAt(history.place, problem, "Remove some of them.");
  }
  const start = toldOf(state);
  for (const { drafts } of changes.toReversed()) for (const draft of drafts.toReversed()) untell(start, draft);
  const { type, priority, due, estimate, milestone, sprint } = start;
  const creation: ImportedCommit = {
    ...created,
    key: "issue",
    drafts: [
      {
        type: "issue-created",
        title: start.title,
        body: history.firstBody ?? start.body,
        status: start.status,
        issueType: type ?? undefined,
        priority: priority ?? undefined,
        label: [...start.labels],
        assignee: [...start.assignees],
        due: due ?? undefined,
        estimate: estimate ?? undefined,
        milestone: milestone ?? undefined,
        sprint: sprint ?? undefined,
        nonce: "0".repeat(20), // The verb makes it of the name.
      },
    ],
  };
  const mark = externalMark({ system, name });
  const marked =
    history.keeps === "everything"
      ? changes
      : changes.map((commit) => (isTalk(commit) ? commit : { ...commit, drafts: [...commit.drafts, mark] }));
  const now = { ...updated, state, isAll: history.keeps === "nothing", tells: history.tells };
  return { system, name, commits: [creation, ...marked], links, now };
}

export interface SourcePerson {
  readonly name?: string | null | undefined;
  readonly email?: string | null | undefined;
  /** The account, where there is one: names change. */
  readonly account?: string | null | undefined;
}

/** Somebody of another system, always under the same address; undefined if nothing is known of them. */
export function personOf(system: string, { name, email, account }: SourcePerson): Actor | undefined {
  const shown = toLine((name ?? "").replace(/[<>]/g, ""))
    .slice(0, nameCharactersMax)
    .toWellFormed();
  const address = toLine(email ?? "");
  if (/^[^\s@<>"]{1,100}@[^\s@<>"]{1,200}$/.test(address)) return { name: shown || address, email: address };
  // A name alone may be an address.
  if (/^[^\s@<>"]{1,100}@[^\s@<>"]{1,200}$/.test(shown)) return { name: shown, email: shown };
  const known = toLine(account ?? "") || shown;
  if (known === "") return undefined;
  const person = personWithoutEmail(system, known);
  return shown === "" ? person : { name: shown, email: person.email };
}

/** The labels of a list of names: lines, none of them empty or there twice. */
export function labelSet(names: Iterable<string>): Set<string> {
  return new Set(
    [...names].map((name) => toLine(name).slice(0, nameCharactersMax).toWellFormed().trim()).filter(Boolean),
  );
}
