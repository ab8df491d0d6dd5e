/** What is here already of issues that are about to be imported: their commits by what they say. */
import type { Commit, Oid } from "../core/commit.ts";
import { type EventDraft, parseEvent } from "../core/event.ts";
import { encodeMessage } from "../core/message.ts";
import { generations, inStreamOrder } from "../core/order.ts";
import { subjectOf } from "../core/subject.ts";
import { asStored } from "../store/objects.ts";
import type { By } from "./batch.ts";
import { decode } from "./streams.ts";
import type { Tracker } from "./tracker.ts";

/** An issue of another system: `github` and `owner/repository#12`. */
export interface NameThere {
  readonly system: string;
  readonly name: string;
  readonly now?: object;
}

/** What is here of an issue. */
export interface There {
  readonly id: Oid;
  /** What its commits say, whatever they stand on → their oids. */
  readonly contents: ReadonlyMap<string, Oid>;
  /** The other system's name of a comment → its id here. */
  readonly comments: ReadonlyMap<string, Oid>;
  /** Its commits in stream order, where `now` is told. */
  readonly commits: readonly Commit[];
}

/** By keyOf; of those that are not here, nothing. */
export async function readThere(tracker: Tracker, issues: readonly NameThere[]): Promise<Map<string, There>> {
  const known = issues.flatMap((issue) => {
    const id = tracker.index.byExternalId(issue.system, issue.name);
    const tip = id === undefined ? undefined : tracker.index.tip(id);
    return id === undefined || tip === undefined
      ? []
      : [{ key: keyOf(issue), id, tip, isTold: issue.now !== undefined }];
  });
  const there = new Map<string, There>();
  let index = 0;
  for await (const read of tracker.store.readStreams(known.map(({ tip }) => tip))) {
    const stream = known[index++];
    if (stream === undefined || "broken" in read) continue;
    const commits = read.commits.map(decode);
    there.set(stream.key, {
      id: stream.id,
      contents: new Map(commits.map((commit) => [storedContent(commit), commit.oid])),
      comments: commentsOf(commits),
      commits: stream.isTold ? inStreamOrder(commits, generations(commits)) : [],
    });
  }
  return there;
}

function commentsOf(commits: readonly Commit[]): Map<string, Oid> {
  const comments = new Map<string, Oid>();
  for (const { oid, events } of commits) {
    for (const event of events) {
      if (event.type === "comment-added" && event.external !== undefined) comments.set(event.external, oid);
    }
  }
  return comments;
}

/** Equal texts: somebody said the same at the same moment. */
export function contentOf({ author, time }: By, drafts: readonly EventDraft[]): string {
  const events = drafts.flatMap((draft) => {
    const event = parseEvent(draft);
    return typeof event === "string" ? [] : [event];
  });
  return [asStored(author).email, time.seconds, encodeMessage(subjectOf(events), events)].join("\n");
}

function storedContent({ author, time, subject, events }: Commit): string {
  return [author.email, time.seconds, encodeMessage(subject, events)].join("\n");
}

/** As an issue's `external` has it. */
export function keyOf({ system, name }: NameThere): string {
  return `${system} ${name}`;
}

/** A draft that changes nothing and says that its commit was taken from the other system. */
export function externalMark(issue: NameThere): Extract<EventDraft, { readonly type: "external-linked" }> {
  return { type: "external-linked", external: keyOf(issue) };
}

/** True of a commit that is about comments and reactions alone. */
export function isTalk({ drafts }: { readonly drafts: readonly { readonly type: string }[] }): boolean {
  return drafts.every(({ type }) => type.startsWith("comment-") || type.startsWith("reaction-"));
}
