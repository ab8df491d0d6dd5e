/** Signed events that somebody tells once more, under another spelling of the same signature: each counts once, or not at all. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CommitContent } from "../../src/core/commit.ts";
import { encodeCommit } from "../../src/store/objects.ts";
import { refs } from "../../src/store/refs.ts";
import { createIssue } from "../../src/tracker/issues.ts";
import { addTeam, removeTeam } from "../../src/tracker/people.ts";
import { readProject } from "../../src/tracker/project.ts";
import { log, showIssues } from "../../src/tracker/read.ts";
import { addComment, editComment } from "../../src/tracker/talk.ts";
import { verifyIssues } from "../../src/tracker/verify.ts";
import { ada } from "../support/events.ts";
import { keygenSign, makeKey, missing, twinOf, writeSigners } from "../support/keys.ts";
import { commentOn, configure, makeSigning, pointIssue, type Signing, storeRaw } from "../support/signing.ts";
import { type TestTracker, trackerAt } from "../support/tracker.ts";

const absent = missing("ssh-keygen");
const mergeMessage = "Merge concurrent changes\n\nFormat: 1\n";

/** Other spellings of an armor; the last is no spelling at all. */
const spellings: readonly (readonly [string, (armor: string) => string])[] = [
  ["in one line", (armor) => spelled(armor, (body) => body)],
  ["in lines of 64", (armor) => spelled(armor, (body) => body.replace(/.{64}(?=.)/g, "$&\n"))],
];

function spelled(armor: string, broken: (body: string) => string): string {
  const lines = armor.trimEnd().split("\n");
  return [lines[0], broken(lines.slice(1, -1).join("")), lines.at(-1), ""].join("\n");
}

