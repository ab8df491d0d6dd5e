/** Everything that reads what others wrote, as targets of the fuzzer. */
import { gzipSync } from "bun";
import fc from "fast-check";
import { importGitHub } from "../../src/bridge/github.ts";
import { type PlanFormat, parsePlan } from "../../src/bridge/plan.ts";
import { parseSetting, setInToml, unsetInToml } from "../../src/config/edit.ts";
import { loadConfig } from "../../src/config/load.ts";
import { settings as settingTable } from "../../src/config/schema.ts";
import type { Commit } from "../../src/core/commit.ts";
import { foldOnTop, foldStream } from "../../src/core/fold.ts";
import { decodeCommit, decodeMessage, encodeMessage } from "../../src/core/message.ts";
import { encodeQuery, parseQuery } from "../../src/core/query.ts";
import { defaultSettings } from "../../src/core/settings.ts";
import {
  decodeDuration,
  encodeDuration,
  parseDay,
  parseDayRange,
  parseDuration,
  parseMomentRange,
} from "../../src/core/when.ts";
import { excerptOf } from "../../src/index/excerpt.ts";
import { openIndex } from "../../src/index/open.ts";
import { parseWords } from "../../src/index/words.ts";
import { layProse } from "../../src/render/prose.ts";
import { lineText, lineWidth } from "../../src/render/span.ts";
import { createStyle } from "../../src/render/style.ts";
import { parseTemplate } from "../../src/render/template.ts";
import { decodeCommitObject } from "../../src/store/objects.ts";
import { comment, issue, replacing } from "../index/issues.ts";
import { findSteering } from "../render/hostile.ts";
import { root } from "../support/events.ts";
import * as documents from "./documents.ts";
import { type Definition, defineTarget, type Target } from "./fuzz.ts";
import { mutated, mutatedBytes } from "./mutate.ts";
import { jsonSpecials, messageSpecials, type Special, textSpecials } from "./specials.ts";

const today = "2026-11-21";
const queryContext = {
  now: Date.UTC(2026, 10, 21, 12),
  offsetMinutes: 90,
  settings: defaultSettings,
  me: "ada@example.com",
  currentSprint: "s",
};
const index = openIndex({ path: ":memory:", settings: defaultSettings, today });
index.project([
  replacing(issue("4f2a", { title: "Login crash", body: "宽 e\u0301 word", comments: [comment("Hello login")] })),
  replacing(issue("4f2b", { title: "x", labels: ["auth"], assignees: ["ada@example.com"], due: today })),
]);

const withText = [...textSpecials, ...jsonSpecials, ...messageSpecials];
const same = (text: string) => text;
const textTarget = (definition: Omit<Definition<string>, "from">): Target =>
  defineTarget({ ...definition, from: same });

export const targets: readonly Target[] = [
  defineTarget<readonly Uint8Array[]>({
    name: "commits and the fold",
    runs: 1500,
    input: fc.array(mutatedBytes(documents.commits), { minLength: 1, maxLength: 5 }),
    run: readStream,
    specials: withText,
    from: (text) => [Buffer.from(`tree ${"0".repeat(40)}\nauthor A <a@b> 1 +0000\n\n${text}`), Buffer.from(text)],
  }),
  textTarget({
    name: "the message codec",
    runs: 4000,
    input: mutated(documents.messages),
    run: readMessage,
    specials: withText,
  }),
  textTarget({ name: "queries", runs: 700, input: mutated(documents.queries), run: ask, specials: textSpecials }),
  textTarget({ name: "dates", runs: 4000, input: mutated(documents.moments), run: readWhen, specials: textSpecials }),
  textTarget({
    name: "settings",
    runs: 500,
    input: mutated(documents.settingsTexts),
    run: readSettings,
    specials: textSpecials,
  }),
  defineTarget({
    name: "settings on the command line",
    runs: 1500,
    input: fc.record({
      key: fc.oneof(
        fc.constantFrom(...settingTable.map(({ key }) => key)),
        mutated(["templates.bug.title", "list.limit"]),
      ),
      text: mutated(["20", "low, high", "todo:todo:3, done:done", '["a"]', "label:auth", ...documents.settingsTexts]),
    }),
    run: ({ key, text }) => setInToml("# c\n", key, parseSetting(key, text)),
  }),
  textTarget({ name: "prose", runs: 500, input: mutated(documents.proses), run: layOut, specials: textSpecials }),
  defineTarget({
    name: "GitHub's issues",
    runs: 1200,
    input: packed(mutatedBytes(documents.githubTexts.map((text) => new TextEncoder().encode(text)))),
    run: importAll,
    specials: [...jsonSpecials, ...textSpecials],
    from: (text) => new TextEncoder().encode(text),
  }),
  defineTarget({
    name: "broken gzip",
    runs: 400,
    input: mutatedBytes(documents.githubTexts.map((text) => gzipSync(text))),
    run: importAll,
    specials: [
      { name: "128 MiB of blanks", make: () => "" },
      { name: "256 MiB of a text", make: () => "x" },
    ],
    from: bomb,
  }),
  planTarget("markdown", documents.markdownPlans, textSpecials),
  planTarget("json", documents.jsonPlans, [...jsonSpecials, ...textSpecials]),
  planTarget("jsonl", documents.jsonPlans, [...jsonSpecials, ...textSpecials]),
  textTarget({
    name: "search and excerpts",
    runs: 500,
    input: mutated([...documents.queries, ...documents.proses, "宽的字符 login 한국어"]),
    run: searchFor,
    specials: textSpecials,
  }),
  textTarget({
    name: "output templates and cursors",
    runs: 1500,
    input: mutated(["{shortId} {title}", "{{x}}", "WyJhIiwxXQ", "eyJhIjoxfQ=="]),
    run: fillTemplate,
    specials: textSpecials,
  }),
];

