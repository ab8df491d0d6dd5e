/** Signatures that must not count: of every kind that somebody may push, none is taken for good. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Actor, CommitContent } from "../../src/core/commit.ts";
import { encodeCommit } from "../../src/store/objects.ts";
import { signatureHeader } from "../../src/store/signature.ts";
import { diagnose } from "../../src/tracker/doctor.ts";
import { createIssue } from "../../src/tracker/issues.ts";
import { log, showIssues } from "../../src/tracker/read.ts";
import { verifyIssues } from "../../src/tracker/verify.ts";
import { ada, ben } from "../support/events.ts";
import { type KeyFiles, keygenSign, missing, runTool } from "../support/keys.ts";
import { commentOn, makeSigning, pointIssue, rawCommit, type Signing, storeRaw } from "../support/signing.ts";
import { type TestTracker, trackerAt } from "../support/tracker.ts";

const absent = missing("ssh-keygen");
const eve: Actor = { name: "Eve", email: "eve@example.com" };

describe.skipIf(absent !== undefined)(`a signature${absent === undefined ? "" : ` (${absent})`}`, () => {
  let signing: Signing;
  let tracker: TestTracker;
  let id: string;

  beforeEach(async () => {
    signing = makeSigning();
    tracker = await trackerAt(signing.repository);
    id = (await createIssue(tracker, { title: "Ours" })).id;
  });
  afterEach(() => {
    tracker.close();
    signing[Symbol.dispose]();
  });

  /** Puts a commit on top of the issue, as a push would, and says what becomes of it. */
  const pushed = async (bytes: Uint8Array | string, onto = id) => {
    const oid = storeRaw(signing.repository, bytes);
    pointIssue(signing.repository, onto, oid);
    return await verdictOf(oid);
  };
  const verdictOf = async (oid: string) => {
    const found = (await verifyIssues(tracker, [])).find(({ commit }) => commit === oid);
    const told = (await log(tracker, {})).find(({ commit }) => commit.oid === oid);
    expect(told?.signature?.state).toBe(found?.state);
    return found === undefined ? "not there" : `${found.state}: ${found.reason}`;
  };
  const signed = (content: CommitContent, key: KeyFiles, namespace = "git") =>
    encodeCommit({ ...content, signature: keygenSign(key.path, encodeCommit(content).bytes, namespace) }).bytes;
  const comment = (author = ada, text = "Hello", seconds?: number) => commentOn(tracker, id, author, text, seconds);
  const allow = (...lines: string[]) =>
    writeFileSync(join(signing.repository.root, "allowed_signers"), `${lines.join("\n")}\n`);

  test("that is as it should be is good", async () => {
    expect(await pushed(signed(comment(), signing.ada))).toBe("good: null");
    expect(await pushed(signed(comment(ben), signing.ben))).toBe("good: null");
    expect(tracker.warnings).toEqual([]);
  });

  test("that is none", async () => {
    expect(await pushed(encodeCommit(comment()).bytes)).toBe("unsigned: it is not signed");
    expect(await pushed(encodeCommit({ ...comment(), signature: "" }).bytes)).toStartWith("unknown: ");
    expect(
      await pushed(encodeCommit({ ...comment(), signature: "-----BEGIN SSH SIGNATURE-----\n" }).bytes),
    ).toStartWith("bad: ");
  });

  test("by a key that nobody knows", async () => {
    expect(await pushed(signed(comment(), signing.eve))).toBe("unknown: nobody here vouches for the key");
    expect(await pushed(signed(comment(eve), signing.eve))).toBe("unknown: nobody here vouches for the key");
  });

  test("by a known key in somebody else's name, which git calls good", async () => {
    expect(await pushed(signed(comment(ada), signing.ben))).toBe(
      "bad: the key belongs to ben@example.com, not to ada@example.com",
    );
    signing.repository.git("verify-commit", `refs/git-tracker/issues/${id}`);
  });

  test("for another purpose", async () => {
    expect(await pushed(signed(comment(), signing.ada, "file"))).toBe(
      "bad: the signature was made for another purpose",
    );
  });

  test("by a key that had expired, or was not valid yet", async () => {
    const at = Date.UTC(2026, 0, 10) / 1000;
    allow(`${ben.email} valid-after="20260105Z",valid-before="20260115Z" ${signing.ben.line}`);
    expect(await pushed(signed(comment(ben, "in time", at), signing.ben))).toBe("good: null");
    expect(await pushed(signed(comment(ben, "late", at + 86_400 * 6), signing.ben))).toBe(
      "bad: the key was not valid any more at that time",
    );
    expect(await pushed(signed(comment(ben, "early", at - 86_400 * 6), signing.ben))).toBe(
      "bad: the key was not valid yet at that time",
    );
  });

  test("by a key that git's revocation file names, in either form of it", async () => {
    const oid = storeRaw(signing.repository, signed(comment(ben), signing.ben));
    pointIssue(signing.repository, id, oid);
    expect(await verdictOf(oid)).toBe("good: null");
    const list = join(signing.repository.root, "revoked");
    signing.repository.git("config", "--global", "gpg.ssh.revocationFile", list);
    const krl = (key: KeyFiles) => runTool(["ssh-keygen", "-q", "-k", "-f", list, `${key.path}.pub`]);
    const isGood = async () => {
      tracker.close();
      tracker = await trackerAt(signing.repository);
      const verdict = await verdictOf(oid);
      return verdict === "good: null" ? true : verdict;
    };
    writeFileSync(list, `# gone\n${signing.eve.line}\n`);
    expect(await isGood()).toBe(true);
    writeFileSync(list, `# gone\n${signing.ben.line} gone\n`);
    expect(await isGood()).toBe("bad: the key is revoked (git's revocation file)");
    krl(signing.eve);
    expect(await isGood()).toBe(true);
    krl(signing.ben);
    expect(await isGood()).toBe("bad: the key is revoked (git's revocation file)");
    writeFileSync(list, "SSHKRL\n\0 broken");
    expect(await isGood()).toBe("bad: the key is revoked (git's revocation file)");
  });

  test("and another one", async () => {
    const text = new TextDecoder().decode(signed(comment(), signing.ada));
    const [header = ""] = /^gpgsig .*\n(?: .*\n)*/m.exec(text) ?? [];
    for (const more of [
      header,
      header.replace("gpgsig", "gpgsig-sha256"),
      signatureHeader(40, "x"),
      "gpgsignature x\n",
    ]) {
      expect(await pushed(text.replace(header, header + more))).toBe("bad: it has more than one signature");
      expect(await pushed(text.replace(header, more + header))).toBe("bad: it has more than one signature");
    }
    expect(await pushed(text.replace("\ngpgsig ", "\ngpgsig-sha256 "))).toBe(
      "bad: it is signed for another kind of repository",
    );
  });

  test("over other bytes: a word, a name, a date, a parent, a header more", async () => {
    const text = new TextDecoder().decode(signed(comment(), signing.ada));
    const changes: [RegExp, string][] = [
      [/Hello/, "Goodbye"],
      [/^author Ada/m, "author Eve"],
      [/^author (.*) (\d+) /m, "author $1 1 "],
      [/^committer Ada/m, "committer Eve"],
      [/^(author .*\n)/m, "author Ben <ben@example.com> 5 +0000\n$1"],
      [/^(author .*\n)/m, "$1author Ben <ben@example.com> 5 +0000\n"],
      [/^gpgsig/m, "encoding latin1\ngpgsig"],
      [/\n\n/, "\nencoding latin1\n\n"],
      [/\n\n/, "\nmergetag x\n y\n\n"],
      [/\n$/, ""],
      [/\n$/, "\n\n"],
    ];
    for (const [pattern, replacement] of changes) {
      const changed = text.replace(pattern, replacement);
      expect(changed).not.toBe(text);
      expect(await pushed(changed)).toBe("bad: the signature does not belong to this content");
    }
  });

  test("that stands in the text, or in a header that is none", async () => {
    const sound = signed(comment(), signing.ada);
    const [header = ""] = /^gpgsig .*\n(?: .*\n)*/m.exec(new TextDecoder().decode(sound)) ?? [];
    const plain = new TextDecoder().decode(encodeCommit(comment()).bytes);
    expect(await pushed(plain.replace("\n\nComment", `\nx y\n ${header}\n\nComment`))).toStartWith("unsigned");
    expect(await pushed(plain.replace("Hello", header))).toStartWith("unsigned");
    expect(await pushed(plain.replace(/^committer .*\n/m, `$&Gpgsig${header.slice(6)}`))).toStartWith("unsigned");
  });

  test("of a change that is moved to another issue", async () => {
    const other = (await createIssue(tracker, { title: "Another" })).id;
    const moved = signed(comment(), signing.ada);
    expect(await pushed(moved)).toBe("good: null");
    const before = (await verifyIssues(tracker, [])).length;
    expect(await pushed(moved, other)).toBe("good: null"); // On its own issue.
    expect(tracker.index.broken().map((each) => each.id)).toEqual([other]);
    expect((await verifyIssues(tracker, [])).length).toBe(before - 1);
    expect((await diagnose(tracker, "look")).findings).toContainEqual(expect.objectContaining({ issue: other }));
  });

  test("of an object that a replace ref hides", async () => {
    const fake = storeRaw(signing.repository, encodeCommit(comment(ada, "Fake")).bytes);
    const sound = storeRaw(signing.repository, signed(comment(ada, "Real"), signing.ada));
    pointIssue(signing.repository, id, fake);
    signing.repository.git("replace", fake, sound);
    signing.repository.git("gc", "--quiet", "--prune=now");
    expect(await verdictOf(fake)).toStartWith("unsigned");
    const [view] = await showIssues(tracker, [id]);
    expect(view?.comments.map(({ body }) => body)).toEqual(["Fake"]);
  });

  test("is checked once, and what is remembered of it is no more than which key made it", async () => {
    const oid = storeRaw(signing.repository, signed(comment(ben), signing.ben));
    pointIssue(signing.repository, id, oid);
    expect(await verdictOf(oid)).toBe("good: null");
    const reads: (readonly string[])[] = [];
    const { readCommits } = tracker.store;
    Object.assign(tracker.store, {
      readCommits: (oids: readonly string[]) => {
        reads.push(oids);
        return readCommits(oids);
      },
    });
    tracker.resetIndex();
    expect((await verifyIssues(tracker, [])).map(({ state }) => state)).toEqual(["good", "good"]);
    expect(reads).toEqual([]);
    allow(`${ada.email} ${signing.ada.line}`);
    expect((await verifyIssues(tracker, [])).map(({ state }) => state)).toEqual(["unknown", "good"]);
    const cache = join(signing.repository.cwd, ".git/git-tracker/signatures");
    for (const damage of ["", "nonsense".repeat(1000)]) {
      writeFileSync(cache, damage);
      expect((await verifyIssues(tracker, [])).map(({ state }) => state)).toEqual(["unknown", "good"]);
    }
    expect(reads.length).toBe(2);
    expect(rawCommit(signing.repository, oid).toString()).toContain("gpgsig");
  });
});
