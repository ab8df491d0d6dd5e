/**
 * A board as Trello exports it → histories. Lists are statuses where the workflow has one of their name, or mean what their names say;
 * other lists are kept as labels. The export holds the last 1000 actions of the board: of what is older only the outcome is known.
 */
import type { Actor, Moment } from "../core/commit.ts";
import { categoryOf, firstStatus } from "../core/workflow.ts";
import type { ImportedCommit, ImportedDraft, ImportedIssue } from "../tracker/import.ts";
import { check } from "./check.ts";
import { dayOf } from "./dates.ts";
import { findAlike, fitBody, fitTitle } from "./fit.ts";
import { labelSet, personOf, type SourceHistory, toImportedIssues } from "./history.ts";
import type { ImportContext } from "./source.ts";
import { type Board, boardShape, type Card, type CardAction, type Member } from "./trello-shape.ts";
import { readObjects, type SourceFile } from "./values.ts";
import { categoryOfName, type FittedStatus, fitNamedStatus } from "./vocabulary.ts";

const system = "trello";

/** Throws `invalid` with file and line. */
export async function* importTrello(
  files: AsyncIterable<SourceFile>,
  context: ImportContext,
): AsyncGenerator<ImportedIssue> {
  const histories: SourceHistory[] = [];
  for await (const file of files) {
    for await (const { value, place } of readObjects(file)) {
      const board = check(boardShape, value, {
        place,
        path: "",
        hint: "Is it a board that Trello exported as JSON?",
      });
      histories.push(...readBoard(board, place, context));
    }
  }
  yield* toImportedIssues(histories, context);
}

interface BoardReading {
  readonly place: string;
  readonly context: ImportContext;
  readonly people: ReadonlyMap<string, Actor>;
  readonly lists: ReadonlyMap<string, { readonly name: string; readonly closed: boolean }>;
  readonly checklists: ReadonlyMap<string, readonly string[]>;
}

function readBoard(board: Board, place: string, context: ImportContext): SourceHistory[] {
  const actions = new Map<string, CardAction[]>();
  for (const action of board.actions) {
    const card = action.data?.card?.id;
    if (card === undefined) context.skipped?.(`action ${action.type}`);
    else actions.set(card, [...(actions.get(card) ?? []), action]);
  }
  const checklists = new Map<string, string[]>();
  for (const { idCard, name, checkItems } of board.checklists) {
    const items = checkItems.map((item) => `- [${item.state === "complete" ? "x" : " "}] ${fitTitle(item.name)}`);
    checklists.set(idCard, [...(checklists.get(idCard) ?? []), [`## ${fitTitle(name)}`, "", ...items].join("\n")]);
  }
  const people = new Map(
    board.members.flatMap((member) => {
      const person = actorOf(member);
      return person === undefined || member.id === undefined ? [] : [[member.id, person] as const];
    }),
  );
  const lists = new Map(board.lists.map((list) => [list.id, { name: list.name, closed: list.closed ?? false }]));
  const reading = { place, context, people, lists, checklists };
  return board.cards.map((card) => readCard(card, (actions.get(card.id) ?? []).toReversed(), reading));
}

function actorOf({ fullName, username }: Member): Actor | undefined {
  return personOf(system, { name: fullName, account: username });
}

/** `actions`: oldest first. */
function readCard(card: Card, actions: readonly CardAction[], reading: BoardReading): SourceHistory {
  const { place, context, people, lists } = reading;
  const name = card.shortLink ?? card.id;
  const made = actions.find(({ type }) => isMaking(type));
  const unknown = personOf(system, { name: "unknown" }) ?? { name: "unknown", email: `unknown@${system}.invalid` };
  const author = (made === undefined ? undefined : authorOf(made)) ?? unknown;
  const created = { author, time: made?.date ?? momentInId(card.id) ?? actions[0]?.date ?? context.now };
  const list = lists.get(card.idList);
  const archived = (card.closed ?? false) || (list?.closed ?? false);
  const fitted = fitList(list?.name ?? "", context);
  const status = card.dueComplete === true ? doneAnyway(fitted, context) : fitted;
  const body = [card.desc ?? "", ...(reading.checklists.get(card.id) ?? []), attachmentsOf(card)].filter(
    (part) => part.trim() !== "",
  );
  const state = {
    title: fitTitle(card.name),
    body: fitBody(body.join("\n\n"), place, `${name}: desc`),
    status: status.status,
    resolution: status.resolution,
    due: card.due === null || card.due === undefined ? null : dayOf(card.due),
    labels: labelSet([
      ...card.labels.map((label) => label.name || label.color || ""),
      ...listLabels(list?.name ?? "", context),
    ]),
    assignees: new Set(card.idMembers.flatMap((id) => people.get(id)?.email ?? [])),
    archived,
  };
  const changes = actions.flatMap((action) => readAction(action, created.author, reading));
  const last = actions.at(-1);
  const updated = {
    author: (last === undefined ? undefined : authorOf(last)) ?? author,
    time: card.dateLastActivity ?? last?.date ?? created.time,
  };
  return { system, name, place, created, state, updated, changes, links: [], tells: [], keeps: "latest" };
}

