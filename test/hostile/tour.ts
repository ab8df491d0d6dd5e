/** A tour of all commands: command lines that print as much of what is in a repository as they can, and those that change it at the end. */
import { commands } from "../../src/commands/table.ts";

export interface Sights {
  /** Of all issues. */
  readonly ids: readonly string[];
  /** Of a few. */
  readonly some: readonly string[];
}

const fields = "title,labels,assignees,milestone,sprint,status,type,priority,author";
const lots = ["--limit", "100000"];

export function tourOf({ ids, some }: Sights): readonly (readonly string[])[] {
  const [first = "", second = "", third = ""] = some;
  const lines: Record<string, readonly (readonly string[])[]> = {
    list: [
      ["--all", ...lots],
      ["--all", "--tree", ...lots],
      ["--all", ...lots, "--fields", fields],
      ...["csv", "markdown", "ndjson", "ids", "json", "{shortId} {title} {labels} {author} {externalIds}"].map(
        (format) => ["--all", ...lots, "--format", format],
      ),
    ],
    show: [
      [...ids],
      [...ids, "--comments", "--events"],
      [...some, "--format", "csv"],
      [...some, "--format", "markdown"],
      [...some, "--format", "{title} {body} {comments}"],
    ],
    board: [
      ["--all"],
      ...["assignee", "priority", "type", "parent", "label:a", "label:"].map((by) => ["--all", "--by", by]),
    ],
    search: [
      ["needle", "--all", ...lots],
      ["a", "--all", ...lots],
      ["needle", "--all", "--format", "csv"],
    ],
    log: [
      [...lots],
      [first],
      [...lots, "--format", "csv"],
      [...lots, "--format", "markdown"],
      [...lots, "--format", "{what} {author}"],
    ],
    ready: [[]],
    deps: [[], ["--tree"], ["--dot"], ["--mermaid"], ...some.map((id) => [id]), ...some.map((id) => [id, "--dot"])],
    attach: some.map((id) => [id, "--list"]),
    label: [["list"], ["add", ...some, "new"], ["remove", ...some, "new"]],
    config: [
      ["list", "--origin"],
      ["get", "list.limit"],
    ],
    conflicts: [[], ["--format", "csv"]],
    ...Object.fromEntries(["sync", "pull", "push"].map((name) => [name, [[], ["--dry-run"]]])),
    verify: [["--all"], [first, "--all"]],
    key: [["list"]],
    remote: [["list"]],
    project: [[], ["log"], ["edit", "--name", "Rocket"]],
    user: [[], ["--format", "csv"], ["--format", "markdown"], ["add", "ada@example.com"]],
    team: [[], ["--format", "csv"], ["add", "web"]],
    workspace: [["list"]],
    completion: [["bash"], ["zsh"], ["fish"], ["powershell"]],
    man: [[]],
    doctor: [[]],
    reindex: [[]],
    export: ["jsonl", "json", "csv", "markdown", "html", "github", "taskwarrior", "ical"].map((format) => [format]),
    schema: [[]],
    help: [[], ["list"]],
    upgrade: [["--check"], []],
    version: [[]],
    new: [["Another", "--parent", first, "--blocked-by", second]],
    resolve: some.map((id) => [id, "--theirs"]),
    edit: [[...some, "--milestone", "m", "--type", "bug", "--due", "2026-12-01"]],
    comment: [[first, "Hello"]],
    status: [[...some, "in-progress"]],
    close: [[...some, "--comment", "done with it"]],
    reopen: [[...some]],
    assign: [[...some, "ada@example.com"]],
    unassign: [[...some, "ada@example.com"]],
    link: [[first, "--relates", second]],
    unlink: [[first, second]],
    archive: [[...some]],
    delete: [[...some]],
    restore: [[...some]],
    undo: [[]],
    init: [[]],
    import: [["github", "github.json"]],
    purge: [[third, "--yes"]],
  };
  return inOrder.flatMap((name) => (lines[name] ?? []).map((rest) => [name, ...rest]));
}

/** Those that only look first, then those that change, then those that take away. */
const last = [
  "new",
  "edit",
  "comment",
  "assign",
  "unassign",
  "status",
  "close",
  "reopen",
  "link",
  "unlink",
  "undo",
  "archive",
  "restore",
  "delete",
  "init",
  "import",
  "purge",
];
const inOrder = [...commands.map(({ name }) => name).filter((name) => !last.includes(name)), ...last];
