import { describe, expect, test } from "bun:test";
import { exportDocument, exportLines } from "../../src/bridge/export.ts";
import type { Commit, CommitContent } from "../../src/core/commit.ts";
import { parseEvent } from "../../src/core/event.ts";
import { decodeCommit, encodeMessage, mergeMessage } from "../../src/core/message.ts";
import type { ExportedIssue } from "../../src/tracker/export.ts";
import { issue } from "../render/sample.ts";

interface StoredCommit {
  readonly commit: Commit;
  readonly bytes: Uint8Array;
}

const encoder = new TextEncoder();
const tree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
const ada = { name: "Ada", email: "ada@example.com" };

function hash(bytes: Uint8Array): string {
  return new Bun.CryptoHasher("sha1").update(`commit ${bytes.length}\0`).update(bytes).digest("hex");
}

function stored(
  parents: readonly string[],
  message: string,
  zone = "+0130",
  extra: Uint8Array = new Uint8Array(),
): StoredCommit {
  const content: CommitContent = { tree, parents, author: ada, time: { seconds: 1_700_000_000, zone }, message };
  const who = `Ada <ada@example.com> 1700000000 ${zone}`;
  const head = [`tree ${tree}`, ...parents.map((parent) => `parent ${parent}`), `author ${who}`, `committer ${who}`];
  const bytes = Buffer.concat([encoder.encode(`${head.join("\n")}\n\n${message}`), extra]);
  return { commit: decodeCommit(hash(bytes), content, "unsigned"), bytes };
}

function message(...drafts: { readonly type: string }[]): string {
  const events = drafts.map(parseEvent);
  return encodeMessage(
    "Subject",
    events.flatMap((event) => (typeof event === "string" ? [] : [event])),
  );
}

const root = stored(
  [],
  message({ type: "issue-created", title: "T", body: "B\n\u202e", status: "todo", nonce: "0".repeat(20) } as {
    type: string;
  }),
);
const linked = stored(
  [root.commit.oid],
  message({ type: "commit-linked", commit: "c".repeat(40) } as { type: string }),
);
const newer = stored([root.commit.oid], "Sing\n\nEvent: song-sung\nVerse: 1\nVerse: 2\nFormat: 1\n", "-0800");
const merge = stored([linked.commit.oid, newer.commit.oid], mergeMessage, "+0000");

function issueOf(history: readonly StoredCommit[]): ExportedIssue {
  return {
    tip: history.at(-1)?.commit.oid ?? "",
    commits: history.map(({ commit }) => commit),
    history: history.map(({ commit: { oid }, bytes }) => ({ oid, bytes })),
    files: async () => [],
    view: issue({ id: root.commit.oid }),
  };
}

async function* issuesOf(...histories: readonly StoredCommit[][]) {
  for (const history of histories) yield issueOf(history);
}

async function lineOf(...history: StoredCommit[]): Promise<string> {
  const exported = { summaries: [], issues: issuesOf(history), project: async () => undefined };
  return (await Array.fromAsync(exportLines(exported))).join("");
}

describe("an exported issue", () => {
  test("is what its stream comes to, its events, and its objects", async () => {
    const line = JSON.parse(await lineOf(root, linked, newer, merge));
    expect(line).toMatchObject({
      schema: 1,
      kind: "issue",
      id: root.commit.oid,
      title: "T",
      body: "B\n\u202e",
      status: "todo",
      commits: ["c".repeat(40)],
      revision: merge.commit.oid,
    });
    const stamp = { author: ada, at: "2023-11-14T22:13:20Z", zone: "+0130" };
    expect(line.events).toEqual([
      {
        ...stamp,
        commit: root.commit.oid,
        parents: [],
        type: "issue-created",
        fields: { title: "T", status: "todo", label: [], assignee: [], external: [], nonce: "0".repeat(20) },
        text: "B\n\u202e",
      },
      {
        ...stamp,
        commit: linked.commit.oid,
        parents: [root.commit.oid],
        type: "commit-linked",
        fields: { commit: "c".repeat(40) },
      },
      {
        ...stamp,
        zone: "-0800",
        commit: newer.commit.oid,
        parents: [root.commit.oid],
        type: "song-sung",
        fields: [
          ["Verse", "1"],
          ["Verse", "2"],
        ],
        reason: "unknown",
      },
    ]);
  });

  test("can be taken over byte for byte, also where it is not UTF-8", async () => {
    const broken = stored([merge.commit.oid], "x", "+0000", new Uint8Array([0xff]));
    const history = [root, linked, newer, merge, broken];
    const { objects } = JSON.parse(await lineOf(...history));
    const bytes = objects.map((object: { text?: string; base64: string }) =>
      object.text === undefined ? Uint8Array.fromBase64(object.base64) : encoder.encode(object.text),
    );
    expect(bytes.map(hash)).toEqual(history.map(({ commit }) => commit.oid));
    expect(bytes.map(hash)).toEqual(objects.map(({ oid }: { oid: string }) => oid));
  });

  test("is one line that a terminal may show", async () => {
    const line = await lineOf(root);
    expect(line.indexOf("\n")).toBe(line.length - 1);
    expect(line).toContain("\\u202e");
    expect(line).toBe(await lineOf(root));
  });

  test.each([0, 1, 3])("stands in a document of %i", async (count) => {
    const issues = issuesOf(...Array.from({ length: count }, () => [root]));
    const document = JSON.parse((await Array.fromAsync(exportDocument({ issues }, () => ({ title: "T" })))).join(""));
    expect(document).toMatchObject({ schema: 1, kind: "issues", total: count, next: null });
    expect(document.items).toEqual(
      Array.from({ length: count }, () => ({
        title: "T",
        events: [expect.any(Object)],
        objects: [expect.any(Object)],
      })),
    );
  });
});
