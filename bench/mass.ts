/** Work on all issues at once: making the index anew, and importing, beside git reading and writing the same commits. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { refs } from "../src/store/refs.ts";
import { eventsPerIssue, type Happening, inventAll } from "./invent.ts";
import type { Trial } from "./measure.ts";
import type { Repository } from "./repository.ts";
import type { Row, Trials } from "./rows.ts";
import { runIn, scratchFolder, seed } from "./scratch.ts";

/** An import of more takes minutes, each time. */
const importedMax = 10_000;

export function massRows(executable: string, repository: Repository): Row[] {
  const rows = [rebuild(executable, repository)];
  if (repository.issues > importedMax) return rows;
  return [
    ...rows,
    importRow(executable, repository.issues, {
      name: "new --from-file",
      file: "plan.jsonl",
      args: ["new", "--quiet", "--from-file"],
      line: plannedIssue,
    }),
    importRow(executable, repository.issues, {
      name: "import github",
      file: "github.jsonl",
      args: ["import", "github"],
      line: githubIssue,
    }),
  ];
}

/** MB that making the index may take at its peak. */
const rebuildPeakMax = 200;

function rebuild(executable: string, { folder: cwd }: Repository): Row {
  const read = `git rev-list --glob=${refs.root} | git cat-file --batch --buffer >/dev/null`;
  const ours: Trial = { label: "reindex", next: () => ({ command: [executable, "reindex"], cwd }) };
  const beside: Trial = { label: "git rev-list | cat-file", next: () => ({ command: ["sh", "-c", read], cwd }) };
  const open = () => ({ ours, beside });
  return { name: ours.label, beside: beside.label, open, target: 3, peakMax: rebuildPeakMax, kind: "long" };
}

interface Source {
  readonly name: string;
  readonly file: string;
  /** The file comes behind them. */
  readonly args: readonly string[];
  readonly line: (number: number, happenings: readonly Happening[]) => object;
}

function importRow(executable: string, issues: number, source: Source): Row {
  const open = () => openImport(executable, issues, source);
  return { name: source.name, beside: "git fast-import", open, target: 3, kind: "long" };
}

/** Every run imports into a repository that is new. The first import gives the commits that git is to import, too. */
async function openImport(executable: string, issues: number, { name, file, args, line }: Source): Promise<Trials> {
  const folder = scratchFolder();
  const path = join(folder, `${issues}-${file}`);
  const stream = `${path}.stream`;
  const source = inventAll(seed, issues).map((happenings, number) => JSON.stringify(line(number, happenings)));
  await Bun.write(path, `${source.join("\n")}\n`);
  const first = await emptyRepository();
  await runIn(first, [executable, ...args, path]);
  await runIn(first, ["sh", "-c", `git fast-export --all >'${stream}'`]);
  const trial = (label: string, command: readonly string[], input?: string): Trial => ({
    label,
    next: async () => ({ command, cwd: await emptyRepository(), ...(input !== undefined && { input }) }),
  });
  return {
    ours: trial(name, [executable, ...args, path]),
    beside: trial("git fast-import", ["git", "fast-import", "--quiet"], stream),
  };
}

let repositories = 0;

async function emptyRepository(): Promise<string> {
  const folder = join(scratchFolder(), `empty-${repositories++}`);
  mkdirSync(folder);
  await runIn(folder, ["git", "init", "--quiet"]);
  return folder;
}

/** As its creation says; what happened later has no place in a plan. */
function plannedIssue(number: number, [first]: readonly Happening[]): object {
  if (first?.draft.type !== "issue-created") throw new Error(`Issue ${number} begins with something else`);
  const { title, body, issueType, priority, label } = first.draft;
  return { title, body, type: issueType, priority, labels: label };
}

/** As GitHub's API gives it, with what it has events for. */
function githubIssue(number: number, happenings: readonly Happening[]): object {
  const [first] = happenings;
  if (first?.draft.type !== "issue-created") throw new Error(`Issue ${number} begins with something else`);
  const drafts = happenings.map(({ draft }) => draft);
  const renamed = drafts.findLast((draft) => draft.type === "title-changed");
  const closed = drafts.some((draft) => draft.type === "status-changed" && draft.to === "done");
  const issue = {
    number: number + 1,
    html_url: `https://github.com/owner/repository/issues/${number + 1}`,
    title: renamed?.to ?? first.draft.title,
    body: first.draft.body,
    state: closed ? "closed" : "open",
    user: { login: loginOf(first) },
    created_at: timeOf(first),
  };
  return { type: "issue", issue, events: happenings.flatMap((each, index) => githubEvents(each, number, index)) };
}

function githubEvents(happening: Happening, number: number, index: number): object[] {
  const { draft } = happening;
  const id = number * eventsPerIssue + index;
  const by = { id, actor: { login: loginOf(happening) }, created_at: timeOf(happening) };
  switch (draft.type) {
    case "comment-added":
      return [{ event: "commented", ...by, body: draft.body }];
    case "label-added":
      return [{ event: "labeled", ...by, label: { name: draft.label } }];
    case "label-removed":
      return [{ event: "unlabeled", ...by, label: { name: draft.label } }];
    case "title-changed":
      return [{ event: "renamed", ...by, rename: { from: draft.from, to: draft.to } }];
    case "status-changed":
      return draft.to === "done" ? [{ event: "closed", ...by, state_reason: "completed" }] : [];
    default:
      return [];
  }
}

function loginOf({ author }: Happening): string {
  return author.name.replace(" ", "-");
}

function timeOf({ seconds }: Happening): string {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}
