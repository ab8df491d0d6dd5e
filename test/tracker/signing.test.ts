import { afterAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TrackerError } from "../../src/core/errors.ts";
import { changeStatus } from "../../src/tracker/flow.ts";
import { importIssues } from "../../src/tracker/import.ts";
import { createIssue, editIssues } from "../../src/tracker/issues.ts";
import { addMember, addTeam } from "../../src/tracker/people.ts";
import { addComment } from "../../src/tracker/talk.ts";
import { undo } from "../../src/tracker/undo.ts";
import { verifyIssues } from "../../src/tracker/verify.ts";
import { ada, ben } from "../support/events.ts";
import { keygenSign, makeKey, missing, runTool } from "../support/keys.ts";
import type { TestRepository } from "../support/repository.ts";
import { configure, makeSigning, rawCommit } from "../support/signing.ts";
import { trackerAt } from "../support/tracker.ts";

const absent = missing("ssh-keygen", "ssh-agent", "ssh-add");
const because = absent === undefined ? "" : ` (${absent})`;

async function refusal(work: Promise<unknown>): Promise<TrackerError> {
  const outcome = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof TrackerError) return outcome;
  throw new Error(`It was not refused: ${outcome}`);
}

async function states(repository: TestRepository, as = ada): Promise<string[]> {
  const tracker = await trackerAt(repository, as);
  const found = await verifyIssues(tracker, []);
  tracker.close();
  return found.map(({ state, reason }) => (reason === null || state === "unsigned" ? state : `${state}: ${reason}`));
}

async function makeOne(repository: TestRepository, as = ada): Promise<string> {
  const tracker = await trackerAt(repository, as);
  try {
    return (await createIssue(tracker, { title: "Ünïcode ☃", body: "One\n\nTwo" })).id;
  } finally {
    tracker.close();
  }
}

