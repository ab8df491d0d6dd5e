/** What day it is for the person. */
import { offsetMinutes } from "../platform/clock.ts";
import type { Tracker } from "./tracker.ts";

/** Today's date where the person is. */
export function today({ clock }: Pick<Tracker, "clock">): string {
  const now = clock.now();
  return new Date(now + offsetMinutes(clock.zone(now)) * 60_000).toISOString().slice(0, 10);
}
