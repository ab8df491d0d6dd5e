/** `export`: writes issues, with their whole histories, for other programs. */
import { nearest, TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import { command } from "./command.ts";

const formats = ["jsonl", "json"] as const;

export const exportCommand = command({
  usage: "jsonl|json [QUERY…]",
  words: [1, 1000],
  query: true,
  flags: { output: { type: "string", short: "o", value: "FILE", help: "write into a file" } },
  details: [
    "jsonl  one issue per line: the fields that --json prints, its events, and the git objects that hold them",
    "json   the same as one document",
    "Without a query: all issues, archived ones too; deleted ones with is:deleted.",
  ].join("\n"),
  examples: ["git tracker export jsonl > issues.jsonl", "git tracker export json label:auth -o auth.json"],
  async run(env, { words, flags }) {
    const [format = "", ...query] = words;
    if (!(formats as readonly string[]).includes(format)) throw unknownFormat(format);
    const tracker = await env.open();
    const { andQuery } = await import("../core/query.ts");
    const { exportIssues } = await import("../tracker/export.ts");
    const { parse } = await import("../tracker/read.ts");
    const { exportIssue, exportLine, exportDocument } = await import("../bridge/export.ts");
    const { issueItem } = await import("../render/json.ts");
    const all = await parse(tracker, query.length > 0 ? "" : "(is:archived OR NOT is:archived) sort:created-asc");
    const asked = andQuery(await parse(tracker, query.join(" ")), all);
    const parts: string[] = [];
    const documents = [];
    let count = 0;
    for await (const { view, history } of exportIssues(tracker, asked)) {
      count++;
      if (format === "jsonl") parts.push(exportLine(issueItem(view), history));
      else documents.push(exportIssue(issueItem(view), history));
    }
    if (format === "json") parts.push(...exportDocument(documents));
    if (flags.output === undefined) {
      for (const part of parts) env.out(part);
      return;
    }
    await env.files.write(flags.output, parts.join(""));
    env.err(`${count} ${count === 1 ? "issue" : "issues"} written to ${visible(flags.output)}`);
  },
});

function unknownFormat(format: string): TrackerError {
  const near = nearest(format, formats);
  return new TrackerError(
    "invalid",
    `There is no export as \`${visible(format)}\``,
    near === undefined ? `There is: ${formats.join(", ")}.` : `Did you mean: git tracker export ${near}`,
  );
}
