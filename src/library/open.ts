/** Opening a tracker for a program: finds the repository as the command does, and puts the verbs behind the library's values. */
import { systemRefusal, TrackerError } from "../core/errors.ts";
import type { IssueView } from "../core/view.ts";
import { systemChance } from "../platform/chance.ts";
import { createSystemClock } from "../platform/clock.ts";
import { openTracker as openInside } from "../tracker/open.ts";
import type { Tracker as Inside } from "../tracker/tracker.ts";
import { checkFolder, checkLanes, checkNew, checkPage, checkSince } from "./checks.ts";
import type { Ids, OpenOptions } from "./choices.ts";
import {
  boardItem,
  changedItems,
  exportItem,
  hitItem,
  issueItem,
  logItem,
  pageOf,
  summaryItem,
  syncItem,
  undoItem,
} from "./items.ts";
import { ofThisProcess } from "./process.ts";
import { createTurns } from "./turns.ts";
import type { Commented, Tracker } from "./verbs.ts";

/**
 * Opens the tracker of the repository that a folder is in. Nothing is written by that. Throws `not-found` outside of a repository,
 * `not-permitted` in one that is somebody else's, and `invalid` for settings that make no sense.
 *
 * ```ts
 * using tracker = await openTracker({ cwd: folder, actor: "Ada <ada@example.com>" });
 * (await tracker.list()).total; // 1
 * ```
 */
export async function openTracker(options: OpenOptions = {}): Promise<Tracker> {
  const { environment, ...place } = ofThisProcess(options);
  checkFolder(place.cwd);
  const inside = await refusing(
    async () =>
      await openInside({
        ...place,
        environment,
        clock: createSystemClock(environment.TZ),
        chance: systemChance,
        flags: options.settings ?? {},
        actor: options.actor,
        interactive: false,
        progress: options.onProgress ?? (() => undefined),
        warn: options.onWarning ?? (() => undefined),
      }),
  );
  return verbsOf(inside);
}

