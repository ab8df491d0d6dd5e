/**
 * What other versions of the program and other programs write: events, fields and formats of a newer one, broken records, and commits
 * that are no event at all. Each message comes with what must be understood of it.
 */
import type { EventDraft } from "../../src/core/event.ts";
import type { Fields } from "../../src/core/vocabulary.ts";
import type { Chance } from "./chance.ts";

export interface Foreign {
  readonly message: string;
  readonly drafts: readonly EventDraft[];
  readonly unread: readonly Unread[];
}

/** A record that must be kept. `broken` ones are quarantined, the others are of a newer program. */
export interface Unread {
  readonly type: string;
  readonly fields: Fields;
  readonly broken: boolean;
}

const newer = (type: string, ...fields: readonly (readonly [string, string])[]): Unread => ({
  type,
  fields,
  broken: false,
});
const broken = (type: string, ...fields: readonly (readonly [string, string])[]): Unread => ({
  type,
  fields,
  broken: true,
});

const messages: readonly ((label: string) => Foreign)[] = [
  () => ({
    message: "Teleport\n\nEvent: issue-teleported\nWhere: moon\nWhere: mars\nFormat: 1\n",
    drafts: [],
    unread: [newer("issue-teleported", ["Where", "moon"], ["Where", "mars"])],
  }),
  (label) => ({
    message: `Colours\n\nEvent: label-added\nLabel: ${label}\nColour: red\nEvent: poll-opened\nEvent: priority-changed\nTo:low\nFormat: 1\n`,
    drafts: [
      { type: "label-added", label },
      { type: "priority-changed", to: "low" },
    ],
    unread: [newer("poll-opened")],
  }),
  (label) => ({
    message: `Newer format\n\nEvent: label-removed\nLabel: ${label}\nEvent: issue-deleted\nFormat: 2\n`,
    drafts: [],
    unread: [newer("label-removed", ["Label", label]), newer("issue-deleted")],
  }),
  () => ({
    message: "Older format\n\nEvent: title-changed\nTo: Old\nFormat: 0\n",
    drafts: [],
    unread: [newer("title-changed", ["To", "Old"])],
  }),
  (label) => ({
    message: `Half broken\n\nEvent: status-changed\nFrom: todo\nEvent: label-added\nLabel: ${label}\nFormat: 1\n`,
    drafts: [{ type: "label-added", label }],
    unread: [broken("status-changed", ["From", "todo"])],
  }),
  () => ({
    message: "Twice\n\nEvent: title-changed\nTo: x\nTo: y\nFormat: 1\n",
    drafts: [],
    unread: [broken("title-changed", ["To", "x"], ["To", "y"])],
  }),
  () => ({
    message: "Bad date\n\nEvent: due-changed\nTo: soon\nEvent: comment-added\nFormat: 1\n",
    drafts: [],
    unread: [broken("due-changed", ["To", "soon"]), broken("comment-added")],
  }),
  () => ({ message: "A commit by hand\n", drafts: [], unread: [broken("")] }),
  () => ({
    message: "Signed off\n\nSigned-off-by: Ada <ada@example.com>\n",
    drafts: [],
    unread: [broken("")],
  }),
  (label) => ({
    message: `A poll with a text\n\nWhich?\n\nEvent: a\n\nEvent: poll-opened\nEvent: label-removed\nLabel: ${label}\nFormat: 1\n`,
    drafts: [{ type: "label-removed", label }],
    unread: [newer("poll-opened")],
  }),
  () => ({
    message:
      "Begin again\n\nEvent: issue-created\nTitle: Again\nStatus: done\nLabel: z\nNonce: 00000000000000000000\nFormat: 1\n",
    drafts: [{ type: "issue-created", title: "Again", status: "done", label: ["z"], nonce: "0".repeat(20) }],
    unread: [],
  }),
];

const badResolution: Foreign = {
  message: "Settle it badly\n\nEvent: conflict-resolved\nField: estimate\nValue: soon\nFormat: 1\n",
  drafts: [],
  unread: [broken("conflict-resolved", ["Field", "estimate"], ["Value", "soon"])],
};

export function makeForeign(chance: Chance): Foreign {
  const label = chance.pick(["a", "b"]);
  if (chance.of(0.08)) return badResolution;
  return chance.pick(messages)(label);
}
