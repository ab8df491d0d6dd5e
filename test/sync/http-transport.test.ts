import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { systemChance } from "../../src/platform/chance.ts";
import { readAllConfig } from "../../src/store/gitconfig.ts";
import { openStore } from "../../src/store/open.ts";
import { refs } from "../../src/store/refs.ts";
import { openHttpTransport } from "../../src/sync/http-transport.ts";
import { run } from "../support/binary.ts";
import { serveHttp } from "../support/http-backend.ts";
import { makeRepository } from "../support/repository.ts";
import { complaints, type HttpPair, openHttpPair } from "./http-pair.ts";

const login = "ada:s3cr et/%";
const spelled = "ada:s3cr%20et%2F%25";
const issues = (repository: { git(...args: string[]): string }) => repository.git("for-each-ref", refs.issues);

for (const protocol of [0, 1, 2] as const) {
  test(`both ways, merges and attachments, in protocol ${protocol}`, async () => {
    using pair = openHttpPair({ protocol });
    const { ada, ben, hub } = pair;
    const id = await ada.make("Login");
    expect(await ada.$("sync")).toEndWith("synced with origin: 1 sent");
    expect(await ben.$("sync")).toEndWith("synced with origin: 1 new");
    await ada.$("edit", id, "--title", "Login with SSO");
    await ben.$("edit", id, "--title", "Login by key");
    const file = join(ben.repository.root, "notes.txt");
    writeFileSync(file, "Some notes\n".repeat(1000));
    await ben.$("attach", id, file);
    expect(await ada.$("sync")).toEndWith("synced with origin: 1 sent");
    expect(await ben.$("push")).toContain("refused");
    expect(await ben.$("sync")).toEndWith("synced with origin: 1 merged, 1 sent, 1 in conflict");
    expect(await ada.$("sync")).toEndWith("synced with origin: 1 changed, 1 in conflict");
    expect(await ada.$("sync")).toBe("synced with origin: nothing new");
    expect(issues(ada.repository)).toBe(issues(ben.repository));
    expect(issues(hub)).toBe(issues(ada.repository));
    expect(await ada.$("attach", id, "--list")).toBe("notes.txt\t11000");
    expect(await ada.$("doctor")).toEndWith("1 issue checked, all is well");
    expect(complaints(hub)).toBe("");
  });
}

test("thousands of streams go in one exchange, and come in one", async () => {
  using pair = openHttpPair();
  const { ada, ben, server } = pair;
  const count = 1000;
  ada.stdin = Array.from({ length: count }, (_, i) => `- [ ] Issue ${i}`).join("\n");
  await ada.$("new", "--from-file", "-", "-q");
  expect(await ada.$("sync")).toEndWith(`synced with origin: ${count} sent`);
  const before = server.requests.length;
  expect(await ben.$("sync")).toEndWith(`synced with origin: ${count} new`);
  expect(server.requests.slice(before).map(({ line }) => line.replace(/\?.*/, ""))).toEqual([
    "GET /hub.git/info/refs",
    "POST /hub.git/git-upload-pack",
    "POST /hub.git/git-upload-pack",
  ]);
});

test("what doesn't fit into one exchange comes in several, and what is too big alone is refused", async () => {
  using pair = openHttpPair();
  const { ada, ben } = pair;
  const noise = (bytes: number) => systemChance.hex(bytes / 2);
  for (const bytes of [20_000, 20_000, 20_000]) await ada.make(`Of ${bytes}`, "--body", noise(bytes));
  const big = await ada.make("Big", "--body", noise(90_000));
  await ada.$("sync");
  const { store, repository } = openStore({ cwd: ben.repository.cwd, env: ben.repository.env, uid: undefined });
  const transport = openHttpTransport({
    store,
    remote: "origin",
    entries: readAllConfig(repository, ben.repository.env),
    env: ben.repository.env,
    silenceMsMax: 30_000,
    packBytesMax: 30_000,
    writing: (work) => work(),
    progress: () => undefined,
  });
  const there = await transport.list();
  const refused = await transport.fetch([...there].map(([name, tip]) => ({ name, tip })));
  expect(refused).toEqual([{ name: `issues/${big}`, by: "remote", reason: "what came is bigger than 30000 bytes" }]);
  const tracked = await store.listRefs(refs.remote("origin"));
  expect(tracked.size).toBe(3);
  store.close();
});

