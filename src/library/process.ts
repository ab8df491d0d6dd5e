/** What the library takes from the process that it runs in where its caller does not say: the folder, the variables, the person's number. */
import type { OpenOptions } from "./choices.ts";

export function ofThisProcess({ cwd, environment }: OpenOptions) {
  return { cwd: cwd ?? process.cwd(), environment: environment ?? process.env, uid: process.getuid?.() };
}