function verbsOf(inside: Inside): Tracker {
  const turns = createTurns();
  const inTurn = <T>(task: () => Promise<T>): Promise<T> => turns.take(() => refusing(task));
  const close = () => turns.end(closed, () => inside.close());
  const read = async () => await import("../tracker/read.ts");
  const issues = async () => await import("../tracker/issues.ts");
  const talk = async () => await import("../tracker/talk.ts");
  const flow = async () => await import("../tracker/flow.ts");
  const links = async () => await import("../tracker/links.ts");

  return {
    list: (text = "", page = {}) =>
      inTurn(async () => {
        const { listIssues, parse } = await read();
        return pageOf(await listIssues(inside, await parse(inside, text), checkPage(page)), summaryItem);
      }),
    search: (text, { query = "", ...page } = {}) =>
      inTurn(async () => {
        const { parse, searchIssues } = await read();
        return pageOf(await searchIssues(inside, text, await parse(inside, query), checkPage(page)), hitItem);
      }),
    show: (id) => inTurn(async () => issueItem(await showOne(inside, id))),
    ready: (text = "", page = {}) =>
      inTurn(async () => {
        const { listIssues, parse, readyQuery } = await read();
        return pageOf(await listIssues(inside, readyQuery(await parse(inside, text)), checkPage(page)), summaryItem);
      }),
    board: ({ query = "", by } = {}) =>
      inTurn(async () => {
        const { board } = await import("../tracker/board.ts");
        const asked = {
          query: await (await read()).parse(inside, query),
          member: { name: undefined, tracker: inside },
        };
        return boardItem(await board([asked], checkLanes(by)));
      }),
    labels: () => inTurn(async () => await (await import("../tracker/labels.ts")).listLabels(inside)),
    log: ({ id, author, since, limit } = {}) =>
      inTurn(async () => {
        const who = author === undefined ? undefined : await personOf(inside, author);
        const seconds = checkSince(since);
        checkPage({ limit });
        return (await (await read()).log(inside, { id, author: who, since: seconds, limit })).map(logItem);
      }),

    create: (issue) => inTurn(async () => issueItem(await (await issues()).createIssue(inside, checkNew(issue)))),
    edit: (ids, edit) =>
      inTurn(async () => changedItems(await (await issues()).editIssues(inside, several(ids), edit))),
    status: (ids, to) => inTurn(async () => changedItems(await (await flow()).changeStatus(inside, several(ids), to))),
    closeIssue: (ids, { as = "completed", comment } = {}) =>
      inTurn(async () =>
        changedItems(await (await flow()).closeIssues(inside, several(ids), { resolution: as, comment })),
      ),
    reopen: (ids, comment) =>
      inTurn(async () => changedItems(await (await flow()).reopenIssues(inside, several(ids), comment))),
    assign: (ids, { add, remove }) =>
      inTurn(async () => {
        const edit = { addAssignees: add, removeAssignees: remove };
        return changedItems(await (await issues()).editIssues(inside, several(ids), edit));
      }),
    label: (ids, { add, remove }) =>
      inTurn(async () => {
        const edit = { addLabels: add, removeLabels: remove };
        return changedItems(await (await issues()).editIssues(inside, several(ids), edit));
      }),
    link: (id, kind, targets) =>
      inTurn(async () => {
        const { linkIssues, waitFor } = await links();
        if (kind === "blocked-by") return changedItems(await waitFor(inside, id, targets));
        return changedItems(await linkIssues(inside, id, kind, targets));
      }),
    unlink: (id, targets, kind) =>
      inTurn(async () => changedItems(await (await links()).unlinkIssues(inside, id, targets, kind))),

    comment: (id, text, { replyTo } = {}) =>
      inTurn(async () => commented(await (await talk()).addComment(inside, id, text, replyTo))),
    editComment: (id, comment, text) =>
      inTurn(async () => commented(await (await talk()).editComment(inside, id, comment, text))),
    deleteComment: (id, comment) =>
      inTurn(async () => commented(await (await talk()).deleteComment(inside, id, comment))),
    attach: (id, files) => inTurn(async () => issueItem(await (await talk()).attachFiles(inside, id, files))),
    attachment: (id, name) => inTurn(async () => await (await talk()).readAttachment(inside, id, name)),
    detach: (id, name) => inTurn(async () => issueItem(await (await talk()).detachFile(inside, id, name))),

    archive: (ids) => inTurn(async () => changedItems(await (await issues()).archiveIssues(inside, several(ids)))),
    delete: (ids) => inTurn(async () => changedItems(await (await issues()).deleteIssues(inside, several(ids)))),
    restore: (ids) => inTurn(async () => changedItems(await (await issues()).restoreIssues(inside, several(ids)))),
    undo: ({ id } = {}) =>
      inTurn(async () => undoItem(await (await import("../tracker/undo.ts")).undo(inside, { id }))),

    sync: ({ remote, direction = "both", dryRun = false } = {}) =>
      inTurn(async () => {
        const { syncIssues } = await import("../tracker/sync.ts");
        return syncItem(await syncIssues(inside, { remote, direction, mode: dryRun ? "plan" : "do" }));
      }),
    conflicts: (text = "") =>
      inTurn(async () => {
        const { listIssues, parse, showIssues } = await read();
        const { andQuery } = await import("../core/query.ts");
        const query = andQuery(await parse(inside, "is:conflicted"), await parse(inside, text));
        const { items } = await listIssues(inside, query);
        const ids = items.map(({ id }) => id);
        return ids.length === 0 ? [] : (await showIssues(inside, ids)).map(issueItem);
      }),
    resolve: (id, { field, take }) =>
      inTurn(async () => {
        const { resolveConflicts } = await import("../tracker/conflicts.ts");
        return changedItems(await resolveConflicts(inside, id, field, take));
      }),
    importIssues: (given) =>
      inTurn(async () => {
        const { importIssues } = await import("../tracker/import.ts");
        const { importedIssues } = await import("./imported.ts");
        // It may begin anew with the source, which can be read but once.
        const read = await Array.fromAsync(importedIssues(given));
        return await importIssues(inside, read);
      }),
    exportIssues: async function* (text = everything) {
      const done = await turns.begin();
      try {
        const { exportIssues } = await import("../tracker/export.ts");
        const { issues } = await exportIssues(inside, await (await read()).parse(inside, text));
        for await (const each of issues) yield exportItem(each);
      } catch (error) {
        throw systemRefusal(error) ?? error;
      } finally {
        done();
      }
    },
    close,
    [Symbol.dispose]: close,
  };
}

/** Archived ones, too, oldest first. */
const everything = "(is:archived OR NOT is:archived) sort:created-asc";

function several(ids: Ids): readonly string[] {
  return typeof ids === "string" ? [ids] : ids;
}

async function showOne(inside: Inside, id: string): Promise<IssueView> {
  const { showIssues } = await import("../tracker/read.ts");
  const [view] = await showIssues(inside, [id]);
  if (view === undefined) throw new TrackerError("not-found", "There is no such issue", "See them with: list()");
  return view;
}

async function personOf(inside: Inside, text: string): Promise<string> {
  const { refresh } = await import("../tracker/refresh.ts");
  const { resolvePerson } = await import("../tracker/resolve.ts");
  await refresh(inside); // People are those whom the index knows.
  return await resolvePerson(inside, text);
}

function commented({ issue, comment }: { readonly issue: IssueView; readonly comment: string }): Commented {
  return { issue: issueItem(issue), comment };
}

function closed(): TrackerError {
  return new TrackerError("invalid", "This tracker is closed", "Open another one with openTracker.");
}

/** Errors of the system that are no bugs become refusals. */
async function refusing<T>(task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    throw systemRefusal(error) ?? error;
  }
}
