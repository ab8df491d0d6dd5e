/** Opens an index: the port's methods on top of one connection. */
import type { Issue } from "../core/issue.ts";
import { cards, rankCards, summaries } from "./board.ts";
import { type Connection, IndexBroken, isRefusal } from "./connection.ts";
import { outgoing } from "./elsewhere.ts";
import { breakSeal, closeFile, foldLog, openFile } from "./file.ts";
import { history } from "./history.ts";
import type { Index, OpenIndexOptions } from "./index.ts";
import { count, list } from "./list.ts";
import { project, writeStamp } from "./projection.ts";
import {
  actions,
  broken,
  byExternalId,
  check,
  edges,
  labels,
  lastAction,
  lastTouched,
  path,
  people,
  quarantined,
  recordAction,
  statusCounts,
  tip,
  tips,
  valuesInUse,
  withPrefix,
} from "./queries.ts";
import { rank } from "./rank.ts";
import { hits, rankHits, search } from "./search.ts";
import { foreignEnds, references, view } from "./view.ts";

/**
 * Opens the index. The caller must be ready for `IndexBroken` from every method: the index is then to be discarded and opened again,
 * which gives an empty one. Leaving the process without closing it loses nothing.
 */
export function openIndex(meaning: OpenIndexOptions): Index {
  return indexOn(openFile(meaning.path), meaning);
}

/** Where it can't be broken now, discarding the index will say so. */
function breakSealIfAllowed(connection: Connection): void {
  try {
    breakSeal(connection);
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}

function indexOn(connection: Connection, meaning: OpenIndexOptions): Index {
  const guarded = <T>(task: () => T): T => {
    try {
      return task();
    } catch (error) {
      if (error instanceof IndexBroken) breakSealIfAllowed(connection);
      throw error;
    }
  };
  const read = <T>(task: () => T): T => guarded(() => connection.read(task));
  const write = (task: () => void, more: "last" | "more to come" = "last") => {
    guarded(task);
    foldLog(connection, more);
  };
  const stamp = () => connection.prepared<{ value: string }>("SELECT value FROM meta WHERE key = 'stamp'").get()?.value;

  return {
    stamp: () => read(stamp),
    tip: (id) => read(() => tip(connection, id)),
    tips: (ids) => read(() => tips(connection, ids)),
    // Whoever refreshes in batches leaves the stamp to the last of them.
    project: (projections, newStamp, action) =>
      write(() => project(connection, projections, newStamp, action), newStamp === undefined ? "more to come" : "last"),
    touch: (newStamp) => {
      if (read(stamp) !== newStamp) write(() => connection.writeUnlessLocked(() => writeStamp(connection, newStamp)));
    },
    state: (id) =>
      read(() => {
        const row = connection
          .prepared<{ json: string }>("SELECT s.json FROM issue i JOIN state s ON s.seq = i.seq WHERE i.id = ?")
          .get(id);
        const state: Issue | undefined = row === null ? undefined : JSON.parse(row.json);
        return state;
      }),
    view: (id) => read(() => view(connection, id, meaning)),
    withPrefix: (prefix, limit) => read(() => withPrefix(connection, prefix, limit)),
    references: (ids) => read(() => references(connection, ids, meaning)),
    list: (query, options = {}) => read(() => list(connection, query, options, meaning)),
    cards: (query, by) => read(() => cards(connection, query, by, meaning)),
    summaries: (ids) => read(() => summaries(connection, ids, meaning)),
    search: (text, query, options = {}) => read(() => search(connection, text, query, options, meaning)),
    rank: (query, options = {}) => read(() => rank(connection, query, options, meaning)),
    rankHits: (text, query) => read(() => rankHits(connection, text, query, meaning)),
    rankCards: (query, by) => read(() => rankCards(connection, query, by, meaning)),
    hits: (text, ids) => read(() => hits(connection, text, ids, meaning)),
    count: (query) => read(() => count(connection, query, meaning)),
    statusCounts: () => read(() => statusCounts(connection)),
    inUse: (field) => read(() => valuesInUse(connection, field)),
    labels: () => read(() => labels(connection)),
    people: () => read(() => people(connection)),
    edges: (kinds) => read(() => edges(connection, kinds)),
    outgoing: () => read(() => outgoing(connection)),
    ends: (ids) => read(() => foreignEnds(connection, ids, meaning)),
    path: (kind, from, to) => read(() => path(connection, kind, from, to)),
    history: (filter) => read(() => history(connection, filter)),
    byExternalId: (system, name) => read(() => byExternalId(connection, system, name)),
    broken: () => read(() => broken(connection)),
    quarantined: () => read(() => quarantined(connection)),
    lastAction: () => read(() => lastAction(connection)),
    actions: () => read(() => actions(connection)),
    remember: (done) =>
      write(() =>
        connection.write(() => {
          for (const action of done) recordAction(connection, action);
        }),
      ),
    lastTouched: () => read(() => lastTouched(connection)),
    copy: () =>
      indexOn(
        guarded(() => connection.copy()),
        meaning,
      ),
    check: () => guarded(() => check(connection)),
    close: () => closeFile(connection),
    discard: () => {
      breakSeal(connection);
      closeFile(connection);
    },
  };
}
