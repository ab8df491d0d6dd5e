/**
 * A remote is anybody: streams that no command of ours would write, made byte by byte in a bare repository, each with what is said when
 * it is refused. What git itself checks and what we do overlap on purpose; a person's own fetch checks nothing.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { mergeMessage } from "../../src/core/message.ts";
import { emptyTree } from "../support/events.ts";
import type { TestRepository } from "../support/repository.ts";
import { type Forge, openForge } from "./crafted.ts";

export interface Workshop {
  readonly hub: TestRepository;
  readonly forge: Forge;
  /** A commit of these very bytes. */
  raw(text: string | Uint8Array): string;
  /** A commit with a header as usual, but for what is said. */
  commit(made?: Commitment): string;
  /** The records of a new issue; each has another nonce. */
  created(): string;
  /** A stream whose second commit has this tree. */
  withTree(tree: string): Crafted;
  tree(entries: readonly TreeLine[]): string;
  /** `attachments/` with these in it. */
  attachments(entries: readonly TreeLine[]): string;
  blob(text: string | Uint8Array): string;
}

interface Commitment {
  readonly tree?: string;
  readonly parents?: readonly string[];
  readonly author?: string;
  readonly committer?: string;
  readonly headers?: string;
  readonly message?: string;
}

type TreeLine = readonly [mode: string, name: string, oid: string];

/** A ref of the remote's: its name below `issues/`, and where it points. */
export interface Crafted {
  readonly id: string;
  readonly tip: string;
}

export interface Craft {
  readonly what: string;
  /** What is said of it; undefined: it is taken. */
  readonly reason: RegExp | undefined;
  make(workshop: Workshop): Crafted;
}

const eve = "Eve <eve@example.com> 1768478400 +0000";
const said = "Say\n\nEvent: comment-added\nFormat: 1\n".replace("Say\n\n", "Say\n\nHello\n\n");

export function openWorkshop(hub: TestRepository): Workshop {
  const forge = openForge(hub.cwd);
  let made = 0;
  forge.object("tree", new Uint8Array());
  const raw = (text: string | Uint8Array) => forge.object("commit", Buffer.from(text));
  const commit = ({
    tree = emptyTree,
    parents = [],
    author = eve,
    committer = eve,
    headers = "",
    message,
  }: Commitment = {}) => {
    const lines = [
      `tree ${tree}`,
      ...parents.map((parent) => `parent ${parent}`),
      `author ${author}`,
      `committer ${committer}`,
    ];
    return raw(`${lines.join("\n")}\n${headers}\n${message ?? created()}`);
  };
  const created = () => {
    made += 1;
    const nonce = (0xe0000 + made).toString(16).padStart(20, "0");
    return `Eve's ${made}\n\nEvent: issue-created\nTitle: Eve's ${made}\nStatus: todo\nNonce: ${nonce}\nFormat: 1\n`;
  };
  const tree = (entries: readonly TreeLine[]) =>
    forge.object(
      "tree",
      Buffer.concat(
        entries.flatMap(([mode, name, oid]) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, "hex")]),
      ),
    );
  return {
    hub,
    forge,
    raw,
    commit,
    created,
    tree,
    attachments: (entries) => tree([["40000", "attachments", tree(entries)]]),
    blob: (text) => forge.object("blob", Buffer.from(text)),
    withTree(oid) {
      const id = commit();
      return { id, tip: commit({ parents: [id], tree: oid, message: said }) };
    },
  };
}

/** A stream of one commit. */
function single(tip: string): Crafted {
  return { id: tip, tip };
}

/** A stream that begins well, and goes on with this. */
function after(workshop: Workshop, more: Commitment): Crafted {
  const id = workshop.commit();
  return { id, tip: workshop.commit({ message: said, ...more, parents: [id, ...(more.parents ?? [])] }) };
}

/** A second commit with an author of one's own. */
function by(what: string, author: string, reason: RegExp | undefined): Craft {
  return { what, reason, make: (workshop) => after(workshop, { author }) };
}

function file(what: string, line: (workshop: Workshop) => TreeLine, reason: RegExp | undefined): Craft {
  return { what, reason, make: (workshop) => workshop.withTree(workshop.attachments([line(workshop)])) };
}

function named(name: string): Craft {
  return file(`a file called ${JSON.stringify(name)}`, ({ blob }) => ["100644", name, blob("evil")], /./);
}

