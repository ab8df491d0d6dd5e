/** A copy of a fixture that commands run in, as it is after some use: there is an index, and it is current. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { refs } from "../src/store/refs.ts";
import { copyFixture, type Fixture, openFixture } from "./fixture.ts";
import { runIn } from "./scratch.ts";

export interface Repository {
  readonly issues: number;
  readonly folder: string;
  /** What it is a copy of. */
  readonly fixture: Fixture;
  /** Of the issues of the fixture. */
  readonly ids: readonly string[];
  /** One after the other, and from the first again after the last. */
  nextId(): string;
  /** Runs a program there. Throws if it fails. */
  run(...command: readonly string[]): Promise<string>;
}

export async function openRepository(
  executable: string,
  issues: number,
  options: { readonly fresh: boolean },
): Promise<Repository> {
  const fixture = await openFixture(issues, options);
  const folder = copyFixture(fixture);
  const lines = readFileSync(join(folder, ".git", "packed-refs"), "utf8").split("\n");
  const ids = lines.flatMap((line) => line.split(` ${refs.issues}`)[1] ?? []);
  let next = 0;
  const repository: Repository = {
    issues,
    folder,
    fixture,
    ids,
    nextId: () => ids[next++ % ids.length] ?? "",
    run: (...command) => runIn(folder, command),
  };
  await repository.run(executable, "new", "The first one here");
  await settle(executable, repository);
  return repository;
}

/** Waits until no change is so recent that the next command has to look closer, and lets the index note that. */
export async function settle(executable: string, { run }: Pick<Repository, "run">): Promise<void> {
  await Bun.sleep(recentMs);
  await run(executable, "list", "--limit", "1");
}

/** Longer than the store distrusts a fresh change of the refs. */
const recentMs = 30;