describe.skipIf(absent !== undefined)(`with an SSH key${because}`, () => {
  test.each([
    { kind: "plain", store: "native" },
    { kind: "plain", store: "embedded" },
    { kind: "sha256", store: "native" },
  ] as const)("every change is signed, and git finds the same: %j", async ({ kind, store }) => {
    using signing = makeSigning(kind);
    const { repository } = signing;
    const PATH = store === "embedded" ? "" : (repository.env.PATH ?? "");
    const tracker = await trackerAt({ ...repository, env: { ...repository.env, PATH } });
    const issue = await createIssue(tracker, { title: "Ünïcode ☃", body: "One\n\nTwo", labels: ["a"] });
    await changeStatus(tracker, [issue.id], "in-progress");
    await addComment(tracker, issue.id, "gpgsig no\n\n signature");
    await editIssues(tracker, [issue.id], { title: "Another" });
    await undo(tracker);
    expect(tracker.store.kind).toBe(store);
    const found = await verifyIssues(tracker, []);
    tracker.close();
    expect(found.map(({ state, key }) => [state, key])).toEqual(Array(5).fill(["good", signing.ada.fingerprint]));
    for (const { commit } of found) repository.git("verify-commit", commit);
    expect(
      repository
        .git("log", "--format=%G? %GK %GS", found[0]?.commit ?? "")
        .trim()
        .split("\n"),
    ).toEqual(Array(5).fill(`G ${signing.ada.fingerprint} ${ada.email}`));
    repository.git("fsck", "--strict");
    const raw = rawCommit(repository, issue.id).toString();
    const [, armor = ""] = /^gpgsig(?:-sha256)? (.*\n(?: .*\n)*)/m.exec(raw) ?? [];
    const payload = raw.replace(/^gpgsig(?:-sha256)? .*\n(?: .*\n)*/m, "");
    expect(armor.replaceAll("\n ", "\n")).toBe(keygenSign(signing.ada.path, payload));
  });

  test("what is said of the project is signed, too", async () => {
    using signing = makeSigning();
    const tracker = await trackerAt(signing.repository);
    await addMember(tracker, "Ada <ada@example.com>", {});
    await addTeam(tracker, "web", ["ada@example.com"]);
    tracker.close();
    expect(signing.repository.git("log", "--format=%G? %GS", "refs/git-tracker/project").trim().split("\n")).toEqual([
      "G ada@example.com",
      "G ada@example.com",
      "N", // Every project's beginning is the same.
    ]);
  });

  test("what git signed counts here", async () => {
    using signing = makeSigning();
    const { repository } = signing;
    const id = await makeOne(repository);
    const message = "Comment\n\nHello\n\nEvent: comment-added\nFormat: 1\n";
    const tree = repository.git("rev-parse", `${id}^{tree}`).trim();
    const made = Buffer.from(repository.gitWith(message, "commit-tree", "-S", "-p", id, tree))
      .toString()
      .trim();
    repository.git("update-ref", `refs/git-tracker/issues/${id}`, made);
    expect(await states(repository)).toEqual(["good", "good"]);
  });

  test("nothing is signed that nobody asked for, and that is written as ever", async () => {
    using signing = makeSigning();
    const { repository } = signing;
    configure(repository, { "commit.gpgsign": "false" });
    const id = await makeOne(repository);
    expect(rawCommit(repository, id).toString()).not.toContain("gpgsig");
    expect(await states(repository)).toEqual(["unsigned"]);
    repository.git("config", "--global", "commit.gpgsign", "true");
    writeFileSync(join(repository.cwd, "git-tracker.toml"), 'signing.sign = "never"\n');
    await makeOne(repository);
    expect(await states(repository)).toEqual(["unsigned", "unsigned"]);
    configure(repository, { "commit.gpgsign": "false" });
    writeFileSync(join(repository.cwd, "git-tracker.toml"), 'signing.require = "yes"\n');
    await makeOne(repository);
    expect(await states(repository)).toEqual(["good"]); // What was not signed does not count any more.
  });

  test("whoever acts as somebody else has none of their keys", async () => {
    using signing = makeSigning();
    await makeOne(signing.repository, ben);
    expect(await states(signing.repository)).toEqual(["unsigned"]);
    writeFileSync(join(signing.repository.cwd, "git-tracker.toml"), 'signing.sign = "always"\n');
    await makeOne(signing.repository, ben);
    expect((await states(signing.repository)).sort()).toEqual([
      "bad: the key belongs to ada@example.com, not to ben@example.com",
      "unsigned",
    ]);
  });

  test("imports are not signed: every clone comes to the same issues", async () => {
    using signing = makeSigning();
    const tracker = await trackerAt(signing.repository);
    const first = { author: ada, time: { seconds: 5, zone: "+0000" }, key: "1" };
    const draft = { type: "issue-created" as const, title: "There", status: "todo", nonce: "0".repeat(20) };
    await importIssues(tracker, [{ system: "x", name: "1", commits: [{ ...first, drafts: [draft] }], links: [] }]);
    tracker.close();
    expect(await states(signing.repository)).toEqual(["unsigned"]);
  });

  test("a key with a passphrase is used by the agent that has it; without one nothing is written", async () => {
    using signing = makeSigning();
    const { repository } = signing;
    const locked = makeKey(repository.root, "locked", { passphrase: "open sesame" });
    const folder = mkdtempSync(join(tmpdir(), "gta-"));
    const started = runTool(["ssh-agent", "-a", join(folder, "s")]);
    const agent = { SSH_AUTH_SOCK: join(folder, "s"), SSH_AGENT_PID: /PID=(\d+)/.exec(started)?.[1] ?? "" };
    try {
      const withAgent = { ...repository, env: { ...repository.env, ...agent } };
      configure(repository, { "user.signingkey": `${locked.path}.pub` });
      const error = await refusal(makeOne(withAgent));
      expect(error.code).toBe("unavailable");
      expect(repository.git("for-each-ref", "refs/git-tracker/")).toBe("");
      const askpass = join(repository.root, "askpass");
      writeFileSync(askpass, "#!/bin/sh\necho open sesame\n");
      chmodSync(askpass, 0o700);
      runTool(["ssh-add", "-q", locked.path], "", { ...agent, SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: "force" });
      for (const key of [locked.path, `${locked.path}.pub`, locked.line, `key::${locked.line}`]) {
        configure(repository, { "user.signingkey": key });
        const id = await makeOne(withAgent);
        expect(rawCommit(repository, id).toString()).toContain("gpgsig -----BEGIN SSH SIGNATURE-----");
      }
      // Not named, but printed by a command.
      repository.git("config", "--global", "--unset", "user.signingkey");
      configure(repository, { "gpg.ssh.defaultKeyCommand": "ssh-add -L" });
      await makeOne(withAgent);
      const tracker = await trackerAt(withAgent);
      const found = await verifyIssues(tracker, []);
      tracker.close();
      expect(found.map(({ state, key }) => [state, key])).toEqual(Array(5).fill(["good", locked.fingerprint]));
    } finally {
      runTool(["ssh-agent", "-k"], undefined, agent);
      rmSync(folder, { recursive: true });
    }
  });

  test.each([
    { type: "rsa", bits: 2048 },
    { type: "ecdsa", bits: 384 },
  ] as const)("an %j key is used by ssh-keygen", async (options) => {
    using signing = makeSigning();
    const key = makeKey(signing.repository.root, "other", options);
    configure(signing.repository, { "user.signingkey": key.path });
    const id = await makeOne(signing.repository);
    expect(await states(signing.repository)).toEqual(["good"]);
    writeFileSync(join(signing.repository.root, "allowed_signers"), `${ada.email} ${key.line}\n`);
    signing.repository.git("verify-commit", id);
  });

  test("the person's own program is asked as git asks it", async () => {
    using signing = makeSigning();
    const { repository } = signing;
    const program = join(repository.root, "my signer");
    writeFileSync(
      program,
      `#!/bin/sh\nprintf '%s\\n' "$@" >'${join(repository.root, "asked")}'\nexec ssh-keygen "$@"\n`,
    );
    chmodSync(program, 0o700);
    configure(repository, { "gpg.ssh.program": program });
    await makeOne(repository);
    const asked = readFileSync(join(repository.root, "asked"), "utf8").trimEnd().split("\n");
    expect(asked.slice(0, -1)).toEqual(["-Y", "sign", "-n", "git", "-f", signing.ada.path]);
    writeFileSync(program, "#!/bin/sh\nexit 0\n");
    expect((await refusal(makeOne(repository))).message).toContain("can't sign");
    writeFileSync(program, "#!/bin/sh\necho 'no \u001b[31mway' >&2\nexit 1\n");
    expect((await refusal(makeOne(repository))).message).toEndWith("can't sign: no ␛[31mway");
    expect(await states(repository)).toEqual(["good"]);
  });

  test.each<[settings: Record<string, string>, code: string, message: RegExp]>([
    [{ "user.signingkey": "/nowhere/id" }, "not-permitted", /can't be read: \/nowhere\/id/],
    [{ "user.signingkey": "" }, "not-permitted", /no key to sign with/],
    [{ "user.signingkey": "ssh-ed25519 AAAA" }, "not-permitted", /is no SSH key/],
    [{ "gpg.format": "x509" }, "not-permitted", /X\.509/],
    [{ "gpg.format": "smoke" }, "not-permitted", /smoke/],
    [{ "gpg.format": "openpgp", "user.signingkey": "--version" }, "not-permitted", /name that no key has/],
    [{ "gpg.format": "openpgp", "gpg.program": "no-such-gpg" }, "unavailable", /no program no-such-gpg/],
    [{ "gpg.ssh.program": "./signer" }, "unavailable", /no program \.\/signer/],
  ])("what can't be signed is not written: %j", async (settings, code, message) => {
    using signing = makeSigning();
    configure(signing.repository, settings);
    const error = await refusal(makeOne(signing.repository));
    expect(error.code).toBe(code as TrackerError["code"]);
    expect(error.message).toMatch(message);
    expect(error.hint).toBeDefined();
    expect(signing.repository.git("for-each-ref", "refs/git-tracker/")).toBe("");
  });

  test("a key file that others may read is left to ssh-keygen, which refuses it", async () => {
    using signing = makeSigning();
    chmodSync(signing.ada.path, 0o644);
    expect((await refusal(makeOne(signing.repository))).code).toBe("unavailable");
  });

  test("the settings of this program override git's", async () => {
    using signing = makeSigning();
    const { repository } = signing;
    const tracker = await trackerAt({
      ...repository,
      env: {
        ...repository.env,
        GIT_TRACKER_SIGNING_KEY: signing.ben.line.replace("ssh-", "key::ssh-"),
        GIT_TRACKER_SIGNING_FORMAT: "openpgp",
      },
    });
    expect((await refusal(createIssue(tracker, { title: "x" }))).code).toBe("unavailable");
    tracker.close();
    const other = { ...repository.env, GIT_TRACKER_SIGNING_KEY: signing.ben.path, GIT_TRACKER_SIGNING_SIGN: "always" };
    const asBen = await trackerAt({ ...repository, env: other }, ben);
    await createIssue(asBen, { title: "x" });
    expect((await verifyIssues(asBen, [])).map(({ state, key }) => [state, key])).toEqual([
      ["good", signing.ben.fingerprint],
    ]);
    asBen.close();
  });
});

const noGpg = missing("gpg", "gpgconf");

describe.skipIf(noGpg !== undefined)(`with gpg${noGpg === undefined ? "" : ` (${noGpg})`}`, () => {
  const GNUPGHOME = mkdtempSync(join(tmpdir(), "gtg-"));
  const gpg = (...args: string[]) => runTool(["gpg", "--batch", "--quiet", ...args], "", { GNUPGHOME });
  const generate = (uid: string, ...more: string[]) =>
    gpg(
      "--passphrase",
      "",
      "--pinentry-mode",
      "loopback",
      ...more,
      "--quick-generate-key",
      uid,
      "ed25519",
      "sign",
      "never",
    );
  afterAll(() => {
    runTool(["gpgconf", "--kill", "all"], undefined, { GNUPGHOME });
    rmSync(GNUPGHOME, { recursive: true, force: true });
  });
  const signingWithGpg = () => {
    const signing = makeSigning();
    repositoryWithGpg(signing.repository);
    return signing;
  };
  const repositoryWithGpg = (repository: TestRepository) => {
    repository.git("config", "--global", "--unset", "user.signingkey");
    configure(repository, { "gpg.format": "openpgp" });
  };
  const at = (repository: TestRepository) => ({ ...repository, env: { ...repository.env, GNUPGHOME } });

  test("changes are signed, and git finds the same", async () => {
    generate("Ada <ada@example.com>", "--faked-system-time", "20250101T000000!");
    using signing = signingWithGpg();
    const repository = at(signing.repository);
    const id = await makeOne(repository);
    const made = Bun.spawnSync(["git", "verify-commit", "--raw", id], { cwd: repository.cwd, env: repository.env });
    expect(made.stderr.toString()).toContain("[GNUPG:] GOODSIG ");
    expect(await states(repository)).toEqual(["good"]);
    expect(await states({ ...repository, env: { ...repository.env, GNUPGHOME: join(GNUPGHOME, "nothing") } })).toEqual([
      "unknown: nobody here vouches for the key",
    ]);
    // Afterwards, as it is checked anew where nobody has the key.
    rmSync(join(repository.cwd, ".git/git-tracker/signatures"));
    expect(await states({ ...repository, env: { ...repository.env, GNUPGHOME: join(GNUPGHOME, "nothing") } })).toEqual([
      "unknown: gpg does not have the key, or can't use it",
    ]);
    expect(await states({ ...repository, env: { ...repository.env, PATH: "" } })).toEqual([
      "unknown: There is no program gpg",
    ]);
  });

  test("a key that calls itself by somebody's address is nobody's until gpg is sure of it", async () => {
    const mallory = mkdtempSync(join(tmpdir(), "gtm-"));
    try {
      const there = (...args: string[]) => runTool(["gpg", "--batch", "--quiet", ...args], "", { GNUPGHOME: mallory });
      const time = ["--faked-system-time", "20250101T000000!"];
      const uid = "Ben <ben@example.com>";
      there(
        "--passphrase",
        "",
        "--pinentry-mode",
        "loopback",
        ...time,
        "--quick-generate-key",
        uid,
        "ed25519",
        "sign",
        "never",
      );
      using signing = signingWithGpg();
      const elsewhere = {
        ...signing.repository,
        env: { ...signing.repository.env, GNUPGHOME: mallory, GIT_AUTHOR_EMAIL: ben.email },
      };
      await makeOne(elsewhere, ben);
      const file = join(mallory, "exported");
      writeFileSync(file, there("--armor", "--export", ben.email));
      gpg("--import", file);
      const repository = at(signing.repository);
      expect(await states(repository)).toEqual(["unknown: nobody here vouches for the key"]);
      gpg("--yes", "--quick-lsign-key", there("--with-colons", "--list-keys").match(/^fpr:+([0-9A-F]+):/m)?.[1] ?? "");
      expect(await states(repository)).toEqual(["good"]);
    } finally {
      runTool(["gpgconf", "--kill", "all"], undefined, { GNUPGHOME: mallory });
      rmSync(mallory, { recursive: true, force: true });
    }
  });
});