/** A commit of a newer program or of another tool is no attack: it is kept. */
export const odd: readonly Craft[] = [
  {
    what: "an encoding that nobody knows",
    reason: undefined,
    make: (shop) => after(shop, { headers: "encoding no-such\n" }),
  },
  {
    what: "a signature of nothing",
    reason: undefined,
    make: (shop) => after(shop, { headers: "gpgsig -----BEGIN PGP SIGNATURE-----\n \n -----END\n" }),
  },
  {
    what: "a mergetag",
    reason: undefined,
    make: (shop) => after(shop, { headers: `mergetag object ${"1".repeat(40)}\n type commit\n tag v1\n` }),
  },
  { what: "headers of the future", reason: undefined, make: (shop) => after(shop, { headers: "x-new value\n" }) },
  by("a time in the year 30000", "Eve <e@e> 884541600000 +0000", undefined),
  by("a zone a hundred hours away", "Eve <e@e> 1768478400 +9999", undefined),
  by("an escape sequence for a name", "\x1b]0;owned\x07 <e\u202ee@e> 1768478400 +0000", undefined),
  {
    what: "a broken event",
    reason: undefined,
    make: (shop) => after(shop, { message: "X\n\nEvent: status-changed\nFormat: 1\n" }),
  },
  { what: "no records at all", reason: undefined, make: (shop) => after(shop, { message: "\x1b[2Jhello" }) },
  {
    what: "names that only case tells apart",
    reason: undefined,
    make: (shop) =>
      shop.withTree(
        shop.attachments([
          ["100644", "A", shop.blob("1")],
          ["100644", "a", shop.blob("2")],
        ]),
      ),
  },
  { what: "64 parents", reason: undefined, make: (shop) => octopus(shop, 64) },
];

function octopus(shop: Workshop, count: number): Crafted {
  const id = shop.commit();
  const arms = Array.from({ length: count }, (_, arm) =>
    shop.commit({ parents: [id], message: said.replace("Hello", `Arm ${arm}`) }),
  );
  return { id, tip: shop.commit({ parents: arms, message: mergeMessage }) };
}

