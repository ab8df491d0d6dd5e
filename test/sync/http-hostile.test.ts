import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { systemSleep } from "../../src/platform/sleep.ts";
import { nameObject } from "../../src/store/objects.ts";
import { encodePack } from "../../src/store/pack.ts";
import { delimiter, flush, line } from "../../src/sync/pkt-line.ts";
import { openHttpPair } from "./http-pair.ts";

type Door = (request: Request) => Response | undefined | Promise<Response | undefined>;

const isFetch = async (request: Request) =>
  request.method === "POST" && (await request.clone().text()).includes("command=fetch");
const isPush = (request: Request) => request.method === "POST" && request.url.endsWith("receive-pack");
const isFirst = (request: Request) => request.method === "GET";
const status =
  (code: number): Door =>
  () =>
    new Response("<h1>No</h1>", { status: code });
const typed = (body: string | Uint8Array<ArrayBuffer> | ReadableStream, type = "git-upload-pack-result") =>
  new Response(body, { headers: { "content-type": `application/x-${type}` } });
const advertised =
  (...lines: string[]): Door =>
  (request) =>
    isFirst(request) ? typed(lines.join(""), "git-upload-pack-advertisement") : undefined;

/** Answers a fetch with these pieces; what isn't one is git's. */
const fetched =
  (...parts: (string | Uint8Array)[]): Door =>
  async (request) =>
    (await isFetch(request)) ? typed(Buffer.concat(parts.map((part) => Buffer.from(part)))) : undefined;

/** In the side band. */
function banded(band: number, bytes: Uint8Array): Buffer<ArrayBuffer> {
  const length = (bytes.length + 5).toString(16).padStart(4, "0");
  return Buffer.concat([Buffer.from(length), Buffer.from([band]), bytes]);
}

function packOf(...contents: string[]): Buffer {
  const objects = contents.map((content) => nameObject("sha1", { type: "commit", bytes: Buffer.from(content) }));
  const { parts, checksum } = encodePack("sha1", objects);
  return Buffer.concat([...parts, checksum]);
}

/** Pieces of an answer that never ends; waits between them let others run. */
function endless(piece: Uint8Array, pauseMs: number): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      await systemSleep(pauseMs);
      controller.enqueue(piece);
    },
  });
}

const big = new Uint8Array(60_000);
const stray =
  "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor E <e@x> 1 +0000\ncommitter E <e@x> 1 +0000\n\nStray";