test("a remote that refuses one stream takes the others", async () => {
  using pair = openHttpPair();
  const { ada, hub } = pair;
  const ids = [await ada.make("One"), await ada.make("Two"), await ada.make("Three")];
  const hook = join(hub.cwd, "hooks/update");
  writeFileSync(hook, `#!/bin/sh\ncase $1 in *${ids[1]}) exit 1;; esac\n`);
  chmodSync(hook, 0o755);
  const said = await ada.$("sync");
  expect(said).toContain("oid-002 refused: hook declined\n");
  expect(said).toContain("synced with origin: 2 sent, 1 refused");
  expect(said).toEndWith("[exit 7]");
});

test("what the remote unpacks not at all is sent in parts, until what it minds is alone", async () => {
  using pair = openHttpPair();
  const { ada, hub } = pair;
  hub.git("config", "receive.maxInputSize", "4000");
  for (const title of ["One", "Two", "Three"]) await ada.make(title);
  await ada.make("Big", "--body", systemChance.hex(5000));
  const said = await ada.$("sync");
  expect(said).toContain("oid-004 refused: ");
  expect(said).toContain("synced with origin: 3 sent, 1 refused");
});

test("who is outrun takes what is new, and sends again", async () => {
  let others: (() => void) | undefined;
  using pair = openHttpPair({
    door: (request) => {
      if (request.method === "POST" && request.url.endsWith("receive-pack")) {
        others?.();
        others = undefined;
      }
      return undefined;
    },
  });
  const { ada, ben, hub } = pair;
  const id = await ada.make("Login");
  await ada.$("sync");
  await ben.$("sync");
  await ben.$("edit", id, "--title", "By key");
  await ben.$("sync");
  const theirs = hub.git("rev-parse", refs.issue(id)).trim();
  hub.git("update-ref", refs.issue(id), ada.repository.git("rev-parse", refs.issue(id)).trim());
  await ada.$("label", "add", id, "auth");
  others = () => void hub.git("update-ref", refs.issue(id), theirs);
  expect(await ada.$("sync")).toEndWith("synced with origin: 1 merged, 1 sent");
  expect(issues(hub)).toBe(issues(ada.repository));
});

