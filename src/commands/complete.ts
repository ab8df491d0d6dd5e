/**
 * The command `complete`, which shells run at every tab: so it is not in the help, answers in milliseconds, changes nothing, asks
 * nobody and never fails. What a command line leads up to comes in as words, what can follow goes out as lines.
 */

import { noProject } from "../core/project.ts";
import type { Peek } from "../tracker/peek.ts";
import { type Answer, complete as completeWords } from "./candidates.ts";
import { anyNumber, command } from "./command.ts";
import { powerShellText, type ShellWord, splitLine, tellBash, tellPlain } from "./complete-shell.ts";
import type { Env } from "./env.ts";
import type { View } from "./values.ts";

export const complete = command({
  usage: "bash TYPE BREAKS LINE | zsh|fish|powershell WORD…",
  words: [1, anyNumber],
  flags: { git: { type: "boolean", help: "the line begins with git's own words" } },
  details: "What the shells' completion asks for: git tracker completion",
  examples: ["git tracker complete zsh -- git-tracker st"],
  async run(env, { words: [shell = "", ...words], flags }) {
    try {
      env.out(shell === "bash" ? await forBash(env, words, flags.git) : await forWords(env, shell, words, flags.git));
    } catch {
      // At a tab, nothing is worth an error: whoever runs the command is told.
    }
  },
});

async function forBash(
  env: Env,
  [type = "", breaks = "", text = ""]: readonly string[],
  git: boolean,
): Promise<string> {
  const line = splitLine(text, breaks);
  const last: ShellWord = line.at(-1) ?? { text: "", kept: 0, quote: "" };
  const answer = await answerTo(
    env,
    line.map((word) => word.text),
    git,
  );
  return tellBash(answer, last, listingTypes.has(type));
}

/** As COMP_TYPE has them: a tab, and the ways of listing. The others insert what they are given one after the other. */
const listingTypes: ReadonlySet<string> = new Set(["9", "33", "63", "64"]);

async function forWords(env: Env, shell: string, words: readonly string[], git: boolean): Promise<string> {
  return tellPlain(await answerTo(env, words, git), shell === "powershell" ? powerShellText : undefined);
}

async function answerTo(env: Env, line: readonly string[], git: boolean): Promise<Answer> {
  const { rest, place } = git ? readGit(line) : { rest: line.slice(1), place: here };
  const start = async () => {
    const { cwd, environment, uid } = await env.opening();
    return { cwd, env: environment, uid };
  };
  let looked: Promise<Peek | undefined> | undefined;
  const look = async () => {
    const { peek } = await import("../tracker/peek.ts");
    return await peek({ ...(await start()), ...place });
  };
  const view: View = {
    peek: () => {
      looked ??= look();
      return looked;
    },
    project: async () => {
      // Opening makes an index where there is none.
      if ((await view.peek())?.index === undefined || place !== here) return noProject;
      const { readProject } = await import("../tracker/project.ts");
      try {
        return await readProject(await env.open());
      } catch {
        return noProject; // There are other people to offer.
      }
    },
    repositories: async () => {
      const { workspaceNames } = await import("../tracker/peek.ts");
      return await workspaceNames(await start());
    },
    plugins: async () => (await import("../tracker/plugins.ts")).listPlugins(env.environment),
  };
  try {
    return await completeWords({ before: rest.slice(0, -1), current: rest.at(-1) ?? "", view });
  } finally {
    (await looked)?.[Symbol.dispose]();
  }
}

/** What of git's own words says where the repository is. */
interface Place {
  readonly folders: readonly string[];
  readonly gitDir: string | undefined;
}

const here: Place = { folders: [], gitDir: undefined };

/** `git -C folder tracker list` → what stands behind `tracker`, and where. */
function readGit(line: readonly string[]): { readonly rest: readonly string[]; readonly place: Place } {
  let place = here;
  let at = 1;
  for (; line[at]?.startsWith("-") === true; at++) {
    const word = line[at] ?? "";
    const joined = /^--git-dir=(.*)$/s.exec(word)?.[1];
    if (joined !== undefined) place = { ...place, gitDir: joined };
    if (!gitFlagsWithValue.has(word)) continue;
    at++;
    if (word === "-C") place = { ...place, folders: [...place.folders, line[at] ?? ""] };
    if (word === "--git-dir") place = { ...place, gitDir: line[at] ?? "" };
  }
  return { rest: line.slice(at + 1), place };
}

const gitFlagsWithValue: ReadonlySet<string> = new Set([
  ...["-C", "-c", "--git-dir", "--work-tree", "--namespace", "--exec-path", "--super-prefix", "--config-env"],
  "--attr-source",
]);
