/** The clock: the only place that knows what time it is. */
import type { Moment } from "../core/commit.ts";

export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** The local zone at that moment, as git writes it: `+0130`. */
  zone(milliseconds: number): string;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  zone: (milliseconds) => {
    const minutes = -new Date(milliseconds).getTimezoneOffset();
    const size = Math.abs(minutes);
    const digits = Math.trunc(size / 60) * 100 + (size % 60);
    return `${minutes < 0 ? "-" : "+"}${String(digits).padStart(4, "0")}`;
  },
};

export function momentNow(clock: Clock): Moment {
  const now = clock.now();
  return { seconds: Math.floor(now / 1000), zone: clock.zone(now) };
}