describe.skipIf(absent !== undefined)(
  `where signatures are required${absent === undefined ? "" : ` (${absent})`}`,
  () => {
    let signing: Signing;
    let key: string;
    let tracker: TestTracker;
    let id: string;

    beforeEach(async () => {
      signing = makeSigning();
      const { repository } = signing;
      const twinned = makeKey(join(repository.root, "keys"), "twinned", { type: "ecdsa", bits: 256 });
      key = twinned.path;
      writeSigners(repository.root, `${ada.email} ${signing.ada.line}`, `${ada.email} ${twinned.line}`);
      writeFileSync(join(repository.cwd, "git-tracker.toml"), 'signing.require = "yes"\n');
      tracker = await trackerAt(repository);
      id = (await createIssue(tracker, { title: "Ours" })).id;
    });
    afterEach(() => {
      tracker.close();
      signing[Symbol.dispose]();
    });

    const store = (content: CommitContent, signature: string) =>
      storeRaw(signing.repository, encodeCommit({ ...content, signature }).bytes);
    /** The comment as it was signed, and once more as `respell` has it, both in one issue. */
    const tellTwice = (respell: (armor: string) => string, by = signing.ada.path) => {
      const content = commentOn(tracker, id, ada, "Hello");
      const armor = keygenSign(by, encodeCommit(content).bytes);
      const told = [store(content, armor), store(content, respell(armor))] as const;
      const merge = encodeCommit({ ...content, parents: told, message: mergeMessage }).bytes;
      pointIssue(signing.repository, id, storeRaw(signing.repository, merge));
      return told;
    };
    /** What `verify`, the log and the issue say, which must be the same. */
    const verdicts = async (oids: readonly string[]) => {
      const verified = await verifyIssues(tracker, []);
      const logged = await log(tracker, {});
      const [view] = await showIssues(tracker, [id]);
      return oids.map((oid) => {
        const found = verified.find(({ commit }) => commit === oid);
        expect(logged.find(({ commit }) => commit.oid === oid)?.signature?.state).toBe(found?.state);
        const counts = view?.comments.some((comment) => comment.id === oid);
        expect([oid, counts]).toEqual([oid, found?.state === "good"]);
        expect(view?.quarantined.some(({ commit }) => commit === oid)).toBe(!counts);
        return `${found?.state}: ${found?.reason}`;
      });
    };

    test.each(spellings)("a signature that stands there %s does not count", async (_, respell) => {
      const told = tellTwice(respell);
      expect(await verdicts(told)).toEqual([
        "good: null",
        "bad: the signature is spelled in another way than ssh-keygen does",
      ]);
      tracker.resetIndex();
      expect((await verdicts(told))[0]).toBe("good: null");
    });

    test("of two that are sound for the same content, one counts", async () => {
      const told = tellTwice(twinOf, key);
      const lowestFirst = [...told].sort();
      expect(await verdicts(lowestFirst)).toEqual(["good: null", "bad: it repeats another change, signature and all"]);
    });

    test("one that is not sound takes nothing from the one that is", async () => {
      for (const text of ["aa", "ab", "ac", "ad"]) {
        const told = tellTwice((armor) => spelled(armor, () => text));
        expect((await verdicts(told))[0]).toBe("good: null");
        pointIssue(signing.repository, id, id);
      }
    });

    test("an issue is not begun once more", async () => {
      const text = signing.repository.git("cat-file", "commit", id);
      const [header = ""] = /^gpgsig .*\n(?: .*\n)*/m.exec(text) ?? [];
      const lines = header.split("\n ");
      const again = text.replace(header, `${lines[0]}\n ${lines.slice(1, -1).join("")}\n ${lines.at(-1)}`);
      expect(again).not.toBe(text);
      const other = storeRaw(signing.repository, again);
      pointIssue(signing.repository, other, other);
      expect((await log(tracker, {})).map(({ commit }) => commit.oid)).toEqual([id]);
      expect(tracker.index.broken()).toEqual([expect.objectContaining({ id: other, refused: true })]);
    });

    /** A commit as it stands, but for the signature, which is as sound as the one that it had. */
    const twinCommit = (oid: string) => {
      const text = signing.repository.git("cat-file", "commit", oid);
      const [, header = ""] = /^gpgsig (.*\n(?: .*\n)*)/m.exec(text) ?? [];
      const twin = twinOf(header.replaceAll("\n ", "\n")).trimEnd().replaceAll("\n", "\n ");
      const made = storeRaw(
        signing.repository,
        text.replace(header, () => `${twin}\n`),
      );
      expect([made === oid, signing.repository.git("verify-commit", made)]).toEqual([false, ""]);
      return made;
    };
    const merged = (...parents: string[]) =>
      storeRaw(
        signing.repository,
        encodeCommit({ ...commentOn(tracker, id, ada, ""), parents, message: mergeMessage }).bytes,
      );
    const signWith = async (path: string) => {
      configure(signing.repository, { "user.signingkey": path });
      tracker.close();
      tracker = await trackerAt(signing.repository);
    };
    /** Which of two names is the lower is chance, so each is told some times. */
    const times = [1, 2, 3, 4, 5];

    test("what was taken away from the project does not come back", async () => {
      await signWith(key);
      const { repository } = signing;
      for (const time of times) {
        await addTeam(tracker, `web${time}`, []);
        const added = repository.git("rev-parse", refs.project).trim();
        await removeTeam(tracker, `web${time}`);
        const removed = repository.git("rev-parse", refs.project).trim();
        repository.git("update-ref", refs.project, merged(removed, twinCommit(added)));
        expect((await readProject(tracker)).teams).toEqual([]);
      }
    });

    test("what was said of a comment since is said of it still", async () => {
      await signWith(key);
      for (const time of times) {
        const { comment } = await addComment(tracker, id, `First ${time}`);
        await editComment(tracker, id, comment, `Second ${time}`);
        const tip = signing.repository.git("rev-parse", refs.issue(id)).trim();
        pointIssue(signing.repository, id, merged(tip, twinCommit(comment)));
        const [view] = await showIssues(tracker, [id]);
        expect(view?.comments.at(-1)?.body).toBe(`Second ${time}`);
        expect([view?.comments.length, view?.conflicts]).toEqual([time, []]);
      }
    });
  },
);
