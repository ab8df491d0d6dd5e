/** Waiting: the only place that lets time pass. */

/** Waits so many milliseconds. */
export type Sleep = (milliseconds: number) => Promise<void>;

export const systemSleep: Sleep = (milliseconds) => Bun.sleep(milliseconds);

/** Does something again and again, that often. Returns what ends it. */
export function every(milliseconds: number, act: () => void): () => void {
  const timer = setInterval(act, milliseconds);
  return () => clearInterval(timer);
}
