/** The executable and git in one repository, as the tests of this folder use them. */
import { expect } from "bun:test";
import { type Ran, run } from "../support/binary.ts";
import type { TestRepository } from "../support/repository.ts";

export interface Place {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Runs git-tracker, which must succeed. Returns what it printed, without the last line end. */
export async function tracker(place: Place, ...args: readonly string[]): Promise<string> {
  const ran = await run(args, place);
  expect({ args, ...ran }).toMatchObject({ code: 0 });
  return ran.stdout.trimEnd();
}

/** The same with `--json`. The caller knows what that command prints. */
export async function trackerJson<T>(place: Place, ...args: readonly string[]): Promise<T> {
  return JSON.parse(await tracker(place, ...args, "--json"));
}

export function attempt(place: Place, ...args: readonly string[]): Promise<Ran> {
  return run(args, place);
}

/** The tips of all issues by id. */
export function issueTips(repository: TestRepository): Map<string, string> {
  const lines = repository.git(
    "for-each-ref",
    "--format=%(refname:lstrip=3) %(objectname)",
    "refs/git-tracker/issues/",
  );
  return new Map(
    lines.split("\n").flatMap((line): [string, string][] => {
      const [id = "", tip = ""] = line.split(" ");
      return id === "" ? [] : [[id, tip]];
    }),
  );
}

export interface Listed {
  readonly total: number;
  readonly items: readonly {
    readonly id: string;
    readonly title: string;
    readonly status: string;
    readonly labels: readonly string[];
  }[];
}

export interface Shown {
  readonly item: {
    readonly id: string;
    readonly title: string;
    readonly status: string;
    readonly labels: readonly string[];
    readonly comments: readonly {
      readonly id: string;
      readonly body: string;
      readonly author: { readonly email: string };
    }[];
  };
}

/** Git's own check of all objects, and ours of the index against the streams. */
export async function expectSound(repository: TestRepository): Promise<void> {
  const complaints = repository
    .git("fsck", "--strict", "--no-dangling", "--no-progress")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("notice: HEAD points to an unborn branch"));
  expect(complaints).toEqual([]);
  const { findings } = await trackerJson<{ findings: readonly { what: string }[] }>(repository, "doctor");
  expect(findings.map(({ what }) => what)).toEqual([]);
}
