/** What is read of a board that Trello exported. */
import * as v from "valibot";
import { name } from "./check.ts";
import { idShape, listShape, momentShape, textShape } from "./shape.ts";

const memberShape = v.object({
  id: v.optional(idShape),
  fullName: v.nullish(name),
  username: v.nullish(name),
});
const titleShape = v.string();
const many = 200_000;

const cardShape = v.object({
  id: idShape,
  shortLink: v.optional(idShape),
  name: titleShape,
  desc: textShape,
  closed: v.nullish(v.boolean()),
  due: v.nullish(momentShape),
  dueComplete: v.nullish(v.boolean()),
  idList: idShape,
  dateLastActivity: v.nullish(momentShape),
  labels: listShape(v.object({ name: v.nullish(name), color: v.nullish(name) })),
  idMembers: listShape(idShape),
  attachments: listShape(v.object({ name: textShape, url: textShape }), 10_000),
});

const listedShape = v.nullish(v.object({ name: v.nullish(name) }));

const actionShape = v.object({
  id: idShape,
  type: name,
  date: momentShape,
  memberCreator: v.nullish(memberShape),
  data: v.nullish(
    v.object({
      text: textShape,
      card: v.optional(
        v.object({ id: v.optional(idShape), name: v.optional(titleShape), due: v.nullish(momentShape) }),
      ),
      old: v.optional(
        v.object({ name: v.optional(titleShape), due: v.nullish(momentShape), closed: v.optional(v.boolean()) }),
      ),
      listBefore: listedShape,
      listAfter: listedShape,
      idMember: v.optional(idShape),
      member: v.nullish(v.object({ id: v.optional(idShape), name: v.nullish(name) })),
      label: v.nullish(v.object({ name: v.nullish(name), color: v.nullish(name) })),
    }),
  ),
});

export const boardShape = v.object({
  lists: listShape(v.object({ id: idShape, name: name, closed: v.nullish(v.boolean()) }), many),
  cards: v.pipe(v.array(cardShape), v.maxLength(many, `should have at most ${many} entries`)),
  members: listShape(memberShape, many),
  checklists: listShape(
    v.object({
      idCard: idShape,
      name: titleShape,
      checkItems: listShape(v.object({ name: titleShape, state: v.nullish(name) }), 10_000),
    }),
    many,
  ),
  actions: listShape(actionShape, many),
});

export type Board = v.InferOutput<typeof boardShape>;
export type Card = Board["cards"][number];
export type CardAction = Board["actions"][number];
export type Member = v.InferOutput<typeof memberShape>;
