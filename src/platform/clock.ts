/** The clock: the only place that knows what time it is. */
import type { Moment } from "../core/commit.ts";
import { readZoneOffset } from "./zone.ts";

export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** The local zone at that moment, as git writes it: `+0130`. */
  zone(milliseconds: number): string;
}

/** The machine's clock. `variable` is the environment's `TZ`. */
export function createSystemClock(variable: string | undefined): Clock {
  return {
    now: () => Date.now(),
    zone: (milliseconds) => {
      const minutes =
        readZoneOffset(Math.floor(milliseconds / 1000), variable) ?? -new Date(milliseconds).getTimezoneOffset();
      const size = Math.abs(minutes);
      const digits = Math.trunc(size / 60) * 100 + Math.trunc(size % 60);
      return `${minutes < 0 ? "-" : "+"}${String(digits).padStart(4, "0")}`;
    },
  };
}

/** The clock of a machine whose `TZ` is not set. */
export const systemClock: Clock = createSystemClock(undefined);

export function momentNow(clock: Clock): Moment {
  const now = clock.now();
  return { seconds: Math.floor(now / 1000), zone: clock.zone(now) };
}

/** `+0130` → 90. */
export function offsetMinutes(zone: string): number {
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3, 5));
  return zone.startsWith("-") ? -minutes : minutes;
}
