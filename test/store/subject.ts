/** Opens one of the two real stores in a temporary repository, for tests of what only files can show. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type OpenStoreOptions, openStore } from "../../src/store/open.ts";
import type { Store } from "../../src/store/store.ts";
import type { TestRepository } from "../support/repository.ts";

export const kinds = ["native", "embedded"] as const;
export type Kind = (typeof kinds)[number];

export function open(repository: TestRepository, kind: Kind, options: Partial<OpenStoreOptions> = {}): Store {
  const env = kind === "embedded" ? { ...repository.env, PATH: "" } : repository.env;
  return openStore({ cwd: repository.cwd, env, uid: process.getuid?.(), ...options }).store;
}

export function gitDir(repository: TestRepository): string {
  return join(repository.cwd, ".git");
}

/** Every file below a folder. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
}
