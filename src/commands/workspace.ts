/** The command `workspace`: the list of repositories that are looked at together. */
import { visible } from "../core/text.ts";
import type { MemberLine } from "../tracker/workspace-settings.ts";
import { command, outputFlags, unknownPart, usageError } from "./command.ts";
import type { Env } from "./env.ts";
import { isText, type OutputChoice, printItems, printJson } from "./print.ts";

const actions = ["init", "add", "remove", "list"] as const;

export const workspace = command({
  usage: "init | add NAME PATH | remove NAME | list",
  words: [0, 3],
  values: { NAME: "REPO" },
  flags: outputFlags,
  details: [
    "A workspace is a folder with a list of repositories, kept in .git-tracker/config.toml. From the folder itself, or with",
    "--all-repos from anywhere below it, list, search, board, ready, deps and sync are about all of them, and",
    "an id means the issue of whichever has it; `repo:NAME` in a query narrows that. --repo NAME acts in one of them.",
    "Links may lead from one repository to another. `remove` touches the list alone.",
  ].join("\n"),
  examples: [
    "git tracker workspace init",
    "git tracker workspace add api services/api",
    "git tracker workspace list",
    "git tracker workspace remove api",
  ],
  async run(env, { words: [action = "list", ...rest], flags }) {
    const settings = await import("../tracker/workspace-settings.ts");
    const options = await env.opening();
    const [name = "", path = ""] = rest;
    switch (action) {
      case "list":
      case "ls":
        expectWords(rest, 0, "list");
        return await printList(env, flags, await settings.listRepositories(options));
      case "init": {
        expectWords(rest, 0, "init");
        const { path: file, outcome } = settings.makeWorkspace(options);
        const text =
          outcome === "made" ? `made ${visible(file)}` : `${visible(file)} is there already; nothing was changed`;
        await printChange(env, flags, { action: outcome, name: null, path: file }, text);
        if (outcome === "made") env.err("hint: list repositories with: git tracker workspace add NAME PATH");
        return;
      }
      case "add": {
        expectWords(rest, 2, "add NAME PATH");
        const listed = settings.addRepository(options, name, path);
        const text = `added ${visible(name)}: ${visible(listed)}`;
        return await printChange(env, flags, { action: "added", name, path: listed }, text);
      }
      case "remove":
      case "rm":
        expectWords(rest, 1, "remove NAME");
        settings.removeRepository(options, name);
        return await printChange(
          env,
          flags,
          { action: "removed", name, path: "" },
          `removed ${visible(name)} from the list`,
        );
      default:
        throw unknownPart("workspace", action, actions);
    }
  },
});

function expectWords(words: readonly string[], count: number, usage: string): void {
  if (words.length === count) return;
  const problem = words.length < count ? "Something is missing" : "There are too many words";
  throw usageError("workspace", `${problem}: git tracker workspace ${usage}`);
}

const fields = ["name", "path", "state", "problem", "open"] as const;

async function printList(
  env: Env,
  choice: OutputChoice,
  { lines }: { readonly lines: readonly MemberLine[] },
): Promise<void> {
  const { line } = await import("../render/span.ts");
  const { renderTable } = await import("../render/table.ts");
  const { style } = env;
  await printItems(env, choice, {
    kind: "workspace",
    page: { items: lines.map((each) => ({ ...each })), total: lines.length, next: null },
    known: fields,
    rowFields: fields,
    idField: "name",
    text: () =>
      renderTable(
        [{ name: "repository" }, { name: "open", align: "right" }, { name: "path" }, { name: "problem" }],
        lines.map(({ name, path, problem, open }) => [
          line(name, style.cyan),
          line(open === null ? "" : String(open)),
          line(path),
          line(problem ?? "", style.red),
        ]),
        style,
      ),
  });
  if (lines.length === 0 && isText(choice))
    env.err("No repositories yet. As in: git tracker workspace add api services/api");
}

async function printChange(
  env: Env,
  { json }: OutputChoice,
  change: {
    readonly action: "made" | "there" | "added" | "removed";
    readonly name: string | null;
    readonly path: string;
  },
  text: string,
): Promise<void> {
  if (!json) {
    env.out(text);
    return;
  }
  const { envelope } = await import("../render/json.ts");
  await printJson(env, envelope("workspace-change", change));
}
