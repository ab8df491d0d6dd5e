/**
 * Writing in the editor: a text is offered until it can be taken. What is refused is offered again with the reason, and what is given
 * up is kept in a file: nothing that somebody typed is lost.
 */
import { type ErrorCode, TrackerError } from "../core/errors.ts";
import type { Tracker } from "../tracker/tracker.ts";
import type { Env } from "./env.ts";

export interface Offer<T> {
  readonly text: string;
  /** What a kept text is called, without its ending. */
  readonly name: string;
  /** The text as it is offered again, with the reason in it. */
  readonly explain: (text: string, reason: TrackerError) => string;
  /** True if there is nothing in it. */
  readonly isEmpty: (text: string) => boolean;
  /** Throws a refusal if the text can't be taken as it is. */
  readonly take: (text: string) => Promise<T>;
}

/** Undefined if the person typed nothing. Throws the last refusal, saying where the text is kept, if they gave up. */
export async function editUntilTaken<T>(env: Env, tracker: Tracker, offer: Offer<T>): Promise<T | undefined> {
  let offered = offer.text;
  let typed: string | undefined;
  let reason: TrackerError | undefined;
  for (;;) {
    const saved = await openEditor(env, tracker, offer, { offered, typed });
    if (offer.isEmpty(saved) || saved === offered) {
      if (typed === undefined || reason === undefined) return undefined;
      throw await keep(env, tracker, { name: offer.name, text: typed, reason });
    }
    typed = saved;
    try {
      return await offer.take(saved);
    } catch (error) {
      reason = asRefusal(error);
      if (!correctable.has(reason.code)) throw await keep(env, tracker, { name: offer.name, text: typed, reason });
      offered = offer.explain(saved, reason);
    }
  }
}

/** What a person can put right in the text itself. */
const correctable: ReadonlySet<ErrorCode> = new Set(["invalid", "not-found", "ambiguous", "conflict"]);

async function openEditor<T>(
  env: Env,
  tracker: Tracker,
  { name }: Offer<T>,
  { offered, typed }: { readonly offered: string; readonly typed: string | undefined },
): Promise<string> {
  try {
    return await env.edit(offered, ".md");
  } catch (error) {
    if (typed === undefined) throw error;
    throw await keep(env, tracker, { name, text: typed, reason: asRefusal(error) });
  }
}

/** A bug must not cost the person their text either: it is told like a refusal, and the text is kept. */
function asRefusal(error: unknown): TrackerError {
  if (error instanceof TrackerError) return error;
  return new TrackerError("unavailable", `It went wrong: ${error instanceof Error ? error.message : String(error)}`);
}

async function keep(
  env: Env,
  tracker: Tracker,
  { name, text, reason }: { readonly name: string; readonly text: string; readonly reason: TrackerError },
): Promise<TrackerError> {
  const stamp = new Date(env.style.now).toISOString().slice(0, 19).replaceAll(":", "-");
  const path = `${tracker.store.folder}/${name}-${stamp}.md`;
  try {
    await env.files.write(path, text);
    env.fail(`What you typed is in ${path}\n`);
  } catch {
    env.fail(`What you typed can't be kept in ${path}, so here it is:\n${text}\n`);
  }
  return reason;
}

/** As git has it in its own messages. */
export const scissors = "# ------------------------ >8 ------------------------";

/** What the person wrote. */
export function aboveScissors(text: string): string {
  const end = text.indexOf(scissors);
  return end === -1 ? text : text.slice(0, end);
}
