/**
 * Questions to all repositories of a workspace, and one answer: each index ranks its own, and the rankings are merged in the order asked
 * for. A repository that can't answer is named in a warning, and the others go on. Of one alone, the answer is its own.
 */
import type { Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import type { Query } from "../core/query.ts";
import { visible } from "../core/text.ts";
import type { IssueSummary, Page, SearchHit } from "../core/view.ts";
import type { Index, ListOptions } from "../index/index.ts";
import { decodeCursor, encodeCursor } from "../index/order.ts";
import { compareKeys, type Ranked, type Ranking } from "../index/rank.ts";
import { listIssues, searchIssues } from "./read.ts";
import { onAllIssues, onFreshIndex } from "./refresh.ts";
import { briefly, refusalOf } from "./refusal.ts";
import { resolveId } from "./resolve.ts";
import type { Tracker } from "./tracker.ts";
import type { Member, Workspace } from "./workspace.ts";

/** What one repository is asked: a query means what its settings say. */
export type Asked<T = { readonly query: Query }> = T & { readonly member: Member };

/**
 * Reads a question as each repository understands it. Who does not know the issue that it names has no part in it. Throws the refusal if
 * nobody understands it.
 */
export async function askAll<T>(
  { members }: Workspace,
  ask: (tracker: Tracker) => Promise<T>,
): Promise<readonly Asked<T>[]> {
  const answers = await eachMember(members, async (member) => ({ ...(await ask(member.tracker)), member }));
  return answers;
}

/** Runs `task` on one after the other. Throws the first refusal if all refuse, else warns of it. */
export async function eachMember<M extends { readonly name: string | undefined; readonly tracker: Tracker }, T>(
  members: readonly M[],
  task: (member: M) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  const refusals: { readonly tracker: Tracker; readonly error: TrackerError }[] = [];
  for (const member of members) {
    try {
      results.push(await task(member));
    } catch (error) {
      refusals.push({ tracker: member.tracker, error: refusalOf(error) });
    }
  }
  const worst = refusals.find(({ error }) => error.code !== "not-found") ?? refusals[0];
  if (results.length === 0 && worst !== undefined) throw worst.error;
  for (const { tracker, error } of refusals) if (error.code !== "not-found") tracker.warn(briefly(error));
  return results;
}

export async function listAll(asked: readonly Asked[], options: ListOptions): Promise<Page<IssueSummary>> {
  const single = aloneIn(asked);
  if (single !== undefined) return await listIssues(single.member.tracker, single.query, options);
  const after = options.after === undefined ? undefined : readCursor(options.after);
  const { rows, total } = await rankAll(asked, ({ index }, { query, member: { name = "" } }) => {
    const inclusive = after !== undefined && name > after.name;
    const limit = options.limit === undefined ? undefined : options.limit + 1;
    const ranking = index.rank(query, { limit, after: after && { keys: after.keys, inclusive } });
    const isAll = after === undefined && (limit === undefined || ranking.rows.length < limit);
    return { ranking, total: isAll ? ranking.rows.length : index.count(query) };
  });
  const page = rows.slice(0, options.limit);
  const last = page.at(-1);
  return {
    items: readEach(
      page,
      (index, ids) => index.summaries(ids),
      ({ id }) => id,
    ),
    total,
    next:
      last !== undefined && rows.length > page.length ? encodeCursor([...last.row.keys, last.member.name ?? ""]) : null,
  };
}

export async function searchAll(asked: readonly Asked[], text: string, options: ListOptions): Promise<Page<SearchHit>> {
  const single = aloneIn(asked);
  if (single !== undefined) return await searchIssues(single.member.tracker, text, single.query, options);
  const from = options.after === undefined ? 0 : Math.max(0, Number(decodeCursor(options.after, 1)[0]) || 0);
  const { rows, total } = await rankAll(asked, ({ index }, { query }) => {
    const ranking = index.rankHits(text, query);
    return { ranking, total: ranking.rows.length };
  });
  const to = options.limit === undefined ? rows.length : from + options.limit;
  return {
    items: readEach(
      rows.slice(from, to),
      (index, ids) => index.hits(text, ids),
      ({ issue }) => issue.id,
    ),
    total,
    next: to < rows.length ? encodeCursor([to]) : null,
  };
}

/** The question, if there is only one to ask: then its own answer is as good, and costs less. */
export function aloneIn(asked: readonly Asked[]): Asked | undefined {
  const [only] = asked;
  return only?.member.name === undefined ? only : undefined;
}

/** Something ranked, and whose it is. */
export interface Placed<T extends Ranked = Ranked> {
  readonly member: Member;
  readonly row: T;
}

/** All rankings as one. What is alike in every way, as the two copies of an issue in a fork, goes by the repositories' names. */
export async function rankAll<T extends Ranked>(
  asked: readonly Asked[],
  read: (tracker: Tracker, question: Asked) => { readonly ranking: Ranking<T>; readonly total: number },
): Promise<{ readonly rows: readonly Placed<T>[]; readonly total: number }> {
  const answers = await eachMember(
    asked.map((question) => ({ ...question.member, question })),
    async ({ tracker, question }) => ({
      member: question.member,
      ...(await onAllIssues(tracker, () => read(tracker, question))),
    }),
  );
  const ways = answers[0]?.ranking.ways ?? [];
  const rows = answers.flatMap(({ member, ranking }) => ranking.rows.map((row) => ({ member, row })));
  rows.sort((a, b) => compareKeys(a.row.keys, b.row.keys, ways) || byName(a.member, b.member));
  return { rows, total: answers.reduce((sum, answer) => sum + answer.total, 0) };
}

function byName({ name: a = "" }: Member, { name: b = "" }: Member): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Reads what is to be said of each, from each index at once, and puts it into the order of the rows. */
export function readEach<T>(
  rows: readonly Placed[],
  read: (index: Index, ids: readonly Oid[]) => readonly T[],
  idOf: (item: T) => Oid,
): T[] {
  const found = new Map(
    [...Map.groupBy(rows, ({ member }) => member)].map(([member, own]) => {
      const items = read(
        member.tracker.index,
        own.map(({ row }) => row.id),
      );
      return [member, new Map(items.map((item) => [idOf(item), item]))];
    }),
  );
  return rows.flatMap(({ member, row }) => found.get(member)?.get(row.id) ?? []);
}

function readCursor(cursor: string): { readonly keys: Ranked["keys"]; readonly name: string } {
  const values = decodeCursor(cursor);
  return { keys: values.slice(0, -1), name: String(values.at(-1)) };
}

/**
 * The member that has all these issues, named by the beginnings of their ids. Throws `not-found`, and `ambiguous` if several members have one of
 * them, or if they are of different members.
 */
export async function memberWith({ members }: Pick<Workspace, "members">, ids: readonly string[]): Promise<Tracker> {
  const names = members.map(({ name = "" }) => name);
  const hint = `Say which: --repo ${names.length > 3 ? "NAME" : names.join(" or --repo ")}`;
  if (ids.length === 0) throw new TrackerError("ambiguous", "This is a workspace of several repositories", hint);
  const owners = new Map<Tracker, { readonly name: string; readonly id: string }>();
  for (const id of ids) {
    if (id.startsWith("@")) throw new TrackerError("ambiguous", `${visible(id)} is of one repository`, hint);
    const holders = await holdersOf(members, id);
    const [holder] = holders;
    if (holder === undefined) throw await unknownIssue(members, id);
    if (holders.length > 1) {
      const lines = holders.map(({ name, found, title }) => `  ${name}  ${found}  ${visible(title)}`);
      throw new TrackerError(
        "ambiguous",
        [`${id.toLowerCase()} is in several repositories:`, ...lines].join("\n"),
        hint,
      );
    }
    owners.set(holder.tracker, { name: holder.name, id });
  }
  const [[tracker] = [], ...others] = owners;
  if (tracker !== undefined && others.length === 0) return tracker;
  const where = [...owners.values()].map(({ name, id }) => `${id} is in ${name}`);
  throw new TrackerError(
    "ambiguous",
    `These issues are in different repositories: ${where.join(", ")}`,
    "One repository at a time.",
  );
}

interface Holder {
  readonly name: string;
  readonly tracker: Tracker;
  readonly found: string;
  readonly title: string;
}

async function holdersOf(members: readonly Member[], prefix: string): Promise<Holder[]> {
  if (!/^[0-9a-f]{4,64}$/i.test(prefix)) return [];
  const holders = await eachMember(members, async ({ name = "", tracker }) =>
    onFreshIndex(tracker, () => {
      const { index } = tracker;
      const [id] = index.withPrefix(prefix.toLowerCase(), 1);
      const reference = id === undefined ? undefined : index.references([id]).get(id);
      return { name, tracker, found: reference?.shortId, title: reference?.title ?? "" };
    }),
  );
  return holders.flatMap(({ found, ...holder }) => (found === undefined ? [] : [{ ...holder, found }]));
}

/** As any of the repositories says it of its own. */
async function unknownIssue([member]: readonly Member[], id: string): Promise<TrackerError> {
  try {
    if (member !== undefined) await resolveId(member.tracker, id);
  } catch (error) {
    return refusalOf(error);
  }
  return new TrackerError("not-found", `There is no issue ${visible(id)}`, "See them with: git tracker list --all");
}