const hostile: Readonly<Record<string, { readonly door: Door; readonly code: number; readonly says: RegExp }>> = {
  "401 for everything": { door: status(401), code: 7, says: /wants a name and a password/ },
  "403": { door: status(403), code: 7, says: /does not let you do that/ },
  "404": { door: status(404), code: 5, says: /knows no such repository/ },
  "500": { door: status(500), code: 5, says: /answers HTTP 500/ },
  "a web page": { door: () => new Response("<html>"), code: 5, says: /is no git server/ },
  "a redirect to another host": {
    door: () => Response.redirect("http://localhost:1/hub.git/info/refs?service=git-upload-pack"),
    code: 7,
    says: /sends you to http:\/\/localhost:1, which is not/,
  },
  "a redirect to another protocol": {
    door: () => Response.redirect("ftp://127.0.0.1/x"),
    code: 7,
    says: /sends you to/,
  },
  "a redirect in a circle": { door: (request) => Response.redirect(request.url), code: 5, says: /is no git server/ },
  "a redirect of what is sent": {
    door: (request) => (request.method === "POST" ? Response.redirect(request.url, 307) : undefined),
    code: 5,
    says: /is no git server/,
  },
  "no pkt-lines": { door: advertised("zzzzzz"), code: 5, says: /no pkt-line/ },
  "a pkt-line of length 3": { door: advertised("0003"), code: 5, says: /no pkt-line/ },
  "a pkt-line that is cut off": { door: advertised("00ff# service"), code: 5, says: /cut off/ },
  "no list of refs": {
    door: advertised(line("# service=git-upload-pack\n"), flush, line("hello\n")),
    code: 5,
    says: /no list/,
  },
  "an error with controls": { door: advertised(line("ERR go \x1b[31maway\n")), code: 5, says: /go ␛\[31maway/ },
  "a server of another kind": { door: advertised(line("version 2\n"), flush), code: 5, says: /of another kind/ },
  "other objects": {
    door: advertised(line("version 2\n"), line("ls-refs\n"), line("fetch\n"), line("object-format=sha256\n"), flush),
    code: 5,
    says: /has sha256 objects/,
  },
  "no pack": { door: fetched(flush), code: 7, says: /refused: no pack came/ },
  "an error instead of a pack": { door: fetched(line("ERR not today\n")), code: 7, says: /refused: not today/ },
  "an error in the side band": {
    door: fetched(line("packfile\n"), banded(3, Buffer.from("http://a:t0psecret@x out of memory\n")), flush),
    code: 7,
    says: /refused: http:\/\/x out of memory/,
  },
  "garbage for a pack": {
    door: fetched(line("packfile\n"), banded(1, Buffer.from("garbage, and more of it")), flush),
    code: 7,
    says: /refused: what came is no good pack: it is (?:no pack|cut off)/,
  },
  "half a pack": {
    door: fetched(line("packfile\n"), banded(1, packOf(stray).subarray(0, 60)), flush),
    code: 7,
    says: /refused: what came is no good pack/,
  },
  "a pack with a wrong checksum": {
    door: fetched(
      line("packfile\n"),
      banded(1, Buffer.concat([packOf(stray).subarray(0, -1), Buffer.from("x")])),
      flush,
    ),
    code: 7,
    says: /refused: what came is no good pack: its checksum is wrong/,
  },
  "other objects than were asked for": {
    door: fetched(line("packfile\n"), banded(1, packOf(stray)), flush),
    code: 7,
    says: /refused: the remote did not send commit/,
  },
  "a pack that is in no band": {
    door: fetched(line("packfile\n"), line("PACK"), flush),
    code: 7,
    says: /in no side band/,
  },
  "sections without end": {
    door: async (request) =>
      (await isFetch(request)) ? typed(endless(Buffer.from(line("x".repeat(60_000))), 0)) : undefined,
    code: 7,
    says: /refused: what came is bigger than/,
  },
  silence: { door: () => new Promise(() => {}), code: 5, says: /does not answer/ },
  "one byte after the other": {
    door: async (request) => ((await isFetch(request)) ? typed(endless(Buffer.from("a"), 50)) : undefined),
    code: 5,
    says: /does not answer/,
  },
  "no report": {
    door: (request) => (isPush(request) ? typed("", "git-receive-pack-result") : undefined),
    code: 7,
    says: /did not say/,
  },
  "a report of nonsense": {
    door: (request) =>
      isPush(request)
        ? typed(Buffer.from(banded(1, Buffer.from(line("yes\n")))), "git-receive-pack-result")
        : undefined,
    code: 5,
    says: /no report/,
  },
  "a lie in the list of refs": {
    door: (request) =>
      request.method === "POST" && request.url.endsWith("upload-pack")
        ? request
            .clone()
            .text()
            .then((text) =>
              text.includes("ls-refs")
                ? typed(line(`${"1".repeat(40)} refs/git-tracker/issues/${"2".repeat(40)}\n`) + delimiter + flush)
                : undefined,
            )
        : undefined,
    code: 7,
    says: /refused: upload-pack: not our ref/,
  },
};

const isAboutSending = (what: string) => what.includes("report");
const objectsIn = (cwd: string) =>
  readdirSync(join(cwd, ".git/objects"), { recursive: true, encoding: "utf8" }).sort().join("\n");

for (const [what, { door, code, says }] of Object.entries(hostile)) {
  test(`${what}: nothing is kept, and what is here stays usable`, async () => {
    let open: Door = () => undefined;
    using pair = openHttpPair({ door: (request) => open(request) });
    const { ada, ben } = pair;
    await ada.make("Hers");
    await ada.$("sync");
    await ben.make("His");
    ben.repository.git("config", "user.name", "Ben");
    if (/silence|one byte/.test(what)) await ben.$("config", "set", "sync.timeout", "1", "--local");
    const before = { refs: ben.repository.git("for-each-ref"), objects: objectsIn(ben.repository.cwd) };
    open = door;
    const said = await ben.$(isAboutSending(what) ? "sync" : "pull");
    expect(said).toMatch(says);
    expect(said).toEndWith(`[exit ${code}]`);
    expect(said).not.toContain("t0psecret");
    open = () => undefined;
    if (!isAboutSending(what)) {
      expect({ refs: ben.repository.git("for-each-ref"), objects: objectsIn(ben.repository.cwd) }).toEqual(before);
    }
    expect(await ben.$("sync")).toMatch(/synced with origin: /);
    expect(ben.repository.git("for-each-ref", "refs/git-tracker/issues/")).toBe(
      pair.hub.git("for-each-ref", "refs/git-tracker/issues/"),
    );
  });
}

test("a pack that grows without end is given up at its limit", async () => {
  let asked = 0;
  using pair = openHttpPair({
    door: async (request) => {
      if (!(await isFetch(request))) return undefined;
      asked++;
      const head = Buffer.from(line("packfile\n"));
      let begun = false;
      return typed(
        new ReadableStream({
          pull(controller) {
            controller.enqueue(begun ? banded(1, big) : head);
            begun = true;
          },
        }),
      );
    },
  });
  const { ada, ben } = pair;
  await ada.make("Hers");
  await ada.$("sync");
  const said = await ben.$("sync");
  expect(said).toContain("refused: what came is bigger than");
  expect(asked).toBe(1);
});

test("where nothing that is asked for comes, it is not asked for each", async () => {
  let asked = 0;
  using pair = openHttpPair({
    door: async (request) => {
      if (!(await isFetch(request))) return undefined;
      asked++;
      return typed(line("ERR no\n"));
    },
  });
  const { ada, ben } = pair;
  ada.stdin = Array.from({ length: 200 }, (_, i) => `- [ ] Issue ${i}`).join("\n");
  await ada.$("new", "--from-file", "-", "-q");
  await ada.$("sync");
  expect(await ben.$("sync")).toMatchInlineSnapshot(`
    "! error: origin can't be spoken with: no
    ! hint: Nothing is half done. Try again; if it stays so, ask whoever keeps it.
    [exit 5]"
  `);
  expect(asked).toBeLessThan(40);
});