function readStream(objects: readonly Uint8Array[]): unknown {
  const stream: Commit[] = [root];
  for (const [at, bytes] of objects.entries()) {
    const { content, signed } = decodeCommitObject(bytes);
    const oid = (at + 2).toString(16).padStart(40, "e");
    // A stream holds all of its parents: that is made sure of before it is folded.
    const parents = content.parents.map((parent) => stream[parent.length % stream.length]?.oid ?? root.oid);
    stream.push(decodeCommit(oid, { ...content, parents: parents.length > 0 ? parents : [root.oid] }, signed));
  }
  const tip = stream.at(-1)?.oid ?? root.oid;
  const folded = foldStream(root.oid, tip, stream);
  const alone = foldStream(root.oid, root.oid, [root]);
  if (typeof folded === "string" || typeof alone === "string") return folded;
  index.project([replacing(folded.issue)]);
  return [folded, foldOnTop(alone.issue, stream.slice(1)), index.view(root.oid)];
}

function readMessage(text: string): unknown {
  const { subject, events } = decodeMessage(text);
  // What was understood can be written again, if it fits into one commit.
  return [
    events,
    encodeMessage(
      subject,
      events.filter((event, at) => at === 0 || !("body" in event)),
    ),
  ];
}

function ask(text: string): unknown {
  const query = parseQuery(text, queryContext);
  const again = parseQuery(encodeQuery(query), queryContext);
  return [query, again, index.list(query, { limit: 5 }), index.count(query)];
}

function readWhen(text: string): unknown {
  const readers = [
    () => parseDay(text, today),
    () => parseDayRange(text, today),
    () => parseMomentRange(text, queryContext),
    () => encodeDuration(parseDuration(text, 7.5)),
    () => decodeDuration(text),
  ];
  return each(readers);
}

async function readSettings(text: string): Promise<unknown> {
  const layers = (["user", "repository", "local"] as const).map((name) => ({ name, file: `${name}.toml`, text }));
  const { config } = await loadConfig([
    ...layers.slice(0, 1),
    ...layers.slice(1).map((layer) => ({ ...layer, text: "" })),
  ]);
  return [config, each([() => setInToml(text, "list.limit", 3), () => unsetInToml(text, "list.limit")])];
}

function layOut(text: string): unknown {
  return [8, 80].map((width) => {
    const style = createStyle({ color: "none", width, now: queryContext.now, zoneOffset: () => 0 });
    const lines = layProse(text, style, width);
    const steering = findSteering(lines.map(lineText).join("\n"));
    if (steering !== undefined) throw new Error(`It would steer a terminal: ${steering}`);
    return lines.map(lineWidth);
  });
}

async function importAll(bytes: Uint8Array): Promise<unknown> {
  const issues = [];
  const now = { seconds: 1_800_000_000, zone: "+0000" };
  for await (const each of importGitHub({ files: [{ name: "o-r.json", bytes }] }, { settings: defaultSettings, now })) {
    issues.push(each);
  }
  return issues;
}

function planTarget(format: PlanFormat, valid: readonly string[], specials: readonly Special[]): Target {
  return textTarget({
    name: `plans in ${format}`,
    runs: 1500,
    input: mutated(valid),
    run: (text) => parsePlan(text, format, { file: "plan", settings: defaultSettings, today }),
    specials,
  });
}

function searchFor(text: string): unknown {
  const words = parseWords(text);
  const around = { title: text.slice(0, 1000), body: `word ${text}`, comments: [comment(text)] };
  const { excerpt, marks } = excerptOf(around, words);
  for (const [start, end] of marks) {
    if (start < 0 || end > excerpt.length || start >= end)
      throw new Error(`A mark is outside of ${JSON.stringify(excerpt)}`);
  }
  const everything = { where: undefined, sort: [] };
  return [excerpt, marks, excerptOf(around, parseWords("word")), index.search(text, everything, { limit: 5 })];
}

function fillTemplate(text: string): unknown {
  const everything = { where: undefined, sort: [] };
  return each([
    () => parseTemplate(text, ["title", "shortId"])({ title: text, shortId: "4f2a" }),
    () => index.list(everything, { limit: 1, after: text }),
    () => index.search("login", everything, { limit: 1, after: text }),
  ]);
}

/** What each comes to; a refusal of one must not hide the others. */
function each(readers: readonly (() => unknown)[]): unknown[] {
  let refusal: unknown;
  const values = readers.flatMap((read) => {
    try {
      return [read()];
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "TrackerError") throw error;
      refusal = error;
      return [];
    }
  });
  if (values.length === 0) throw refusal;
  return values;
}

/** Half of them packed with gzip, as exports often are. */
function packed(input: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  return fc.tuple(input, fc.boolean()).map(([bytes, pack]) => (pack ? gzipSync(new Uint8Array(bytes)) : bytes));
}

/** Few bytes that unpack to a lot: members of gzip may stand one after the other. */
function bomb(text: string): Uint8Array {
  const member = gzipSync((text === "" ? " " : '{"a":"x').padEnd(64 * 1024 * 1024, text || " "));
  return Buffer.concat(Array.from({ length: text === "" ? 2 : 4 }, () => member));
}