function isMaking(type: string): boolean {
  return ["createCard", "copyCard", "emailCard", "convertToCardFromCheckItem", "moveCardToBoard"].includes(type);
}

function authorOf({ memberCreator }: CardAction): Actor | undefined {
  return memberCreator === null || memberCreator === undefined ? undefined : actorOf(memberCreator);
}

/** The first eight digits of an id are the second that it was made in. */
function momentInId(id: string): Moment | undefined {
  const seconds = /^[\da-f]{24}$/i.test(id) ? Number.parseInt(id.slice(0, 8), 16) : 0;
  return seconds > 0 ? { seconds, zone: "+0000" } : undefined;
}

function fitList(name: string, context: ImportContext): FittedStatus {
  return fitNamedStatus(context, name, categoryOfName(name));
}

/** Trello has no status beside the list but the tick on a due date. */
function doneAnyway(fitted: FittedStatus, { settings: { workflow } }: ImportContext): FittedStatus {
  if (categoryOf(workflow, fitted.status) === "done") return fitted;
  return { status: firstStatus(workflow, "done"), resolution: "completed" };
}

/** A list that is no status says something that its status alone would lose. */
function listLabels(name: string, { settings: { workflow } }: ImportContext): string[] {
  const isStatus =
    findAlike(
      workflow.statuses.map((status) => status.name),
      name,
    ) !== undefined;
  return isStatus || name.trim() === "" ? [] : [`list:${name}`];
}

function attachmentsOf({ attachments }: Card): string {
  const links = attachments.flatMap(({ name, url }) => {
    if (!/^https?:\/\/[^\s<>]{1,2000}$/i.test(url ?? "")) return [];
    return [`- [${fitTitle(name || (url ?? "")).replace(/[[\]\\]/g, "\\$&")}](<${url}>)`];
  });
  return links.length === 0 ? "" : ["## Attachments", "", ...links].join("\n");
}

function readAction(action: CardAction, fallback: Actor, reading: BoardReading): ImportedCommit[] {
  const drafts = draftsOf(action, reading);
  if (drafts.length === 0) {
    if (!isMaking(action.type)) reading.context.skipped?.(`action ${action.type}`);
    return [];
  }
  return [{ author: authorOf(action) ?? fallback, time: action.date, key: action.id, drafts }];
}

function draftsOf(action: CardAction, { place, context, people }: BoardReading): ImportedDraft[] {
  const { data } = action;
  switch (action.type) {
    case "commentCard":
    case "copyCommentCard": {
      const body = fitBody(data?.text, place, `${action.id}: text`);
      return body === "" ? [] : [{ type: "comment-added", body, external: `${system} ${action.id}` }];
    }
    case "updateCard":
      return updatesOf(action, context);
    case "addMemberToCard":
    case "removeMemberFromCard": {
      const { member, idMember } = data ?? {};
      const known =
        people.get(idMember ?? member?.id ?? "") ??
        (member ? actorOf({ ...member, fullName: member.name }) : undefined);
      const type = action.type === "addMemberToCard" ? "assignee-added" : "assignee-removed";
      return known === undefined ? [] : [{ type, assignee: known.email }];
    }
    case "addLabelToCard":
    case "removeLabelFromCard": {
      const [label] = labelSet([data?.label?.name || data?.label?.color || ""]);
      const type = action.type === "addLabelToCard" ? "label-added" : "label-removed";
      return label === undefined ? [] : [{ type, label }];
    }
    default:
      return [];
  }
}

/** One action changes one thing; `old` says what it was. */
function updatesOf({ data }: CardAction, context: ImportContext): ImportedDraft[] {
  const { old, card, listBefore, listAfter } = data ?? {};
  if (listBefore && listAfter) {
    const [from, to] = [fitList(listBefore.name ?? "", context), fitList(listAfter.name ?? "", context)];
    const [before, after] = [listLabels(listBefore.name ?? "", context), listLabels(listAfter.name ?? "", context)];
    return [
      ...(from.status === to.status
        ? []
        : ([
            { type: "status-changed", from: from.status, to: to.status, resolution: to.resolution ?? undefined },
          ] as const)),
      ...[...labelSet(before)]
        .filter((label) => !labelSet(after).has(label))
        .map((label) => ({ type: "label-removed", label }) as const),
      ...[...labelSet(after)]
        .filter((label) => !labelSet(before).has(label))
        .map((label) => ({ type: "label-added", label }) as const),
    ];
  }
  if (old?.name !== undefined && card?.name !== undefined) {
    return [{ type: "title-changed", from: fitTitle(old.name), to: fitTitle(card.name) }];
  }
  if (old?.due !== undefined) {
    const day = (moment: Moment | null | undefined) => (moment ? dayOf(moment) : undefined);
    return [{ type: "due-changed", from: day(old.due), to: day(card?.due) }];
  }
  if (old?.closed !== undefined) return [{ type: old.closed ? "issue-restored" : "issue-archived" }];
  return [];
}
