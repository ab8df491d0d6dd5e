/** Ada, Ben and Cyn with a repository each, and the bare one that all sync with: every case of a table is an issue of theirs. */
import { expect } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Actor } from "../../src/core/commit.ts";
import type { EventDraft } from "../../src/core/event.ts";
import { write } from "../../src/tracker/write.ts";
import { makeRepository, type TestRepository } from "../support/repository.ts";
import { tickingClock, trackerAt } from "../support/tracker.ts";
import { type Json, openSession, type Session } from "../support/transcript.ts";
import type { Case, Change, Doing, Outcome } from "./case.ts";

const hourMs = 3_600_000;
const start = Date.UTC(2026, 0, 15, 12);

export interface Person {
  readonly key: "a" | "b" | "c";
  readonly actor: Actor;
  readonly session: Session;
  readonly startMs: number;
}

export interface People extends Disposable {
  readonly hub: TestRepository;
  readonly all: readonly Person[];
}

/** The clocks are so far apart that all of Ben's commands are later than all of Ada's. */
export function openPeople(): People {
  const hub = makeRepository("bare");
  const all = (["Ada", "Ben", "Cyn"] as const).map((name, at): Person => {
    const actor = { name, email: `${name.toLowerCase()}@example.com` };
    const startMs = start + at * 1000 * hourMs;
    const session = openSession({ who: `${actor.name} <${actor.email}>`, start: startMs });
    session.repository.git("remote", "add", "origin", hub.cwd);
    session.repository.git("config", "--local", "core.fsync", "none");
    writeFileSync(join(session.repository.cwd, "git-tracker.toml"), 'durability = "fast"\n');
    for (const content of ["a", "b", "c"]) writeFileSync(join(session.repository.cwd, `${content}.txt`), content);
    return { key: (["a", "b", "c"] as const)[at] ?? "a", actor, session, startMs };
  });
  return {
    hub,
    all,
    [Symbol.dispose]() {
      for (const { session } of all) session[Symbol.dispose]();
      hub[Symbol.dispose]();
    },
  };
}

/** A case as it is played: what its marks stand for. */
export interface Played {
  readonly of: Case;
  readonly ids: readonly string[];
  comment: string;
}

/** Makes the issues that a case is about, as many as it names. */
export async function begin({ session, actor, startMs }: Person, of: Case): Promise<Played> {
  const named = JSON.stringify(of);
  const ids = [await session.make("Begun", ...(of.begin === undefined ? [] : words(of.begin)))];
  for (const other of ["#2", "#3"]) if (named.includes(other)) ids.push(await session.make(`Other ${other}`));
  const played: Played = { of, ids, comment: "" };
  for (const change of of.before ?? []) await perform({ session, actor, startMs, key: "a" }, played, change);
  if (named.includes("%")) {
    const { item } = (await session.json("show", ids[0] ?? "")) as Json & { item: { comments: { id: string }[] } };
    played.comment = item.comments[0]?.id ?? "";
  }
  return played;
}

/** What one of them does in one step of a case. */
export async function act(person: Person, played: Played, doing: Doing): Promise<void> {
  for (const change of doing[person.key] ?? []) await perform(person, played, change);
}

async function perform({ session, actor, startMs }: Person, played: Played, change: Change): Promise<void> {
  if (typeof change !== "string") return await writeEvent(session.repository, { actor, startMs }, played, change);
  const said = await session.$(...words(change).map((word) => filled(word, played)));
  expect({ case: played.of.name, change, refused: said.includes("! error") ? said : "" }).toMatchObject({
    refused: "",
  });
}

async function writeEvent(
  repository: TestRepository,
  { actor, startMs }: Pick<Person, "actor" | "startMs">,
  { ids }: Played,
  draft: EventDraft,
): Promise<void> {
  const tracker = await trackerAt(repository, actor, tickingClock(startMs));
  try {
    await write(tracker, (batch) => batch.append(ids[0] ?? "", [draft]));
  } finally {
    tracker.close();
  }
}

function words(text: string): string[] {
  return text.split(" ");
}

/** A text with the marks in it filled in. */
export function filled(text: string, { ids, comment }: Played): string {
  return text
    .replace(/#(\d?)/g, (_, digit: string) => ids[digit === "" ? 0 : Number(digit) - 1] ?? "")
    .replaceAll("%", comment);
}

interface Shown {
  readonly conflicts: readonly { readonly field: string; readonly values: readonly (string | null)[] }[];
}

/** Fails unless each has that state and these conflicts. */
export async function expectOutcome(
  { session }: Person,
  played: Played,
  { state, conflicts = {} }: Outcome,
): Promise<void> {
  const { item } = (await session.json("show", played.ids[0] ?? "")) as Json & { item: Shown };
  const found = item.conflicts;
  const { expected } = JSON.parse(filled(JSON.stringify({ expected: { state, conflicts } }), played));
  const inConflict = Object.fromEntries(found.map(({ field, values }) => [field, values]));
  const seen = Object.fromEntries(Object.keys(expected.state).map((field) => [field, Reflect.get(item, field)]));
  expect({ case: played.of.name, seen }).toMatchObject({ case: played.of.name, seen: expected.state });
  expect({ case: played.of.name, inConflict }).toEqual({ case: played.of.name, inConflict: expected.conflicts });
}
