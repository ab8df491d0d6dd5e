import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { Oid } from "../../src/core/commit.ts";
import { TrackerError } from "../../src/core/errors.ts";
import { encodeTree, nameObject } from "../../src/store/objects.ts";
import { refs } from "../../src/store/refs.ts";
import { createIssue } from "../../src/tracker/issues.ts";
import { addMember } from "../../src/tracker/people.ts";
import { addComment, attachFiles, readAttachment } from "../../src/tracker/talk.ts";
import { ben } from "../support/events.ts";
import { makeRepository, type RepositoryKind, type TestRepository, whyNot } from "../support/repository.ts";
import { makeSigning } from "../support/signing.ts";
import { type TestTracker, tickingClock, trackerAt } from "../support/tracker.ts";
import { carry, receive, tipsOf } from "./jsonl.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

async function fill(tracker: TestTracker): Promise<Oid> {
  const { id } = await createIssue(tracker, { title: "One", body: "Words", labels: ["a"] });
  await addComment(tracker, id, "More\n\nwords");
  await attachFiles(tracker, id, [
    { name: "f.txt", bytes: bytes("hello\n") },
    { name: "noise.bin", bytes: Uint8Array.from({ length: 1000 }, (_, at) => (at * 7) % 256) },
  ]);
  await createIssue(tracker, { title: "Two", blockedBy: [id] });
  await addMember(tracker, "ben@example.com", {});
  return id;
}

describe("in real repositories", () => {
  const kinds: readonly RepositoryKind[] = ["plain", "sha256", "reftable", "bare"];
  for (const kind of kinds) {
    const problem = whyNot(kind);
    test.skipIf(problem !== undefined)(
      `${kind}: the same refs, the same bytes, and git finds nothing wrong${problem === undefined ? "" : ` (${problem})`}`,
      async () => {
        using from = makeRepository(kind);
        using to = makeRepository(kind);
        const [ada, other] = [await trackerAt(from), await trackerAt(to, ben)];
        const id = await fill(ada);
        const file = await carry(ada);
        expect(await receive(other, file)).toEqual({
          created: 2,
          updated: 0,
          unchanged: 0,
          commits: 5,
          comments: 1,
          project: "new",
        });
        expect(await tipsOf(other)).toEqual(await tipsOf(ada));
        expect(await carry(other)).toBe(file);
        expect(await readAttachment(other, id, "f.txt")).toEqual(bytes("hello\n"));
        to.git("fsck", "--strict");
        ada.close();
        other.close();
      },
    );
  }

  test("signatures come along", async () => {
    using signing = makeSigning();
    using to = makeRepository();
    const [ada, other] = [await trackerAt(signing.repository), await trackerAt(to, ben)];
    const id = await fill(ada);
    await receive(other, await carry(ada));
    const commit = (repository: TestRepository) => repository.git("cat-file", "commit", refs.issue(id));
    expect(commit(to)).toContain("gpgsig -----BEGIN SSH SIGNATURE-----");
    expect(commit(to)).toBe(commit(signing.repository));
    ada.close();
    other.close();
  });

  test("what both have changed is merged as a sync would, on both sides alike", async () => {
    using from = makeRepository();
    using to = makeRepository();
    const [ada, other] = [await trackerAt(from), await trackerAt(to, ben, tickingClock(Date.UTC(2026, 5, 1)))];
    const id = await fill(ada);
    await receive(other, await carry(ada));
    await addComment(ada, id, "Ada's");
    await addComment(other, id, "Ben's");
    const file = await carry(other);
    expect(await receive(other, await carry(ada))).toMatchObject({
      created: 0,
      updated: 1,
      unchanged: 1,
      commits: 1,
      comments: 1,
    });
    expect(await receive(ada, file)).toMatchObject({ updated: 1, commits: 1 });
    expect(await tipsOf(other)).toEqual(await tipsOf(ada));
    expect(await receive(ada, file)).toMatchObject({ created: 0, updated: 0, unchanged: 2, commits: 0 });
    ada.close();
    other.close();
  });

  test("gzip is taken as it is", async () => {
    using from = makeRepository();
    using to = makeRepository();
    const [ada, other] = [await trackerAt(from), await trackerAt(to)];
    await fill(ada);
    expect(await receive(other, Bun.gzipSync(await carry(ada)))).toMatchObject({ created: 2 });
    ada.close();
    other.close();
  });
});