describe("what a remote sends that no issue can be", () => {
  let pair: HttpPair;
  beforeEach(() => {
    pair = openHttpPair();
  });
  afterEach(() => pair[Symbol.dispose]());

  const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
  const who = "Eve <eve@example.com> 1768478400 +0000";
  const object = (type: string, content: string | Uint8Array) =>
    new TextDecoder()
      .decode(pair.hub.gitWith(content, "hash-object", "-w", "-t", type, "--literally", "--stdin"))
      .trim();
  const commit = (tree: string, parents: readonly string[] = []) =>
    object(
      "commit",
      `tree ${tree}\n${parents.map((parent) => `parent ${parent}\n`).join("")}author ${who}\ncommitter ${who}\n\nText`,
    );
  const point = (name: string, oid: string) => {
    const path = join(pair.hub.cwd, refs.issues + name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${oid}\n`);
  };

  test("it is refused with its reason, the rest arrives, and nothing of it is kept", async () => {
    const { ada, ben } = pair;
    const fine = await ada.make("Fine");
    await ada.$("sync");
    object("tree", "");
    const blob = object("blob", "no commit");
    const evil = object("tree", Buffer.concat([Buffer.from("100644 .git\0"), Buffer.from(blob, "hex")]));
    const link = object("tree", Buffer.concat([Buffer.from("120000 a\0"), Buffer.from(blob, "hex")]));
    const garbage = object("commit", "garbage\n");
    const bad = [blob, garbage, commit(evil), commit(link), commit(emptyTree)];
    for (const oid of bad) point(oid, oid);
    const said = await ben.$("sync");
    expect(said).toMatchInlineSnapshot(`
      "oid-001 new  Fine
      oid-002 refused: oid-003… can't be taken: it is a tree that holds what is neither a folder nor a file
      oid-004 refused: oid-004… can't be taken: it is a blob, not a commit
      oid-005 refused: oid-006… can't be taken: it is a tree with a name that git lets into no tree
      oid-007 refused: upload-pack: not our ref oid-007…
      oid-008 refused: no records
      synced with origin: 1 new, 5 refused
      ! error: 5 issues could not be synced
      ! hint: Each line above says why; all others were.
      [exit 4]"
    `);
    for (const oid of [blob, evil, link, garbage]) expect(() => ben.repository.git("cat-file", "-e", oid)).toThrow();
    expect(ben.repository.git("for-each-ref", "--format=%(refname)", refs.issues)).toBe(`${refs.issue(fine)}\n`);
  });
});

describe("names and passwords", () => {
  const cases: readonly [string, (root: string, url: string) => Readonly<Record<string, string>>][] = [
    ["in the address", (_, url) => ({ "remote.origin.url": url.replace("//", `//${spelled}@`) })],
    [
      "in .netrc",
      (root) => {
        writeFileSync(
          join(root, ".netrc"),
          `machine elsewhere login x password y\nmachine 127.0.0.1\n  login ada password "s3cr et/%"\n`,
        );
        return {};
      },
    ],
    [
      "of credential.helper=store",
      (root, url) => {
        writeFileSync(
          join(root, ".git-credentials"),
          `http://x:y@example.com\n${url.replace("//", `//${spelled}@`)}\n`,
        );
        return { "credential.helper": "store" };
      },
    ],
    ["as http.extraHeader", (_, url) => ({ [`http.${url}.extraHeader`]: `Authorization: Basic ${btoa(login)}` })],
    [
      "by url.insteadOf and pushInsteadOf",
      (_, url) => {
        const mine = url.replace("//", `//${spelled}@`);
        return {
          "remote.origin.url": "hub:x",
          [`url.${mine}.insteadOf`]: "hub:x",
          [`url.${mine}/.pushInsteadOf`]: "hub:x",
        };
      },
    ],
    [
      "of remote.pushurl",
      (_, url) => {
        const mine = url.replace("//", `//${spelled}@`);
        return { "remote.origin.url": mine, "remote.origin.pushurl": `${mine}/` };
      },
    ],
  ];
  for (const [where, prepare] of cases) {
    test(where, async () => {
      using pair = openHttpPair({ login });
      const { ada, server } = pair;
      await ada.make("Fix login");
      const refused = await ada.$("sync");
      expect(refused).toMatchInlineSnapshot(`
        "! error: origin wants a name and a password
        ! hint: Without git they are read from ~/.netrc, or from ~/.git-credentials with credential.helper=store.
        [exit 7]"
      `);
      for (const [key, value] of Object.entries(prepare(ada.repository.root, server.url))) {
        ada.repository.git("config", key, value);
      }
      expect(await ada.$("sync")).toEndWith("synced with origin: 1 sent");
    });
  }

  test("a wrong one is told without it", async () => {
    using pair = openHttpPair({ login });
    const { ada, server } = pair;
    ada.repository.git("remote", "set-url", "origin", server.urlFor("ada:t0psecret"));
    const said = await ada.$("sync");
    expect(said).toMatchInlineSnapshot(`
      "! error: origin does not take your name and password
      ! hint: Without git they are read from ~/.netrc, or from ~/.git-credentials with credential.helper=store.
      [exit 7]"
    `);
    ada.repository.git("remote", "set-url", "origin", server.urlFor("ada:t0psecret").replace(/:\d+/, ":1"));
    expect(await ada.$("sync")).not.toContain("t0psecret");
  });

  test("nobody gets them who did not ask", async () => {
    using pair = openHttpPair();
    const { ada, server } = pair;
    ada.repository.git("remote", "set-url", "origin", server.urlFor("ada:t0psecret"));
    expect(await ada.$("sync")).toBe("synced with origin: nothing new");
    expect(server.requests.map(({ authorization }) => authorization)).toEqual([undefined, undefined]);
  });
});

test("a redirect within the host is followed, once for all", async () => {
  using pair = openHttpPair({
    door: (request) => {
      const moved = request.url.replace("/old.git/", "/hub.git/");
      return moved === request.url ? undefined : Response.redirect(moved, 301);
    },
  });
  const { ada, server } = pair;
  ada.repository.git("remote", "set-url", "origin", server.url.replace("/hub.git", "/old.git/"));
  await ada.make("Fix login");
  expect(await ada.$("sync")).toEndWith("synced with origin: 1 sent");
  expect(server.requests.map(({ line }) => line.replace(/\?.*/, ""))).toEqual([
    "GET /old.git/info/refs",
    "GET /hub.git/info/refs",
    "POST /hub.git/git-upload-pack",
    "GET /hub.git/info/refs",
    "POST /hub.git/git-receive-pack",
  ]);
});

test("through a proxy, which the settings or the environment name", async () => {
  using pair = openHttpPair();
  const { ada, ben, server } = pair;
  const proxy = new URL(server.url).origin;
  for (const { repository } of [ada, ben]) repository.git("remote", "set-url", "origin", "http://hub.invalid/hub.git");
  await ada.make("Fix login");
  expect(await ada.$("sync")).toMatch(/error: origin can't be reached: .*hub.invalid/);
  ada.repository.git("config", "http.proxy", proxy);
  expect(await ada.$("sync")).toEndWith("synced with origin: 1 sent");
  const elsewhere = { cwd: ben.repository.cwd, env: { PATH: "/nowhere", http_proxy: proxy } };
  expect((await run(["pull"], elsewhere)).stdout).toEndWith("synced with origin: 1 new\n");
  expect((await run(["pull"], { ...elsewhere, env: { ...elsewhere.env, no_proxy: ".invalid" } })).code).toBe(5);
});

const openssl = Bun.which("openssl");

test.skipIf(openssl === null)(
  `certificates are checked${openssl === null ? " (there is no openssl)" : ""}`,
  async () => {
    using place = makeRepository();
    const [cert, key] = [join(place.root, "cert.pem"), join(place.root, "key.pem")];
    const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
    const made = Bun.spawnSync([
      ...["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"],
      ...["-keyout", key, "-out", cert, ...subject],
    ]);
    expect(made.exitCode).toBe(0);
    using pair = openHttpPair({ tls: { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") } });
    const { ada, ben } = pair;
    await ada.make("Fix login");
    expect(await ada.$("sync")).toMatch(/error: origin can't be reached: the certificate of .* is not to be trusted/);
    ada.repository.git("config", "http.sslCAInfo", cert);
    expect(await ada.$("sync")).toEndWith("synced with origin: 1 sent");
    ben.repository.git("config", "http.sslVerify", "false");
    expect(await ben.$("sync")).toEndWith("synced with origin: 1 new");
  },
);

test("addresses that need git are refused with what would do", async () => {
  using repository = makeRepository();
  const env = { PATH: "/nowhere" };
  for (const [address, how] of [
    ["git@example.com:a/b.git", "ssh"],
    ["ssh://ada:t0psecret@example.com/a.git", "ssh"],
    ["/srv/a.git", "a path"],
    ["file:///srv/a.git", "file"],
    ["git://example.com/a.git", "git"],
    ["ext::sh -c touch% pwned", "ext"],
  ] as const) {
    repository.git("config", "remote.origin.url", address);
    const { code, stderr } = await run(["sync"], { cwd: repository.cwd, env });
    expect(stderr).toBe(
      `error: origin is reached by ${how}, which needs git installed\nhint: Install git, or give origin an address that begins with https://\n`,
    );
    expect(code).toBe(5);
  }
});

test("the executable syncs where there is no git", async () => {
  using hub = makeRepository("bare");
  using server = serveHttp(hub);
  using repository = makeRepository();
  repository.git("remote", "add", "origin", server.url);
  const options = { cwd: repository.cwd, env: { PATH: "/nowhere" } };
  expect(await run(["new", "Fix login", "-q"], options)).toMatchObject({ code: 0, stderr: "" });
  expect(await run(["sync", "-q"], options)).toMatchObject({ code: 0, stderr: "" });
  expect(issues(hub)).toBe(issues(repository));
});
