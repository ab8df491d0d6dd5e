/** D5 for remotes: every payload as a remote's name, its addresses, and whatever else a repository's own settings say of it. */
import { expect, test } from "bun:test";
import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exitCodes } from "../../src/core/errors.ts";
import { findSteering } from "../render/hostile.ts";
import { effortHere, sample } from "./effort.ts";
import { payloads } from "./payloads.ts";
import { isCanary, openWorld, type World, workTree } from "./world.ts";

const effort = effortHere();
const slow = 3_600_000;
const config = `${workTree}/.git/config`;

interface Place {
  readonly name: string;
  /** Puts the payload there. Returns the words of the command line that lead to it. */
  put(world: World, payload: string): readonly string[];
}

/** A value of git's configuration, spelled so that git reads back what it was. */
function quoted(value: string): string {
  const escaped = value.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\t", "\\t");
  return `"${escaped.replaceAll("\0", "")}"`;
}

function setting(section: string, key: string): Place {
  return {
    name: `${section}.${key}`,
    put(world, payload) {
      appendFileSync(join(world.stage.root, config), `[${section}]\n\t${key} = ${quoted(payload)}\n`);
      return ["hub"];
    },
  };
}

/** What runs a program by design (`uploadpack`, `core.sshCommand`) is the person's own and not among these. */
const places: readonly Place[] = [
  ...["url", "pushurl", "fetch", "push", "mirror", "vcs", "proxy", "tagOpt", "prune", "promisor"].map((key) =>
    setting('remote "hub"', key),
  ),
  setting('remote "hub"', "partialCloneFilter"),
  setting('branch "main"', "remote"),
  setting('branch "main"', "pushRemote"),
  setting("remote", "pushDefault"),
  setting("push", "pushOption"),
  setting('url "../../../hub.git"', "insteadOf"),
  {
    name: 'url "•".insteadOf',
    put({ stage }, payload) {
      appendFileSync(join(stage.root, config), `[url ${quoted(payload)}]\n\tinsteadOf = ../../../\n`);
      return ["hub"];
    },
  },
  {
    name: "a remote's name",
    put({ stage }, payload) {
      appendFileSync(join(stage.root, config), `[remote ${quoted(payload)}]\n\turl = ../../../hub.git\n`);
      return ["--", payload];
    },
  },
  {
    name: "a remote's name, by the branch",
    put({ stage }, payload) {
      const name = quoted(payload);
      const lines = `[remote ${name}]\n\turl = ../../../hub.git\n[branch "main"]\n\tremote = ${name}\n`;
      appendFileSync(join(stage.root, config), lines);
      return [];
    },
  },
  {
    name: "sync.remote",
    put({ stage }, payload) {
      writeFileSync(join(stage.cwd, "git-tracker.toml"), `[sync]\nremote = ${JSON.stringify(payload)}\n`);
      return [];
    },
  },
];

const documented = new Set([0, ...Object.values(exitCodes)]);

test(
  `nothing that a repository says of remotes runs anything or writes elsewhere (seed ${effort.seed})`,
  async () => {
    using first = await openWorld();
    const cases = ["sync", "pull", "push"].flatMap((command) =>
      places.flatMap((place) => payloads.map((payload) => ({ command, place, payload }))),
    );
    const chosen = sample(cases, Math.round(150 * effort.runs), effort.seed);
    const codes = new Map<number | undefined, number>();
    const troubles: string[] = [];
    using world = first.again();
    const settings = readFileSync(join(world.stage.root, config));
    for (const { command, place, payload } of chosen) {
      writeFileSync(join(world.stage.root, config), settings);
      rmSync(join(world.stage.cwd, "git-tracker.toml"), { force: true });
      const words = place.put(world, payload);
      world.changes();
      const { code, out, err, crash } = await world.stage.play([command, ...words]);
      codes.set(code, (codes.get(code) ?? 0) + 1);
      const changed = world.changes();
      const what = `${command}, ${place.name}: ${JSON.stringify(payload.slice(0, 80))}`;
      if (code === undefined || !documented.has(code)) troubles.push(`${what} ended with ${code}: ${crash}`);
      if (changed.length > 0) {
        troubles.push(`${what} changed ${changed.join(", ")}${changed.some(isCanary) ? " (the canary)" : ""}`);
      }
      if (findSteering(out + err) !== undefined) troubles.push(`${what} steers a terminal`);
      if (!world.isWhole()) troubles.push(`${what} lost an issue`);
    }
    console.log(
      `${chosen.length} of ${cases.length} cases; by exit code: ${JSON.stringify(Object.fromEntries(codes))}`,
    );
    expect(troubles).toEqual([]);
    expect((codes.get(0) ?? 0) / chosen.length).toBeGreaterThan(0.05);
  },
  slow,
);
