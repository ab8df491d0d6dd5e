/**
 * The project's stream as verbs see it: read and folded once, and written like any other, under the writer lock and by
 * compare-and-swap.
 */
import type { Actor, CommitContent, Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import { noProject, type Project } from "../core/project.ts";
import { type ProjectDraft, type ProjectEvent, projectEvents } from "../core/project-event.ts";
import {
  decodeProjectCommit,
  encodeProjectMessage,
  foldProject,
  type ProjectCommit,
  projectRoot,
} from "../core/project-fold.ts";
import { projectSubject } from "../core/project-subject.ts";
import { inverseOfProject } from "../core/project-undo.ts";
import { judge, type Verdict } from "../core/trust.ts";
import { projectAction } from "../index/index.ts";
import { momentNow } from "../platform/clock.ts";
import type { Signer } from "../signing/signer.ts";
import { decodeCommitObject } from "../store/objects.ts";
import { refs } from "../store/refs.ts";
import type { RawCommit, StreamRead } from "../store/store.ts";
import { signed } from "./batch.ts";
import { rememberedProject, rememberProject } from "./project-memory.ts";
import type { Judged } from "./project-trust.ts";
import { signerFor } from "./signing.ts";
import type { Tracker } from "./tracker.ts";
import { tidyUp } from "./write.ts";
import { asWriter } from "./writer.ts";

/** A project that grows beyond this is nobody's honest work, and is not taken over. */
const commitsMax = 10_000;

/** The project as it is now. A stream that can't be read is told of; what it was when it last could be counts on. */
export async function readProject(tracker: Tracker): Promise<Project> {
  const tip = await tracker.store.readRef(refs.project);
  if (tip === undefined) return noProject;
  const stream = await streamAt(tracker, tip);
  const read = await foldRead(tracker, stream);
  if (typeof read !== "string") {
    if ("commits" in stream) rememberProject(tracker, stream);
    return read.project;
  }
  const last = await lastKnown(tracker);
  const instead = last === undefined ? "nobody's role holds" : "what was last known of them holds";
  tracker.warn(`the project's members, teams and labels can't be read: ${read}; ${instead}; see: git tracker doctor`);
  return last ?? noProject;
}

/** The project as it was when its stream could last be read; undefined: nobody knows. */
export async function lastKnown(tracker: Tracker): Promise<Project | undefined> {
  const stream = rememberedProject(tracker);
  const read = stream && (await foldRead(tracker, stream));
  return typeof read === "object" ? read.project : undefined;
}

/** All commits of the project's stream that say something, the newest first. Throws `corrupt`. */
export async function projectLog(tracker: Tracker): Promise<readonly ProjectCommit[]> {
  return (await readLog(tracker)).commits;
}

/** What the signatures of these commits are worth, the newest first. Throws `corrupt`. */
export async function projectVerdicts(
  tracker: Tracker,
): Promise<readonly { readonly commit: ProjectCommit; readonly verdict: Verdict }[]> {
  const { commits, verdicts } = await readLog(tracker);
  const unsigned = judge({ kind: "unsigned" }, { email: "" }, 0, []);
  return commits.map((commit) => ({ commit, verdict: verdicts.get(commit.oid) ?? unsigned }));
}

async function readLog(tracker: Tracker): Promise<Pick<ReadProject, "commits" | "verdicts">> {
  const tip = await tracker.store.readRef(refs.project);
  if (tip === undefined) return { commits: [], verdicts: new Map() };
  const { commits, verdicts } = orThrow(await readAt(tracker, tip));
  return {
    commits: commits.filter(({ events, unread }) => events.length + unread.length > 0).toReversed(),
    verdicts,
  };
}

/** What a change did. */
export interface ProjectChanged {
  readonly project: Project;
  /** Empty: it was so already. */
  readonly events: readonly ProjectEvent[];
}

/** Runs `decide` on the project as it is and writes what it says as one commit. `decide` may run more than once. */
export async function changeProject(
  tracker: Tracker,
  decide: (project: Project) => readonly ProjectDraft[],
): Promise<ProjectChanged> {
  const author = await tracker.actor();
  const signer = await signerFor(tracker, author);
  const proposing = { tracker, author, signer, decide };
  // Who is asked for a passphrase takes their time: others go on writing meanwhile.
  for (let tries = 0; signer?.asks === true && tries < askedTriesMax; tries++) {
    const proposed = await propose(proposing);
    const changed = await asWriter(tracker.store, () => adopt(tracker, proposed));
    if (changed !== "moved") return changed;
  }
  return await asWriter(tracker.store, async () => {
    for (let tries = 0; tries < triesMax; tries++) {
      const changed = await adopt(tracker, await propose(proposing));
      if (changed !== "moved") return changed;
    }
    throw new TrackerError("unavailable", "The project changes faster than it can be written to", "Try again.");
  });
}

interface Proposing {
  readonly tracker: Tracker;
  readonly author: Actor;
  readonly signer: Signer | undefined;
  decide(project: Project): readonly ProjectDraft[];
}

interface Proposed {
  readonly tip: Oid | undefined;
  readonly before: Project;
  readonly events: readonly ProjectEvent[];
  readonly contents: readonly CommitContent[];
}

async function propose({ tracker, author, signer, decide }: Proposing): Promise<Proposed> {
  const { store, clock } = tracker;
  const tip = await store.readRef(refs.project);
  const before = tip === undefined ? noProject : orThrow(await readAt(tracker, tip)).project;
  const events = decide(before).map(checked);
  if (events.length === 0) return { tip, before, events, contents: [] };
  const root = projectRoot(store.emptyTree);
  const plain: CommitContent = {
    tree: store.emptyTree,
    parents: [tip ?? store.nameCommit(root)],
    author,
    time: momentNow(clock),
    message: encodeProjectMessage(projectSubject(events), events),
  };
  const content = signer === undefined ? plain : signed(plain, signer);
  return { tip, before, events, contents: tip === undefined ? [root, content] : [content] };
}

/** Only for the holder of the writer lock. */
async function adopt(tracker: Tracker, { tip, before, events, contents }: Proposed): Promise<ProjectChanged | "moved"> {
  const { store } = tracker;
  const to = (await store.writeCommits(contents)).at(-1);
  if (to === undefined) return { project: before, events };
  const { project } = orThrow(await readAt(tracker, to));
  refuseUncounted(project, to);
  if ((await store.swap([{ ref: refs.project, from: tip, to }])).kind === "moved") return "moved";
  tracker.wrote = true;
  recordAction(tracker, to);
  await tidyUp(tracker);
  return { project, events };
}

/** Takes back what one commit of the project's stream did. Throws `conflict` where that can't be. */
export async function undoProject(tracker: Tracker, target: Oid): Promise<readonly ProjectEvent[]> {
  const { store } = tracker;
  const tip = await store.readRef(refs.project);
  const { commits } = tip === undefined ? { commits: [] } : orThrow(await readAt(tracker, tip));
  const at = commits.findIndex(({ oid }) => oid === target);
  const commit = commits[at];
  if (commit === undefined) throw new TrackerError("not-found", "That change of the project is not here any more");
  const earlier = commits.slice(0, at);
  const judged = await judgeStream(tracker, commits);
  const before = foldProject(rootOf(tracker), commit.parents[0] ?? target, earlier, judged.judge);
  const { events } = await changeProject(tracker, (now) =>
    inverseOfProject(commit.events, typeof before === "string" ? noProject : before, now),
  );
  if (events.length > 0) return events;
  throw new TrackerError("conflict", "There is nothing left to undo of that change", "See: git tracker project log");
}

const triesMax = 20;
const askedTriesMax = 3;

function recordAction({ index }: Tracker, commit: Oid): void {
  index.project([], undefined, { commits: [{ issue: projectAction, commit }] });
}

function checked(draft: ProjectDraft): ProjectEvent {
  const event = projectEvents.parse(draft);
  if (typeof event === "string") throw new TrackerError("invalid", `That can't be stored as ${draft.type}: ${event}`);
  return event;
}

/** Throws `not-permitted` if a commit would not count: it is stored by then, but no ref leads to it. */
function refuseUncounted({ quarantined }: Project, commit: Oid): void {
  const refused = quarantined.find((record) => record.commit === commit);
  if (refused === undefined) return;
  throw new TrackerError(
    "not-permitted",
    `You may not do that: ${refused.reason}`,
    "Ask a maintainer: git tracker user list",
  );
}

interface ReadProject {
  readonly project: Project;
  readonly commits: readonly ProjectCommit[];
  /** What their signatures are worth; empty where nobody has signed, and nobody had to. */
  readonly verdicts: Judged["verdicts"];
}

function orThrow(read: ReadProject | string): ReadProject {
  if (typeof read !== "string") return read;
  throw new TrackerError("corrupt", `The project can't be read: ${read}`, "git tracker doctor");
}

async function readAt(tracker: Tracker, tip: Oid): Promise<ReadProject | string> {
  return await foldRead(tracker, await streamAt(tracker, tip));
}

async function streamAt({ store }: Tracker, tip: Oid): Promise<StreamRead> {
  for await (const stream of store.readStreams([tip])) return stream;
  return { tip, broken: "it is empty" };
}

/** What a stream that was read folds to; a text says why it is no project's. */
export async function foldRead(tracker: Tracker, stream: StreamRead): Promise<ReadProject | string> {
  if ("broken" in stream) return stream.broken;
  if (stream.commits.length > commitsMax) return `it has more than ${commitsMax} commits`;
  const decoded = decodeAll(stream.commits);
  if (typeof decoded === "string") return decoded;
  const { commits, verdicts, ...judged } = await judgeStream(tracker, decoded);
  const folded = foldProject(rootOf(tracker), stream.tip, commits, judged.judge);
  if (typeof folded === "string") return folded;
  const told = commits.filter(({ events, unread }) => events.length + unread.length > 0);
  for (const commit of told) if (!verdicts.has(commit.oid)) judged.judge?.(commit, () => folded.members);
  return { project: folded, commits: commits.toReversed(), verdicts };
}

/** What the stream begins with. */
export function rootOf({ store }: Tracker): Oid {
  return store.nameCommit(projectRoot(store.emptyTree));
}

/** Where nobody signs and nobody has to, there is nothing to judge, and nothing is loaded. */
async function judgeStream(tracker: Tracker, commits: readonly ProjectCommit[]): Promise<Judged> {
  const isPlain = tracker.config.signingRequire === "no" && !commits.some(({ signed }) => signed);
  if (isPlain) return { commits, judge: undefined, verdicts: new Map() };
  return await (await import("./project-trust.ts")).judgeStream(tracker, commits);
}

/** A text says why one of them is none. */
function decodeAll(commits: readonly RawCommit[]): ProjectCommit[] | string {
  try {
    return commits.map(({ oid, bytes }) => {
      const { content, signed } = decodeCommitObject(bytes);
      return decodeProjectCommit(oid, content, signed);
    });
  } catch (error) {
    if (error instanceof TrackerError && error.code === "corrupt") return error.message;
    throw error;
  }
}
