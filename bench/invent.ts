/**
 * Made-up issues that are shaped like real ones: how long their texts are, what happens to them and in which order. The issue of a
 * number is the same in a fixture of any size.
 */
import type { Actor } from "../src/core/commit.ts";
import type { EventDraft } from "../src/core/event.ts";
import { createDice, type Dice } from "./dice.ts";

/** One event, who made it, and when. */
export interface Happening {
  readonly author: Actor;
  /** Since 1970, UTC. */
  readonly seconds: number;
  readonly draft: EventDraft;
}

export interface InventOptions {
  readonly seed: string;
  /** How many there are in all: they are spread over five years. */
  readonly issues: number;
  /** The id of the issue with that number, which is below this one's. */
  idOf(number: number): string;
}

/** Each issue is so many commits of one event. */
export const eventsPerIssue = 10;
/** A word that about one issue in fifty holds. */
export const rareWord = "deadlock";

/** All that happens to the issue of that number, in order; the first event creates it. */
export function inventIssue(number: number, options: InventOptions): Happening[] {
  const dice = createDice(`${options.seed}/${number}`);
  const times = inventTimes(dice, number / options.issues);
  const at = (index: number) => times[index] ?? firstSeconds;
  const created = inventCreation(dice, number, options);
  const state: State = { title: created.title, status: created.status, labels: [...created.label], assignees: [] };
  const closed = dice.percent(75);
  const begun = closed || dice.percent(40) ? 1 + dice.below(eventsPerIssue - 2) : -1;
  const happenings: Happening[] = [{ author: dice.pick(people), seconds: at(0), draft: created }];
  for (let index = 1; index < eventsPerIssue; index++) {
    const last = index === eventsPerIssue - 1;
    const to = last && closed ? "done" : index === begun ? "in-progress" : undefined;
    const draft = to === undefined ? inventChange(dice, number, state, options) : move(state, to);
    happenings.push({ author: dice.pick(people), seconds: at(index), draft });
  }
  return happenings;
}

/** All issues of a tracker that has so many. Their ids are not known here, so links mean nothing. */
export function inventAll(seed: string, issues: number): Happening[][] {
  return Array.from({ length: issues }, (_, number) =>
    inventIssue(number, { seed, issues, idOf: () => "0".repeat(40) }),
  );
}

interface State {
  title: string;
  status: string;
  readonly labels: string[];
  readonly assignees: string[];
}

const firstSeconds = Date.UTC(2020, 0, 1) / 1000;
const spanSeconds = 5 * 365 * 86_400;

const people = Array.from({ length: 40 }, (_, n): Actor => {
  return { name: `Person ${n + 1}`, email: `person${n + 1}@example.com` };
}) as [Actor, ...Actor[]]; // There are 40.

const priorities = ["low", "medium", "high", "urgent"] as const;
const types = ["bug", "bug", "feature", "task"] as const;
const labels = [
  "parser",
  "network",
  "storage",
  "docs",
  "tests",
  "performance",
  "security",
  "build",
  "interface",
  "regression",
  "good-first-issue",
  "needs-information",
] as const;

/** The first ones are used most. */
const vocabulary = (
  "the a to of in is it and for with when not on that this if be by from as an can after should error file value cache " +
  "fails request response index test build user list returns call only build option server client thread state while " +
  "second first time data read write line path name field query default change wrong missing empty large slow memory " +
  "leak crash retry timeout lock release branch commit merge remote local config setting flag output input format parse " +
  "render table row column page scroll button dialog menu theme colour font layout window terminal shell script command " +
  "argument exit code signal process child parent pipe socket port address host proxy header cookie token session login " +
  "password key certificate signature hash digest encode decode buffer stream chunk offset length size limit count total " +
  "average graph chart report export import backup restore upgrade migrate schema version tag package module import " +
  "function method class type generic null undefined number string boolean array object map set queue stack heap tree " +
  "node edge leaf root depth order sort filter group join split trim replace match search pattern regex unicode locale " +
  "zone date clock timer schedule event listener callback promise async await worker pool batch transaction rollback " +
  "isolation replica shard partition cluster leader election heartbeat livelock starvation"
).split(" ") as [string, ...string[]]; // It is not empty.

