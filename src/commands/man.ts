/** The command `man`: the manual page git-tracker(1), made from what `help` is made from. */
import { definitions, paragraph, section, subsection, title, verbatim } from "../render/roff.ts";
import { command, usageError } from "./command.ts";
import { type CommandReference, isTable, type Reference } from "./reference.ts";

export const man = command({
  usage: "",
  words: [0, 0],
  flags: {},
  details: "Prints the manual page git-tracker(1) in roff. Where it is installed, `git tracker --help` shows it.",
  examples: ["git tracker man > ~/.local/share/man/man1/git-tracker.1", "git tracker man | man -l -"],
  async run(env, { flags }) {
    if (flags.json)
      throw usageError("man", "It prints roff, not JSON; as JSON there is: git tracker help --all --json");
    const { collectReference } = await import("./reference.ts");
    const [version = ""] = env.version.split(" ");
    env.out(renderManual(await collectReference(), version));
  },
});

function renderManual(reference: Reference, version: string): string {
  return [
    title("git-tracker", 1, `git-tracker ${version}`.trim(), "Git Tracker Manual"),
    section("NAME", "git-tracker - track issues inside a git repository"),
    section("SYNOPSIS", "git tracker COMMAND [flags] [words]"),
    section("DESCRIPTION", reference.description),
    section("FLAGS OF EVERY COMMAND"),
    definitions(reference.globalFlags),
    section("COMMANDS"),
    ...reference.groups.flatMap(({ name, commands }) => [
      subsection(name),
      definitions(commands.map(({ entry }) => [entry.name, sentence(entry.summary)])),
    ]),
    ...reference.groups.flatMap(({ name, commands }) => [
      section(`${name} COMMANDS`.toUpperCase()),
      ...commands.map(renderCommand),
    ]),
    section("QUERIES", "A query is words and terms, and all of them must hold."),
    definitions(reference.querySyntax),
    subsection("Fields"),
    definitions(reference.queryFields),
    paragraph("Examples:"),
    verbatim(reference.queryExamples),
    section("SETTINGS"),
    definitions(reference.settings),
    section("ENVIRONMENT"),
    definitions(reference.environment),
    section("FILES"),
    definitions(reference.files),
    section("EXIT STATUS"),
    definitions(reference.exitCodes),
    section("SEE ALSO", "git(1), git-config(1), git tracker help COMMAND"),
  ].join("");
}

function renderCommand({ entry, usage, also, flags, details, examples }: CommandReference): string {
  return [
    subsection(usage, [sentence(entry.summary), ...(also === "" ? [] : [`Also: ${also}.`])].join("\n")),
    ...(details ?? "").split("\n\n").map(renderBlock),
    definitions(flags),
    paragraph(examples.length === 1 ? "Example:" : "Examples:"),
    verbatim(examples),
  ].join("");
}

/** Lines that are a table stay as they are. */
function renderBlock(block: string): string {
  if (block === "") return "";
  return isTable(block) ? verbatim(block.split("\n")) : paragraph(block);
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
