/** Fossil: tickets are change artifacts in its own repository, which is one SQLite file. */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { debianProgram } from "./install.ts";
import { type Happening, inventAll, rareWord } from "./invent.ts";
import { alternating, type Trial } from "./measure.ts";
import type { Rival } from "./rivals.ts";
import { runIn, scratchFolder, seed } from "./scratch.ts";

const statusNames: Readonly<Record<string, string>> = { todo: "Open", "in-progress": "Verified", done: "Fixed" };
const typeNames: Readonly<Record<string, string>> = {
  bug: "Code Defect",
  feature: "Feature Request",
  task: "Incident",
};

const columns =
  "SELECT substr(tkt_uuid, 1, 10) AS '#', datetime(tkt_mtime) AS mtime, type, status, subsystem, title FROM ticket WHERE";
/** Reports that somebody with this many tickets would make: its own have no limit. */
const reports = {
  list: `${columns} status IN ('Open', 'Verified') ORDER BY tkt_mtime DESC LIMIT 50`,
  filtered: `${columns} subsystem LIKE '%parser%' AND priority = 'high' ORDER BY tkt_ctime LIMIT 50`,
  search:
    `${columns} title LIKE '%${rareWord}%' OR comment LIKE '%${rareWord}%' OR tkt_id IN ` +
    `(SELECT tkt_id FROM ticketchng WHERE icomment LIKE '%${rareWord}%') ORDER BY tkt_mtime DESC LIMIT 50`,
} as const;

export async function openFossil(issues: number): Promise<Rival> {
  const fossil = await debianProgram("fossil", "fossil");
  const cwd = join(scratchFolder(), "fossil");
  const artifacts = join(cwd, "artifacts");
  mkdirSync(artifacts, { recursive: true });
  let files = 0;
  for (const [number, happenings] of inventAll(seed, issues).entries()) {
    for (const artifact of ticketArtifacts(number, happenings))
      await Bun.write(join(artifacts, String(files++)), artifact);
  }
  await runIn(cwd, [fossil, "reconstruct", "tickets.fossil", "artifacts"]);
  rmSync(artifacts, { recursive: true });
  const run = (...args: string[]) => runIn(cwd, [fossil, ...args, "-R", "tickets.fossil"]);
  await run("user", "default", "ada");
  for (const [title, sql] of Object.entries(reports)) {
    const values = [title, sql].map((value) => `'${value.replaceAll("'", "''")}'`);
    await run(
      "sql",
      `INSERT INTO reportfmt(owner, title, mtime, cols, sqlcode) VALUES ('ada', ${values[0]}, 0, '', ${values[1]})`,
    );
  }
  const counted = (await run("ticket", "show", "0")).match(/^\d+\t[0-9a-f]{40}\t/gm)?.length ?? 0;
  if (counted !== issues) throw new Error(`it holds ${counted} of ${issues} tickets`);
  let next = 0;
  const nextId = () => uuidOf(next++ % issues);
  const toAndFro = alternating("Verified", "Open");
  const trial = (label: string, args: () => readonly string[]): Trial => {
    return { label, next: () => ({ command: [fossil, "ticket", ...args(), "-R", "tickets.fossil"], cwd }) };
  };
  const fields = ["title", "A title of some words", "status", "Open", "comment", "A body of some more words."];
  return {
    version: (await runIn(cwd, [fossil, "version"])).match(/\d+(?:\.\d+)+/)?.[0] ?? "",
    trials: {
      new: trial("ticket add", () => ["add", ...fields]),
      status: trial("ticket set", () => ["set", uuidOf(0), "status", toAndFro()]),
      list: trial("ticket show", () => ["show", "list"]),
      "list, filtered": trial("ticket show, filtered", () => ["show", "filtered"]),
      show: trial("ticket history", () => ["history", nextId()]),
      search: trial("ticket show, LIKE", () => ["show", "search"]),
      board: { lacking: "it has no board" },
    },
  };
}

/** What happened to an issue, each a change artifact. Labels share one field; what there is no field for becomes a remark. */
export function ticketArtifacts(number: number, happenings: readonly Happening[]): string[] {
  const labels = new Set<string>();
  return happenings.map((happening) => {
    const cards = Object.entries(fieldsOf(happening, labels)).sort(([a], [b]) => (a < b ? -1 : 1));
    const time = new Date(happening.seconds * 1000).toISOString().slice(0, -1);
    const user = happening.author.email;
    const head = `D ${time}\n${cards.map(([field, value]) => `J ${field} ${escaped(value)}\n`).join("")}`;
    const text = `${head}K ${uuidOf(number)}\nU ${escaped(user)}\n`;
    return `${text}Z ${new Bun.CryptoHasher("md5").update(text).digest("hex")}\n`;
  });
}

function fieldsOf({ draft, author }: Happening, labels: Set<string>): Record<string, string> {
  const comment = (body: string) => ({ icomment: body, login: author.email, mimetype: "text/plain" });
  const subsystem = () => ({ subsystem: [...labels].join(",") });
  switch (draft.type) {
    case "issue-created": {
      for (const label of draft.label ?? []) labels.add(label);
      const type = typeNames[draft.issueType ?? "task"] ?? "Incident";
      const { title, body, priority } = draft;
      return { title, comment: body ?? "", type, status: "Open", priority: priority ?? "", ...subsystem() };
    }
    case "title-changed":
      return { title: draft.to };
    case "description-changed":
      return { comment: draft.body ?? "" };
    case "priority-changed":
      return { priority: draft.to ?? "" };
    case "status-changed":
      return { status: statusNames[draft.to] ?? draft.to };
    case "label-added":
      labels.add(draft.label);
      return subsystem();
    case "label-removed":
      labels.delete(draft.label);
      return subsystem();
    case "comment-added":
      return comment(draft.body);
    default:
      return comment(draft.type);
  }
}

/** As its artifacts write what holds white space. */
function escaped(value: string): string {
  const letters: Readonly<Record<string, string>> = { "\\": "\\\\", " ": "\\s", "\n": "\\n", "\t": "\\t", "\r": "\\r" };
  return value.replaceAll(/[\\ \n\t\r]/g, (character) => letters[character] ?? character);
}

function uuidOf(number: number): string {
  return new Bun.CryptoHasher("sha1").update(`ticket ${number}`).digest("hex");
}
