/** Turns: tasks that are given in any order run one after the other, each begun when the one before it has ended, well or badly. */

export interface Turns {
  /** Runs `task` when its turn has come. */
  take<T>(task: () => Promise<T>): Promise<T>;
  /** Waits for a turn. It lasts until the function that is returned is called. */
  begin(): Promise<() => void>;
  /** Runs `task` behind all that was given so far, at once if there is nothing. Whatever is given from now on is refused with `refusal`. */
  end(refusal: () => Error, task: () => void): void;
}

export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let ended: (() => Error) | undefined;
  const begin = async () => {
    if (ended !== undefined) throw ended();
    const { promise, resolve } = Promise.withResolvers<void>();
    const before = last;
    last = promise;
    waiting++;
    await before;
    return () => {
      waiting--;
      resolve();
    };
  };
  return {
    begin,
    take: async (task) => {
      const done = await begin();
      try {
        return await task();
      } finally {
        done();
      }
    },
    end: (refusal, task) => {
      if (ended !== undefined) return;
      ended = refusal;
      if (waiting === 0) task();
      else last.then(task);
    },
  };
}
