/** The commands that are broken off at every point, and the small repository that they all begin with. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { binary } from "../support/binary.ts";
import { attempt, copyPlace, makePlace, type Place, tracker } from "./place.ts";
import { short } from "./rig.ts";
import { type Listed, type Row, readJson, readLog, stateOf } from "./state.ts";

export const caseNames = [
  ...["new", "comment", "edit", "status", "label", "close", "import"],
  ...["new --from-file", "reindex", "init", "undo", "purge"],
] as const;
export type CaseName = (typeof caseNames)[number];

/** A command with what the repository says before and after it. */
export interface Case {
  readonly name: CaseName;
  readonly command: readonly string[];
  readonly before: string;
  readonly after: string;
}

export interface Stage extends Disposable {
  readonly cases: readonly Case[];
  /** A repository to break; its index is in use already. */
  copy(): Promise<Place>;
}

/** Makes the repository and plays every command once, undisturbed. */
export async function prepareStage(names: readonly CaseName[] = caseNames): Promise<Stage> {
  const original = makePlace();
  const copy = async () => {
    const place = copyPlace(original);
    await tracker(place, "list");
    return place;
  };
  const alpha = await tracker(original, "new", "-q", "Alpha", "-b", "The first");
  await tracker(original, "new", "-q", "Beta");
  await tracker(original, "comment", "-q", alpha, "Something");
  await tracker(original, "status", "-q", alpha, "in-progress");
  writeFileSync(join(original.cwd, "plan.md"), "- [ ] One\n- [ ] Two\n- [ ] Three\n");
  writeFileSync(join(original.cwd, "issues.jsonl"), githubIssues());

  const cases: Case[] = [];
  for (const name of names) {
    const command = [await binary(), ...wordsOf(name, alpha)];
    using place = await copy();
    const before = await tellState(place);
    const { code, stderr } = await attempt(place, ...command.slice(1));
    if (code !== 0) throw new Error(`${name} ends with ${code}: ${short(stderr)}`);
    cases.push({ name, command, before, after: await tellState(place) });
  }
  return { cases, copy, [Symbol.dispose]: () => original[Symbol.dispose]() };
}

/** What the repository says, as a text to compare. */
export async function tellState(place: Place, rows?: readonly Row[]): Promise<string> {
  return stateOf(place, rows ?? (await readLog(place)), await readJson<Listed>(place, "list", "--all"));
}

function wordsOf(name: CaseName, alpha: string): readonly string[] {
  switch (name) {
    case "new":
      return ["new", "-q", "Gamma", "-b", "The third"];
    case "comment":
      return ["comment", "-q", alpha, "More"];
    case "edit":
      return ["edit", "-q", alpha, "--title", "Alpha and Omega", "--body", "Another text"];
    case "status":
      return ["status", "-q", alpha, "todo"];
    case "label":
      return ["label", "-q", "add", alpha, "urgent"];
    case "close":
      return ["close", "-q", alpha, "-c", "Done with it"];
    case "import":
      return ["import", "github", "issues.jsonl"];
    case "new --from-file":
      return ["new", "-q", "--from-file", "plan.md"];
    case "reindex":
      return ["reindex"];
    case "init":
      return ["init"];
    case "undo":
      return ["undo"];
    case "purge":
      return ["purge", alpha, "--yes"];
  }
}

/** Three issues as GitHub gives them. */
function githubIssues(): string {
  const user = { login: "ada", id: 7 };
  const lines = [1, 2, 3].map((number) => {
    const url = `https://api.github.com/repos/owner/repo/issues/${number}`;
    const at = "2023-11-14T22:13:20Z";
    const fields = { number, title: `Imported ${number}`, body: "From elsewhere", state: "open", user, labels: [] };
    return JSON.stringify({ issue: { ...fields, url, created_at: at, updated_at: at }, events: [] });
  });
  return `${lines.join("\n")}\n`;
}
