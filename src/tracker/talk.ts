/** Verbs about what people say and show: comments and attachments. */
import type { Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import type { Attachment, Comment, Issue } from "../core/issue.ts";
import { limits } from "../core/limits.ts";
import { isLine, toText, visible } from "../core/text.ts";
import type { IssueView } from "../core/view.ts";
import type { Batch } from "./batch.ts";
import { onFreshIndex } from "./refresh.ts";
import { resolveId } from "./resolve.ts";
import type { Tracker } from "./tracker.ts";
import { viewOf } from "./view.ts";
import { write } from "./write.ts";

export interface CommentChange {
  readonly issue: IssueView;
  /** The comment's id. */
  readonly comment: Oid;
}

export async function addComment(tracker: Tracker, id: string, text: string, replyTo?: string): Promise<CommentChange> {
  const body = commentBody(text);
  return await changeComment(tracker, id, (issue, batch) => {
    const reply = replyTo === undefined ? undefined : findComment(issue, replyTo).id;
    return batch.append(issue.id, [{ type: "comment-added", body, replyTo: reply }]) ?? "";
  });
}

export async function editComment(tracker: Tracker, id: string, comment: string, text: string): Promise<CommentChange> {
  const body = commentBody(text);
  return await changeComment(tracker, id, (issue, batch) => {
    const found = findComment(issue, comment);
    if (found.body !== body) batch.append(issue.id, [{ type: "comment-edited", comment: found.id, body }]);
    return found.id;
  });
}

export async function deleteComment(tracker: Tracker, id: string, comment: string): Promise<CommentChange> {
  return await changeComment(tracker, id, (issue, batch) => {
    const found = findComment(issue, comment);
    batch.append(issue.id, [{ type: "comment-deleted", comment: found.id }]);
    return found.id;
  });
}

/** The comment that a prefix of its id means, in a state. Throws `not-found` or `ambiguous`. */
export function findComment(issue: Pick<Issue, "comments">, prefix: string): Comment {
  const found = issue.comments.filter((comment) => !comment.deleted && comment.id.startsWith(prefix.toLowerCase()));
  const [comment] = found;
  if (comment === undefined || prefix.length < 4) {
    throw new TrackerError(
      "not-found",
      `There is no comment \`${visible(prefix)}\``,
      "See them with: git tracker show ID --comments",
    );
  }
  if (found.length > 1)
    throw new TrackerError("ambiguous", `Several comments begin with ${prefix}`, "Type more digits.");
  return comment;
}

/** Attaches files: all of them or none. A file of the same name is replaced. */
export async function attachFiles(
  tracker: Tracker,
  id: string,
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
): Promise<IssueView> {
  for (const { name, bytes } of files) checkAttachment(name, bytes);
  const { result } = await write(tracker, async (batch) => {
    const issue = batch.state(await resolveId(tracker, id));
    const { tree, blobs } = await batch.writeTree(files);
    const drafts = files.map(({ name, bytes }, index) => ({
      type: "attachment-added" as const,
      name,
      size: String(bytes.length),
      blob: blobs[index] ?? "",
    }));
    const changed = drafts.filter(
      ({ name, blob }) => !issue.attachments.some((file) => file.name === name && file.oid === blob),
    );
    batch.append(issue.id, changed, undefined, tree);
    return issue.id;
  });
  return viewOf(tracker, result);
}

export async function detachFile(tracker: Tracker, id: string, name: string): Promise<IssueView> {
  const { result } = await write(tracker, async (batch) => {
    const issue = batch.state(await resolveId(tracker, id));
    batch.append(issue.id, [{ type: "attachment-removed", name: findAttachment(issue, name).name }]);
    return issue.id;
  });
  return viewOf(tracker, result);
}

export async function readAttachment(tracker: Tracker, id: string, name: string): Promise<Uint8Array> {
  const view = await onFreshIndex(tracker, async () => viewOf(tracker, await resolveId(tracker, id)));
  return await tracker.store.readBlob(findAttachment(view, name).oid);
}

function findAttachment(issue: Pick<Issue, "attachments">, name: string): Attachment {
  const file = issue.attachments.find((attachment) => attachment.name === name);
  if (file !== undefined) return file;
  const names = issue.attachments.map((attachment) => visible(attachment.name));
  throw new TrackerError(
    "not-found",
    `There is no attachment \`${visible(name)}\``,
    names.length === 0 ? "Nothing is attached: git tracker attach ID FILE" : `Attached: ${names.join(", ")}.`,
  );
}

/** A name becomes a path in a git tree and a file name on other people's machines, so it is a plain one. */
function checkAttachment(name: string, bytes: Uint8Array): void {
  const plain =
    isLine(name) && name !== "" && !/[/\\:]/.test(name) && !/^\.+$/.test(name) && !/^(?:\.git|git~)/i.test(name);
  if (!plain || Buffer.byteLength(name) > 255) {
    throw new TrackerError(
      "invalid",
      `\`${visible(name)}\` can't be an attachment's name`,
      "Rename the file, or give a name: --name NAME",
    );
  }
  if (bytes.length > limits.attachmentBytesMax) {
    throw new TrackerError(
      "invalid",
      `${name} is larger than ${limits.attachmentBytesMax / 1024 / 1024} MiB`,
      "Keep it elsewhere and link to it in a comment.",
    );
  }
}

async function changeComment(
  tracker: Tracker,
  id: string,
  change: (issue: Issue, batch: Batch) => Oid,
): Promise<CommentChange> {
  const { result } = await write(tracker, async (batch) => {
    const issue = batch.state(await resolveId(tracker, id));
    return { id: issue.id, comment: change(issue, batch) };
  });
  return { issue: viewOf(tracker, result.id), comment: result.comment };
}

function commentBody(text: string): string {
  const body = toText(text);
  if (body.trim() === "")
    throw new TrackerError("invalid", "The comment is empty", 'git tracker comment ID "What there is to say"');
  return body;
}
