/** Waiting: the only place that lets time pass. */

/** Waits so many milliseconds. */
export type Sleep = (milliseconds: number) => Promise<void>;

export const systemSleep: Sleep = (milliseconds) => Bun.sleep(milliseconds);
