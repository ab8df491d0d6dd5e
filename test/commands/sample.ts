/** Issues that are worth listing. */
import type { Session } from "../support/transcript.ts";

/** Five issues: an urgent bug, what waits for it, one that is done, one part of another. */
export async function makeSome(session: Session) {
  const bug = await session.make("Fix login", "-l", "auth,ui", "-p", "urgent", "--type", "bug", "-a", "@me");
  const waiting = await session.make("Ship it", "--blocked-by", bug, "-m", "v2", "-b", "Once the login works");
  const done = await session.make("Old news", "-l", "needs review");
  const part = await session.make("Safari, too", "--parent", bug, "--due", "2026-01-10");
  const idea = await session.make("An idea", "-p", "low");
  await session.$("close", done);
  await session.$("comment", idea, "Not before the login is done");
  return { bug, waiting, done, part, idea };
}
