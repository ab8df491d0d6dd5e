/** The reference of the command line as Markdown. */
import { type CommandReference, collectReference, isTable, type Row } from "../src/commands/reference.ts";

/** The text of docs/cli.md. */
export async function renderMarkdown(): Promise<string> {
  const reference = await collectReference();
  return [
    "# The command line",
    "",
    "<!-- Made by `bun run docs`: change the declarations in src/commands instead. -->",
    "",
    reference.description,
    "",
    "```sh",
    "git tracker COMMAND [flags] [words]",
    "```",
    "",
    ...reference.groups.flatMap(({ name, commands }) => [
      `**${name}**: ${commands.map(({ entry }) => `[${entry.name}](#${entry.name})`).join(", ")}`,
      "",
    ]),
    ...heading("Flags of every command", table(["flag", "what it does"], reference.globalFlags)),
    ...reference.groups.flatMap(({ name, commands }) => [`## ${name}`, "", ...commands.flatMap(renderCommand)]),
    ...heading("Queries", [
      "A query is words and terms, and all of them must hold.",
      "",
      ...table(["term", "what it means"], reference.querySyntax),
      "",
      ...table(["field, as in", "what it asks for"], reference.queryFields),
      "",
      ...code(reference.queryExamples),
    ]),
    ...heading("Settings", table(["key", "what it means"], reference.settings)),
    ...heading("Environment", table(["variable", "what it says"], reference.environment)),
    ...heading("Files", table(["file", "what is in it"], reference.files)),
    ...heading("Exit codes", table(["code", "what it says"], reference.exitCodes)),
  ]
    .join("\n")
    .trimEnd()
    .concat("\n");
}

function heading(name: string, lines: readonly string[]): string[] {
  return [`## ${name}`, "", ...lines, ""];
}

function renderCommand({ entry, usage, also, flags, details, examples }: CommandReference): string[] {
  const { name, summary } = entry;
  const blocks = (details ?? "").split("\n\n").filter((block) => block !== "");
  return [
    `### ${name}`,
    "",
    `${summary.slice(0, 1).toUpperCase()}${summary.slice(1)}.${also === "" ? "" : ` Also: ${also}.`}`,
    "",
    ...code([usage]),
    "",
    ...blocks.flatMap((block) => [...(isTable(block) ? code(block.split("\n")) : [plain(block)]), ""]),
    ...(flags.length === 0 ? [] : [...table(["flag", "what it does"], flags), ""]),
    ...code(examples),
    "",
  ];
}

function code(lines: readonly string[]): string[] {
  return ["```sh", ...lines, "```"];
}

function table([term, meaning]: Row, rows: readonly Row[]): string[] {
  return [
    `| ${term} | ${meaning} |`,
    "| --- | --- |",
    ...rows.map((row) => `| \`${row[0].replaceAll("|", "\\|")}\` | ${plain(row[1]).replaceAll("|", "\\|")} |`),
  ];
}

/** What Markdown would take for markup stays text; code within backticks is as it is. */
function plain(text: string): string {
  const outside = (part: string) => part.replace(/[<>*_[\]]/g, "\\$&");
  return text
    .split(/(`[^`\n]*`)/)
    .map((part, at) => (at % 2 === 0 ? outside(part) : part))
    .join("");
}