export const bad: readonly Craft[] = [
  { what: "a blob", reason: /is a blob, not a commit/, make: ({ blob }) => single(blob("no commit")) },
  { what: "a tree", reason: /is a tree, not a commit/, make: ({ tree }) => single(tree([])) },
  {
    what: "a tag",
    reason: /is a tag, not a commit|not the one its name says/,
    make: ({ forge, commit }) =>
      single(forge.object("tag", Buffer.from(`object ${commit()}\ntype commit\ntag v1\ntagger ${eve}\n\nTagged\n`))),
  },
  { what: "nothing", reason: /./, make: () => single("1".repeat(40)) },
  {
    what: "another's root",
    reason: /first commit is not the one its name says/,
    make: ({ commit }) => ({ id: "2".repeat(40), tip: commit() }),
  },
  {
    what: "a second beginning",
    reason: /second beginning/,
    make: (shop) => after(shop, { parents: [shop.commit()], message: mergeMessage }),
  },
  {
    what: "a merge of strangers",
    reason: /first commit is not the one its name says|second beginning/,
    make: ({ commit }) => {
      const [left, right] = [commit(), commit()].sort();
      return { id: "3".repeat(40), tip: commit({ parents: [left ?? "", right ?? ""], message: mergeMessage }) };
    },
  },
  { what: "a root with a parent", reason: /its name says|has a parent/, make: (shop) => single(after(shop, {}).tip) },
  {
    what: "a root that creates nothing",
    reason: /does not create an issue/,
    make: ({ commit }) => single(commit({ message: said })),
  },
  { what: "a parent that is a blob", reason: /./, make: (shop) => after(shop, { parents: [shop.blob("parent")] }) },
  { what: "a parent that is a tree", reason: /./, make: (shop) => after(shop, { parents: [emptyTree] }) },
  { what: "a parent that is missing", reason: /./, make: (shop) => after(shop, { parents: ["4".repeat(40)] }) },
  {
    what: "a parent without a name",
    reason: /./,
    make: (shop) => after(shop, { parents: ["../../../../etc/passwd"] }),
  },
  { what: "65 parents", reason: /has 65 parents/, make: (shop) => octopus(shop, 65) },
  { what: "a thousand parents", reason: /has 1000 parents/, make: (shop) => octopus(shop, 1000) },
  {
    what: "two authors",
    reason: /./,
    make: ({ raw, created }) =>
      single(raw(`tree ${emptyTree}\nauthor ${eve}\nauthor ${eve}\ncommitter ${eve}\n\n${created()}`)),
  },
  {
    what: "no committer",
    reason: /./,
    make: ({ raw, created }) => single(raw(`tree ${emptyTree}\nauthor ${eve}\n\n${created()}`)),
  },
  { what: "no header", reason: /./, make: ({ raw }) => single(raw("garbage\n")) },
  { what: "no bytes", reason: /./, make: ({ raw }) => single(raw("")) },
  { what: "a NUL in the message", reason: /./, make: (shop) => after(shop, { message: "X\n\na\0b\n\nFormat: 1\n" }) },
  by("a negative time", "Eve <e@e> -5 +0000", /./),
  by("a time of a hundred digits", `Eve <e@e> ${"9".repeat(100)} +0000`, /./),
  by("a time that is none", "Eve <e@e> now +0000", /./),
  by("a zone that is none", "Eve <e@e> 1768478400 +00000000", /./),
  by("an author without an email", "Eve 1768478400 +0000", /./),
  by("an author with three emails", "Eve <a@b> <c@d> <e@f> 1768478400 +0000", /./),
  {
    what: "a message of 10 MB",
    reason: /bigger than|more than/,
    make: (shop) => after(shop, { message: `${"x".repeat(10_000_000)}\n\n${said}` }),
  },
  {
    what: "a message of 4 MiB and a little",
    reason: /message of more than 4194304 bytes/,
    make: (shop) => after(shop, { message: `${"x".repeat(4 * 1024 * 1024)}\n\n${said}` }),
  },
  { what: "a tree that is a blob", reason: /./, make: (shop) => shop.withTree(shop.blob("no tree")) },
  { what: "a tree that is missing", reason: /./, make: (shop) => shop.withTree("5".repeat(40)) },
  {
    what: "a file beside the attachments",
    reason: /something else than attachments/,
    make: (shop) => shop.withTree(shop.tree([["100644", "evil.sh", shop.blob("evil")]])),
  },
  {
    what: "another folder",
    reason: /something else than attachments/,
    make: (shop) => shop.withTree(shop.tree([["40000", "hooks", shop.tree([["100644", "x", shop.blob("evil")]])]])),
  },
  {
    what: "attachments that are a file",
    reason: /something else than attachments/,
    make: (shop) => shop.withTree(shop.tree([["100644", "attachments", shop.blob("evil")]])),
  },
  {
    what: "a folder in the attachments",
    reason: /no plain file/,
    make: (shop) =>
      shop.withTree(shop.attachments([["40000", "deep", shop.tree([["100644", "x", shop.blob("evil")]])]])),
  },
  file("a symbolic link", ({ blob }) => ["120000", "link", blob("/etc/passwd")], /no plain file/),
  file("a submodule", () => ["160000", "module", "6".repeat(40)], /no plain file/),
  file("a program", ({ blob }) => ["100755", "run", blob("evil")], /no plain file/),
  file("a mode that no file has", ({ blob }) => ["0777777", "x", blob("evil")], /./),
  file("a file that is missing", () => ["100644", "x", "7".repeat(40)], /./),
  ...[".", "..", ".git", ".GIT", "git~1", ".g\u200cit", "../x", "/etc/passwd", "..\\x", "C:x", "", "a\x1b[2Jb"].map(
    named,
  ),
  named("x".repeat(300)),
  {
    what: "two files of one name",
    reason: /./,
    make: (shop) =>
      shop.withTree(
        shop.attachments([
          ["100644", "a", shop.blob("1")],
          ["100644", "a", shop.blob("2")],
        ]),
      ),
  },
  {
    what: "files out of order",
    reason: /./,
    make: (shop) =>
      shop.withTree(
        shop.attachments([
          ["100644", "b", shop.blob("1")],
          ["100644", "a", shop.blob("2")],
        ]),
      ),
  },
  {
    what: "a hundred and fifty thousand files",
    reason: /bigger than/,
    make(shop) {
      const blob = shop.blob("one for all");
      const names = Array.from({ length: 150_000 }, (_, place) => `f${String(place).padStart(9, "0")}`);
      return shop.withTree(shop.attachments(names.map((name) => ["100644", name, blob])));
    },
  },
];

/** Points a ref of the remote's somewhere; no name and no tip is refused here. */
export function pointAt({ hub }: Workshop, crafted: readonly Crafted[], more = ""): void {
  const lines = crafted.map(({ id, tip }) => `${tip} refs/git-tracker/issues/${id}\n`).sort();
  writeFileSync(join(hub.cwd, "packed-refs"), `# pack-refs with: peeled fully-peeled\n${lines.join("")}${more}`);
}