function inventTimes(dice: Dice, place: number): number[] {
  const times = [firstSeconds + Math.floor(place * spanSeconds)];
  for (let index = 1; index < eventsPerIssue; index++) {
    const pause = dice.percent(60) ? 60 + dice.below(7200) : dice.below(20 * 86_400);
    times.push((times[index - 1] ?? firstSeconds) + pause);
  }
  return times;
}

function inventCreation(dice: Dice, number: number, { idOf }: InventOptions) {
  const hasParent = number >= 20 && dice.percent(15);
  return {
    type: "issue-created",
    title: sentence(dice, 3 + dice.below(7)),
    body: dice.percent(2) ? `${paragraphs(dice, 1)}\n\nA ${rareWord}.` : paragraphs(dice, 1 + dice.below(6)),
    status: "todo",
    issueType: dice.pick(types),
    ...(dice.percent(50) && { priority: dice.pick(priorities) }),
    label: dice.percent(60) ? [dice.pick(labels)] : [],
    assignee: [],
    ...(dice.percent(8) && { due: `202${dice.below(6)}-0${1 + dice.below(9)}-1${dice.below(10)}` }),
    // Every twentieth issue is an epic, which has no parent itself as long as it stands alone.
    ...(hasParent && { parent: idOf(20 * dice.below(Math.floor(number / 20))) }),
    nonce: dice.hex(20),
  } satisfies EventDraft;
}

function inventChange(dice: Dice, number: number, state: State, { idOf }: InventOptions): EventDraft {
  const roll = dice.below(100);
  if (roll < 12) {
    const label = dice.pick(labels);
    if (!state.labels.includes(label)) {
      state.labels.push(label);
      return { type: "label-added", label };
    }
  } else if (roll < 15 && state.labels.length > 0) {
    return { type: "label-removed", label: state.labels.pop() ?? "" };
  } else if (roll < 26) {
    const assignee = dice.pick(people).email;
    if (!state.assignees.includes(assignee)) {
      state.assignees.push(assignee);
      return { type: "assignee-added", assignee };
    }
  } else if (roll < 32) {
    return { type: "priority-changed", to: dice.pick(priorities) };
  } else if (roll < 36) {
    const from = state.title;
    state.title = sentence(dice, 3 + dice.below(7));
    return { type: "title-changed", from, to: state.title };
  } else if (roll < 39) {
    return { type: "description-changed", body: paragraphs(dice, 1 + dice.below(6)) };
  } else if (roll < 43 && number > 0) {
    // Always to an older issue, so that no circle can come about.
    return { type: "link-added", kind: dice.pick(["blocks", "relates"]), target: idOf(dice.below(number)) };
  }
  return { type: "comment-added", body: paragraphs(dice, 1 + dice.below(2)) };
}

function move(state: State, to: string): EventDraft {
  const from = state.status;
  state.status = to;
  return { type: "status-changed", from, to, ...(to === "done" && { resolution: "completed" }) };
}

function paragraphs(dice: Dice, count: number): string {
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + dice.below(4) }, () => `${sentence(dice, 6 + dice.below(11))}.`).join(" "),
  ).join("\n\n");
}

function sentence(dice: Dice, count: number): string {
  const text = Array.from({ length: count }, () => word(dice)).join(" ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Few words make most of a text, and now and then there is a name out of the code. */
function word(dice: Dice): string {
  if (dice.percent(3)) return `${dice.pick(vocabulary)}_${dice.pick(vocabulary)}${dice.below(1000)}`;
  const place = dice.percent(40) ? dice.below(30) : dice.below(vocabulary.length);
  return vocabulary[place] ?? vocabulary[0];
}
