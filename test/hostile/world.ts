/** The repository that injections are tried in: two issues, a comment, files named like payloads, and the watch over everything else. */
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { mergeMessage } from "../../src/core/message.ts";
import { isLine } from "../../src/core/text.ts";
import { openForge } from "./crafted.ts";
import { canaryName, payloads } from "./payloads.ts";
import type { Things } from "./slots.ts";
import { filesBelow, openStage, type Stage } from "./stage.ts";

const git = "a/b/main/.git";
/** What the program may change, from a stage's root. */
const ours = [git, "hub.git"].flatMap((folder) =>
  ["git-tracker", "objects", "refs/git-tracker", "packed-refs"].map((name) => `${folder}/${name}`),
);

/** Makes the things that command lines speak of. */
export async function thingsOf(stage: Stage): Promise<Things> {
  const make = async (title: string) => {
    const { out, err } = await stage.play(["new", "--quiet", title]);
    if (!/^[0-9a-f]{40}\n$/.test(out)) throw new Error(`${out}${err}`);
    return out.trim();
  };
  const write = (name: string, text: string) => {
    writeFileSync(join(stage.cwd, name), text);
    return name;
  };
  const [id, other] = [await make("Login crash"), await make("Other")];
  await stage.play(["comment", id, "Hello"]);
  const comment = JSON.parse((await stage.play(["show", id, "--json"])).out).item.comments[0].id;
  const file = write("file.txt", "content");
  const torn = await make("Torn");
  tear(stage, torn);
  stage.git("init", "--quiet", "--bare", "--template=", join(stage.root, "hub.git"));
  stage.git("remote", "add", "hub", "../../../hub.git"); // Stays true in a copy of the stage.
  await stage.play(["attach", id, file]);
  return {
    id,
    other,
    comment,
    attachment: file,
    file,
    torn,
    remote: "hub",
    plan: write("plan.md", "- [ ] One\n- [ ] Two\n"),
    github: write(
      "github.json",
      '{"number":1,"url":"https://api.github.com/repos/o/r/issues/1","title":"T","created_at":"2026-01-01T00:00:00Z"}',
    ),
  };
}

export interface World extends Disposable {
  readonly stage: Stage;
  readonly things: Things;
  /** Another world as this one was at first. */
  again(): World;
  /** Since the last look: files that changed, came or went where nothing of ours is, from the stage's root. */
  changes(): string[];
  /** True as long as the issues that command lines speak of are there. */
  isWhole(): boolean;
}

/** The work tree of a stage, from its root. */
export const workTree = "a/b/main";

export async function openWorld(): Promise<World> {
  const stage = openStage();
  const things = await thingsOf(stage);
  attachPayloads(stage, things.id);
  await stage.play(["list"]);
  return worldOn(stage, things);
}

function worldOn(stage: Stage, things: Things): World {
  let before = look(stage);
  return {
    stage,
    things,
    again: () => worldOn(openStage({ copyOf: stage.root }), things),
    changes() {
      const after = look(stage);
      const names = new Set([...before.keys(), ...after.keys()]);
      const changed = [...names].filter((name) => before.get(name) !== after.get(name));
      before = after;
      return changed;
    },
    isWhole: () =>
      [things.id, things.other].every((id) => existsSync(join(stage.root, git, "refs/git-tracker/issues", id))),
    [Symbol.dispose]: () => stage[Symbol.dispose](),
  };
}

function look({ root }: Stage): Map<string, string> {
  const found = filesBelow(root, (path) => ours.includes(path));
  for (const folder of [process.cwd(), tmpdir(), join(tmpdir(), "..")]) {
    for (const name of readdirSync(folder)) if (name.includes(canaryName)) found.set(join(folder, name), "canary");
  }
  return found;
}

/** True for the path of a file that only a payload can have made. */
export function isCanary(path: string): boolean {
  return basename(path).includes(canaryName);
}

/** Two who didn't know of each other renamed it. */
function tear(stage: Stage, id: string): void {
  const forge = openForge(join(stage.root, git));
  const sides = ["One", "Other"].map((title) =>
    forge.commit({
      parents: [id],
      author: "E <e@e>",
      message: `Rename\n\nEvent: title-changed\nFrom: Torn\nTo: ${title}\nFormat: 1\n`,
    }),
  );
  forge.point(id, forge.commit({ parents: sides.toSorted(), author: "E <e@e>", message: mergeMessage }));
}

/** What a hostile remote can do and `attach` can't: any line as the name of an attachment. */
function attachPayloads(stage: Stage, id: string): void {
  const forge = openForge(join(stage.root, git));
  const blob = forge.object("blob", Buffer.from("evil"));
  const records = payloads
    .filter((payload) => payload !== "" && isLine(payload))
    .map((payload) => `Event: attachment-added\nName: ${payload}\nSize: 4\nBlob: ${blob}\n`);
  const tip = stage.git("rev-parse", `refs/git-tracker/issues/${id}`).trim();
  forge.point(
    id,
    forge.commit({ parents: [tip], author: "E <e@e>", message: `Attach\n\n${records.join("")}Format: 1\n` }),
  );
}
