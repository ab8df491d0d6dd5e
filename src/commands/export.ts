/** `export`: writes issues for other programs, and for people who have none. */
import { visible } from "../core/text.ts";
import { anyNumber, command, usageError } from "./command.ts";
import { counted } from "./counted.ts";
import { findFormat, formats } from "./formats.ts";
import { parseLimit } from "./paging.ts";
import { filterFlags, readQuery } from "./query-flags.ts";

const width = Math.max(...formats.map(({ name }) => name.length));

export const exportCommand = command({
  usage: "FORMAT [QUERY…]",
  words: [1, anyNumber],
  query: true,
  values: { FORMAT: formats.map(({ name }) => name) },
  flags: {
    output: { type: "string", short: "o", value: "FILE", help: "write into a file; `-` is standard output" },
    fields: { type: "list", value: "NAMES", help: "only these columns, with csv" },
    ...filterFlags,
    sort: { type: "string", value: "FIELD", help: "as in priority-desc or created-asc,title (created-asc)" },
    limit: { type: "string", short: "L", value: "N", help: "so many at most" },
  },
  details: [
    ...formats.map(({ name, summary }) => `${name.padEnd(width)}  ${summary}`),
    "",
    "Without a query: all issues, archived ones too; deleted ones with is:deleted. A query finds closed ones, too.",
    "What `export jsonl` wrote, `import jsonl` takes: the same issues under the same ids, in any repository that names objects by the same hash.",
  ].join("\n"),
  examples: formats
    .map(({ name, extension }) => `git tracker export ${name} -o issues.${extension}`)
    .concat(["git tracker export csv --fields id,title,due label:auth is:open"]),
  async run(env, { words: [name = "", ...words], flags }) {
    const format = findFormat(name);
    if (flags.fields.length > 0 && format.hasFields === undefined) {
      throw usageError("export", `--fields is for csv, not for ${format.name}`);
    }
    const { output = "-" } = flags;
    if (flags.json && output === "-" && format.isJson === undefined) {
      throw usageError("export", `With --json, say where the ${format.name} goes: -o FILE`);
    }
    const tracker = await env.open();
    const { andQuery } = await import("../core/query.ts");
    const { exportIssues } = await import("../tracker/export.ts");
    const { parse } = await import("../tracker/read.ts");
    const { query: asked } = await readQuery(tracker, { words, filter: flags, otherwise: "", sort: flags.sort });
    const all = asked.where === undefined ? "(is:archived OR NOT is:archived)" : "";
    const query = andQuery(await parse(tracker, `${all} sort:created-asc`), asked);
    const limit = flags.limit === undefined ? undefined : parseLimit(flags.limit);
    const exported = await exportIssues(tracker, query, limit);
    const write = await format.load();
    await env.files.writeParts(output, write(exported, { settings: tracker.config, fields: flags.fields }));
    if (output === "-") return;
    const issues = exported.summaries.length;
    if (flags.json) {
      const { envelope, renderJson } = await import("../render/json.ts");
      env.out(renderJson(envelope("export", { format: format.name, file: output, issues }), env.style));
    } else env.err(`${counted(issues, "issue")} written to ${visible(output)}`);
  },
});
