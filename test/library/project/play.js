// A stranger's program: makes, lists, searches and syncs between two clones in the folder it is given, and prints what came of it.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { openTracker } from "git-tracker";

const place = process.argv[2];
const git = (...args) => execFileSync("git", ["-C", place, ...args], { encoding: "utf8" });
git("init", "--quiet", "--bare", "hub");
const [a, b] = await Promise.all(
  ["a", "b"].map(async (name) => {
    git("clone", "--quiet", "hub", name);
    return await openTracker({ cwd: join(place, name), actor: `${name} <${name}@example.com>` });
  }),
);
const told = {};

const { id } = await a.create({ title: "Login fails", labels: ["bug"] });
told.listed = (await a.list("label:bug")).items.map(({ title }) => title);
told.found = (await a.search("logi")).items.map(({ hit }) => hit);
told.sent = (await a.sync()).issues.map(({ came, sent }) => [came, sent]);
told.came = (await b.sync()).issues.map(({ came, sent }) => [came, sent]);

await a.edit(id, { title: "Of a" });
await b.edit(id, { title: "Of b" });
await b.sync();
told.merged = (await a.sync()).issues.map(({ came, sent, conflicted }) => [came, sent, conflicted]);
told.sides = (await a.conflicts()).flatMap(({ conflicts }) => conflicts[0].sides.map(({ value }) => value)).sort();
await a.resolve(id, { take: "ours" });
await a.sync();
await b.sync();
told.resolved = (await b.show(id)).title;

// Both write at once, to one repository.
const beside = await openTracker({ cwd: join(place, "a"), actor: "beside <beside@example.com>" });
await Promise.all(Array.from({ length: 20 }, (_, at) => (at % 2 ? a : beside).comment(id, `comment ${at}`)));
told.comments = (await a.show(id)).comments.length;
const entry = (await a.log({ id })).at(-1);
told.trail = entry.events.map(({ type }) => type);
told.refused = await a.show("ffffffff").catch((error) => [error.name, error.code]);
for (const tracker of [a, b, beside]) tracker.close();
told.sound = git("-C", "a", "fsck", "--strict", "--no-dangling");

console.log(JSON.stringify(told));