interface CarriedObject {
  oid: string;
  type?: string;
  text?: string;
  base64?: string;
}

interface Line {
  kind: string;
  id: string;
  revision: string;
  objects: CarriedObject[];
}

describe("a line that can't be taken", () => {
  let from: TestRepository;
  let to: TestRepository;
  let ada: TestTracker;
  let other: TestTracker;
  let lines: Line[];

  beforeEach(async () => {
    from = makeRepository();
    to = makeRepository();
    ada = await trackerAt(from);
    other = await trackerAt(to, ben);
    await fill(ada);
    lines = (await carry(ada))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
  });
  afterEach(() => {
    ada.close();
    other.close();
    from[Symbol.dispose]();
    to[Symbol.dispose]();
  });

  /** Imports the lines; whatever was wrong, no ref has moved. */
  async function refusal(text = lines.map((line) => JSON.stringify(line)).join("\n")): Promise<string> {
    try {
      await receive(other, text);
    } catch (error) {
      if (!(error instanceof TrackerError)) throw error;
      expect(error.code).toBe("invalid");
      expect(await tipsOf(other)).toEqual({});
      return error.message.replace(/\b[0-9a-f]{40}\b/g, "OID");
    }
    return "taken";
  }

  /** The line of the first issue. */
  const one = () => {
    const line = lines[1];
    if (line === undefined) throw new Error("There is no issue");
    return line;
  };
  const commitAt = (at: number) => {
    const object = one().objects[at];
    if (object === undefined) throw new Error("There is no such object");
    return object;
  };

  /** Puts another commit on top of the issue. */
  function append(text: string, ...more: CarriedObject[]): void {
    const { oid } = nameObject("sha1", { type: "commit", bytes: bytes(text) });
    one().objects.push({ oid, text }, ...more);
    one().revision = oid;
  }

  const who = "Eve <eve@example.com> 1767225600 +0000";
  const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
  const commit = (tree: string, ...parents: string[]) =>
    `tree ${tree}\n${parents.map((parent) => `parent ${parent}\n`).join("")}author ${who}\ncommitter ${who}\n\nSay\n\nx\n\nEvent: comment-added\nFormat: 1\n`;

  test("has another text than its name says", async () => {
    commitAt(0).text = commitAt(0).text?.replace("One", "Eins") ?? "";
    expect(await refusal()).toBe("issues.jsonl:2: what is called commit OID is OID");
  });

  test("is another issue than its id says", async () => {
    one().id = "0".repeat(40);
    expect(await refusal()).toBe("issues.jsonl:2: its first commit is not the one its name says");
  });

  test("lacks a commit", async () => {
    one().objects.shift();
    expect(await refusal()).toBe("issues.jsonl:2: commit OID is missing");
  });

  test("ends elsewhere", async () => {
    one().revision = "1".repeat(40);
    expect(await refusal()).toBe("issues.jsonl:2: commit OID does not belong to OID");
    one().objects = [];
    expect(await refusal()).toBe("issues.jsonl:2: commit OID is missing");
  });

  test("lacks a file", async () => {
    one().objects = one().objects.filter(({ type }) => type !== "blob");
    expect(await refusal()).toBe("issues.jsonl:2: file OID is missing");
  });

  test("holds what belongs to nothing", async () => {
    const { oid } = nameObject("sha1", { type: "blob", bytes: bytes("stray") });
    one().objects.push({ oid, type: "blob", base64: bytes("stray").toBase64() });
    expect(await refusal()).toBe("issues.jsonl:2: blob OID does not belong to OID");
  });

  test("is there twice, in two states", async () => {
    lines.push(structuredClone(one()));
    append(commit(emptyTree, one().revision));
    expect(await refusal()).toBe("issues.jsonl:4: issue OID is there twice, first at issues.jsonl:2");
  });

  test("has a second beginning", async () => {
    const text = commit(emptyTree);
    const { oid } = nameObject("sha1", { type: "commit", bytes: bytes(text) });
    append(commit(emptyTree, one().revision, oid), { oid, text });
    expect(await refusal()).toBe("issues.jsonl:2: it has a second beginning, OID");
  });

  test("has a header that git would stop at", async () => {
    append(commit(emptyTree, one().revision).replace("committer Eve <", "committer Eve<"));
    expect(await refusal()).toMatch(/^issues\.jsonl:2: commit OID has a header as no git writes it$/);
  });

  test.each([".git", "..", "a/b", "GIT~1"])("has a file called %s", async (name) => {
    const blob = nameObject("sha1", { type: "blob", bytes: bytes("x") });
    const folder = nameObject("sha1", encodeTree([{ name, type: "blob", oid: blob.oid }]));
    const root = nameObject("sha1", encodeTree([{ name: "attachments", type: "tree", oid: folder.oid }]));
    const carried = [blob, folder, root].map(({ oid, type, bytes }) => ({ oid, type, base64: bytes.toBase64() }));
    append(commit(root.oid, one().revision), ...carried);
    expect(await refusal()).toBe(`issues.jsonl:2: \`${name}\` in tree OID can't be a file's name`);
  });

  test("has a tree of something else", async () => {
    const blob = nameObject("sha1", { type: "blob", bytes: bytes("x") });
    const root = nameObject("sha1", encodeTree([{ name: "README", type: "blob", oid: blob.oid }]));
    const carried = [blob, root].map(({ oid, type, bytes }) => ({ oid, type, base64: bytes.toBase64() }));
    append(commit(root.oid, one().revision), ...carried);
    expect(await refusal()).toBe("issues.jsonl:2: tree OID holds something else than attachments");
  });

  test("is no project", async () => {
    const [project] = lines;
    if (project === undefined) throw new Error("There is no project");
    Object.assign(project, { objects: one().objects, revision: one().revision });
    expect(await refusal()).toMatch(/^issues\.jsonl:1: /);
  });

  test("is named by another hash", async () => {
    for (const object of one().objects) object.oid = object.oid.padEnd(64, "0");
    one().revision = one().revision.padEnd(64, "0");
    expect(await refusal()).toBe("issues.jsonl:2: its objects are named by SHA-256, those of this repository by SHA-1");
  });

  test.each<[what: string, change: (line: Record<string, unknown>) => void, reason: string]>([
    ["of an unknown kind", (line) => Object.assign(line, { kind: "sprint" }), "kind: should be issue or project"],
    [
      "of a newer schema",
      (line) => Object.assign(line, { schema: 2 }),
      "schema: should be 1: a newer git-tracker wrote it",
    ],
    ["without objects", (line) => delete line.objects, "objects: missing"],
    ["whose id is a path", (line) => Object.assign(line, { id: "../../heads/main" }), "id: should be a full object id"],
    [
      "whose tip is an option",
      (line) => Object.assign(line, { revision: "--all" }),
      "revision: should be a full object id",
    ],
    [
      "with an object of nothing",
      (line) => Object.assign(line, { objects: [{ oid: "1".repeat(40) }] }),
      "object OID has neither text nor base64",
    ],
    [
      "with bytes that are none",
      (line) => Object.assign(line, { objects: [{ oid: "1".repeat(40), base64: "\u001b[2J" }] }),
      "object OID: base64 that can't be read",
    ],
    [
      "with a tag",
      (line) => Object.assign(line, { objects: [{ oid: "1".repeat(40), type: "tag", text: "" }] }),
      "objects.0.type: should be commit, tree or blob",
    ],
  ])("is one %s", async (_, change, reason) => {
    change(Object(one()));
    expect(await refusal()).toBe(`issues.jsonl:2: ${reason}`);
  });

  test("is cut off", async () => {
    const text = lines.map((line) => JSON.stringify(line)).join("\n");
    for (const length of [text.length - 1, text.length - 1000, 100]) {
      expect(await refusal(text.slice(0, length))).toMatch(
        /^issues\.jsonl:[123]: (?:a text has no closing quote|the object that begins here does not end)$/,
      );
    }
  });
});
