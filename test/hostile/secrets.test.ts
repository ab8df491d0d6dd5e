/** Secrets that are only near never show: not in what is printed, not in an error, not in an event, not in a file of ours. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { run } from "../support/binary.ts";
import { effortHere, sample } from "./effort.ts";
import { payloads } from "./payloads.ts";
import { type Slot, slotsFor } from "./slots.ts";
import { openStage } from "./stage.ts";
import { thingsOf } from "./world.ts";

const effort = effortHere();
/** In every value that is secret. */
const mark = "s3cr3tc4n4ry";
const secrets = {
  GITHUB_TOKEN: `ghp_${mark}`,
  GH_TOKEN: `gho_${mark}`,
  GITLAB_TOKEN: `glpat-${mark}`,
  AWS_SECRET_ACCESS_KEY: `aws${mark}`,
  ANTHROPIC_API_KEY: `sk-ant-${mark}`,
  NPM_TOKEN: `npm_${mark}`,
  SSH_PASSPHRASE: mark,
  https_proxy: `http://me:${mark}@127.0.0.1:9`,
  GIT_ASKPASS: `echo ${mark}`,
  GIT_TRACKER_TOKEN: mark,
};
const stage = openStage({ environment: secrets });
let slots: Slot[] = [];

beforeAll(async () => {
  const config = [
    `[remote "origin"]\n\turl = https://me:${mark}@example.com/r.git\n\tfetch = +refs/heads/*:refs/remotes/origin/*`,
    `[http]\n\textraHeader = Authorization: Bearer ${mark}`,
    `[credential]\n\thelper = "!echo password=${mark}"`,
    `[sendemail]\n\tsmtpPass = ${mark}\n`,
  ];
  writeFileSync(join(stage.root, "home/.git-credentials"), `https://me:${mark}@example.com\n`);
  writeFileSync(join(stage.cwd, ".git/config"), `${readFileSync(join(stage.cwd, ".git/config"))}${config.join("\n")}`);
  slots = await slotsFor(await thingsOf(stage));
});
afterAll(() => stage[Symbol.dispose]());

test(`every command with good and bad arguments (seed ${effort.seed})`, async () => {
  const cases = slots.flatMap((slot) => ["x", ...payloads].map((text) => slot.with(text)));
  const shown: string[] = [];
  for (const args of sample(cases, Math.round(300 * effort.runs), effort.seed)) {
    const { out, err, crash } = await stage.play(args);
    if (`${out}${err}${crash ?? ""}`.includes(mark)) shown.push(JSON.stringify(args));
  }
  expect(shown).toEqual([]);
}, 600_000);

test("errors of git's configuration, of a ref and of an object", async () => {
  const config = join(stage.cwd, ".git/config");
  const before = readFileSync(config, "utf8");
  for (const broken of [
    `${before}\n[broken`,
    `${before}\nx y z`,
    before.replace("repositoryformatversion = 0", "repositoryformatversion = 9"),
  ]) {
    writeFileSync(config, broken);
    for (const args of [["list"], ["new", "x"], ["doctor"], ["list", "--json"]]) {
      const { out, err, crash } = await stage.play(args);
      expect({ args, text: `${out}${err}` }).not.toMatchObject({ text: expect.stringContaining(mark) });
      expect(crash).toBeUndefined();
    }
  }
  writeFileSync(config, before);
});

test("the executable, also where it fails", async () => {
  for (const args of [
    ["list"],
    ["doctor"],
    ["no-such"],
    ["list", "--no-such"],
    ["show", "ffff"],
    ["config", "list", "--origin"],
  ]) {
    const { stdout, stderr } = await run(args, { cwd: stage.cwd, env: { ...stage.environment } });
    expect(stdout + stderr).not.toContain(mark);
  }
});

test("nothing that was written holds one", () => {
  const git = join(stage.cwd, ".git");
  const files = ["git-tracker", "objects", "refs/git-tracker", "packed-refs"]
    .map((name) => join(git, name))
    .filter((path) => existsSync(path));
  const found = files.flatMap(below).filter((path) => contentOf(path).includes(mark));
  expect(found).toEqual([]);
  expect(files.flatMap(below).length).toBeGreaterThan(5);
});

function below(path: string): string[] {
  if (!existsSync(path)) return [];
  try {
    return readdirSync(path).flatMap((name) => below(join(path, name)));
  } catch {
    return [path];
  }
}

/** Objects are compressed. */
function contentOf(path: string): string {
  const bytes = readFileSync(path);
  try {
    return inflateSync(bytes).toString("latin1");
  } catch {
    return bytes.toString("latin1");
  }
}
