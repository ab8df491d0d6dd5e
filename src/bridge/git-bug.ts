/**
 * Issues of git-bug → histories. The source is a repository: `refs/bugs/<id>` and `refs/identities/<id>` are chains of commits, a bug's
 * commits hold packs of operations. Packs are read in the order of their logical clocks, as git-bug does it
 * (entity/dag/entity.go there), whatever way they were merged. Each operation becomes one commit by its author at its time.
 */
import type { Actor, Oid } from "../core/commit.ts";
import { limits } from "../core/limits.ts";
import { toLine } from "../core/text.ts";
import { firstStatus } from "../core/workflow.ts";
import type { ForeignRepository } from "../tracker/foreign.ts";
import type { ImportedCommit, ImportedDraft, ImportedIssue } from "../tracker/import.ts";
import { fitBody, fitTitle } from "./fit.ts";
import { attach } from "./git-bug-files.ts";
import { type BugOperation, type BugPack, packOrder, readIdentity, readPack } from "./git-bug-shape.ts";
import type { ImportContext } from "./source.ts";
import { refusedAt } from "./values.ts";

const system = "git-bug";

/** Yields one issue after the other, in the order of their ids. Throws `invalid` with ref and commit. */
export async function* importGitBug(
  repository: ForeignRepository,
  context: ImportContext,
): AsyncGenerator<ImportedIssue> {
  const people = await readPeople(repository);
  for await (const { ref: place, name, commits } of repository.histories("git-bug's bugs")) {
    const packs: BugPack[] = await Promise.all(commits.map((commit) => readPack(repository, commit, place)));
    yield await translate({ name, place, packs: packs.sort(packOrder), people, repository, context });
  }
}

/** By the ids of their identities; who has several versions is who they are by the last. */
async function readPeople(repository: ForeignRepository): Promise<Map<string, Actor>> {
  const people = new Map<string, Actor>();
  for await (const { ref, name, commits } of repository.histories("git-bug's identities")) {
    const tip = commits.at(-1);
    if (tip !== undefined) people.set(name, await readIdentity(repository, tip, ref));
  }
  return people;
}

interface Bug {
  readonly name: string;
  readonly place: string;
  readonly packs: readonly BugPack[];
  readonly people: ReadonlyMap<string, Actor>;
  readonly repository: ForeignRepository;
  readonly context: ImportContext;
}

/** A bug while its operations become commits. */
interface Translation {
  readonly bug: Bug;
  readonly commits: ImportedCommit[];
  /** The ids of the operations so far. */
  readonly seen: Set<string>;
  /** Of those that are comments which can be edited. */
  readonly comments: Set<string>;
  readonly attached: Set<Oid>;
  firstId: string;
  status: string;
}

async function translate(bug: Bug): Promise<ImportedIssue> {
  const translation: Translation = {
    bug,
    commits: [],
    seen: new Set(),
    comments: new Set(),
    attached: new Set(),
    firstId: "",
    status: "",
  };
  for (const { author, operations, place } of bug.packs) {
    const actor = bug.people.get(author) ?? { name: "unknown", email: `${author.slice(0, 40)}@${system}.invalid` };
    for (const operation of operations) await addOperation(translation, operation, actor, place);
  }
  if (translation.commits.length === 0) throw refusedAt(bug.place, "it has no operations", hint);
  if (translation.commits.length > limits.streamCommitsMax)
    throw refusedAt(bug.place, "it has too many operations", hint);
  return { system, name: bug.name, commits: translation.commits, links: [] };
}

const hint = "Check it with: git bug show";

async function addOperation(translation: Translation, operation: BugOperation, author: Actor, place: string) {
  const { bug, seen, commits } = translation;
  const { id, time } = operation;
  const skip = (kind: string) => bug.context.skipped?.(kind);
  if (seen.has(id)) return skip("operation that is there twice");
  if ((operation.type === "create") !== (commits.length === 0)) {
    if (operation.type === "create") return skip("operation create of a bug that is there");
    throw refusedAt(place, "the bug does not begin with its creation", hint);
  }
  seen.add(id);
  const drafts = draftsOf(translation, operation, place);
  const { files, missing } = await attach(bug.repository, operation.files, translation.attached);
  for (let count = 0; count < missing; count++) skip("file that is not there");
  const by = { author, time };
  if (operation.type === "create") {
    commits.push({ ...by, key: id, drafts });
    if (files.length > 0) commits.push({ ...by, key: `${id}:files`, drafts: [], files });
  } else if (drafts.length > 0 || files.length > 0) {
    commits.push({ ...by, key: id, drafts, ...(files.length > 0 && { files }) });
  } else skip(`operation ${operation.type} that changes nothing`);
}

function draftsOf(translation: Translation, operation: BugOperation, place: string): ImportedDraft[] {
  const { bug, comments, firstId } = translation;
  const { workflow } = bug.context.settings;
  const body = fitBody(operation.message, place, "message");
  switch (operation.type) {
    case "create":
      translation.firstId = operation.id;
      translation.status = firstStatus(workflow, "todo");
      return [
        {
          type: "issue-created",
          title: fitTitle(operation.title),
          body,
          status: translation.status,
          nonce: "0".repeat(20),
        },
      ];
    case "set-title":
      return [{ type: "title-changed", from: fitTitle(operation.was), to: fitTitle(operation.title) }];
    case "add-comment":
      if (body === "") return [];
      comments.add(operation.id);
      return [{ type: "comment-added", body, external: `${system} ${operation.id}` }];
    case "edit-comment":
      if (operation.target === firstId) return [{ type: "description-changed", body }];
      if (!comments.has(operation.target)) return [];
      if (body !== "") return [{ type: "comment-edited", commentKey: operation.target, body }];
      comments.delete(operation.target);
      return [{ type: "comment-deleted", commentKey: operation.target }];
    case "set-status": {
      const from = translation.status;
      translation.status = firstStatus(workflow, operation.status === "closed" ? "done" : "todo");
      return from === translation.status ? [] : [{ type: "status-changed", from, to: translation.status }];
    }
    case "label-change":
      return [
        ...labels(operation.removed).map((label): ImportedDraft => ({ type: "label-removed", label })),
        ...labels(operation.added).map((label): ImportedDraft => ({ type: "label-added", label })),
      ];
    default:
      return [];
  }
}

function labels(names: readonly string[]): string[] {
  return [...new Set(names.map(toLine))].filter((label) => label !== "");
}
