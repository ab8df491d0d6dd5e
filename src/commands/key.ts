/** The command `key`: whose keys count here. */
import { nearest, TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import type { KeyEntry } from "../core/trust.ts";
import { anyNumber, command, outputFlags, usageError } from "./command.ts";
import type { Env } from "./env.ts";
import { isText, type OutputChoice, printItems } from "./print.ts";

export const key = command({
  usage: "list | trust KEYFILE|KEY EMAIL | distrust KEY|EMAIL",
  words: [1, anyNumber],
  flags: outputFlags,
  details: [
    "`trust` vouches for a key in this clone alone; `distrust` takes that back. The keys of git's gpg.ssh.allowedSignersFile count, too,",
    "your own key for your own address, and the OpenPGP keys that gpg is sure of (gpg --lsign-key makes it so).",
  ].join("\n"),
  examples: [
    "git tracker key list",
    "git tracker key trust ada.pub ada@example.com",
    "git tracker key trust 'ssh-ed25519 AAAA…' ada@example.com",
    "git tracker key distrust ada@example.com",
  ],
  async run(env, { words: [what = "", ...rest], flags }) {
    const run = Object.hasOwn(parts, what) ? parts[what] : undefined;
    if (run === undefined) throw unknownPart(what);
    await run(env, rest, flags);
  },
});

type Part = (env: Env, words: readonly string[], choice: OutputChoice) => Promise<void>;

const parts: Readonly<Record<string, Part>> = { list, trust, distrust };

async function list(env: Env, words: readonly string[], choice: OutputChoice): Promise<void> {
  if (words.length > 0) throw usageError("key", "`key list` takes no more words");
  const { listKeys } = await import("../tracker/keys.ts");
  const entries = await listKeys(await env.open());
  await printKeys(env, choice, entries);
  if (entries.length === 0 && isText(choice))
    env.err("Nobody's key is known. As in: git tracker key trust ada.pub ada@example.com");
}

/** A key that is not quoted comes as several words. */
async function trust(env: Env, words: readonly string[], choice: OutputChoice): Promise<void> {
  const email = words.at(-1);
  if (email === undefined || words.length < 2)
    throw usageError("key", "Something is missing: git tracker key trust KEYFILE|KEY EMAIL");
  const { trustKey } = await import("../tracker/keys.ts");
  const entry = await trustKey(await env.open(), await keyText(env, words.slice(0, -1)), email);
  if (!isText(choice)) return await printKeys(env, choice, [entry]);
  env.out(`trusted ${entry.key} for ${visible(email)}`);
}

async function distrust(env: Env, words: readonly string[], choice: OutputChoice): Promise<void> {
  if (words.length === 0) throw usageError("key", "Something is missing: git tracker key distrust KEY|EMAIL");
  const { distrustKey } = await import("../tracker/keys.ts");
  const [name = ""] = words;
  const isFile = words.length === 1 && !name.startsWith("SHA256:") && env.files.exists(name);
  const entries = await distrustKey(await env.open(), isFile ? await keyText(env, words) : words.join(" "));
  if (!isText(choice)) return await printKeys(env, choice, entries);
  for (const { key: name, principals } of entries) env.out(`distrusted ${name} for ${visible(principals.join(","))}`);
}

/** A key that stands there in full, or the text of the file that is named instead. */
async function keyText(env: Env, words: readonly string[]): Promise<string> {
  const text = words.join(" ");
  return /\s/.test(text) ? text : await env.files.readText(text);
}

async function printKeys(env: Env, choice: OutputChoice, entries: readonly KeyEntry[]): Promise<void> {
  const { line } = await import("../render/span.ts");
  const { renderTable } = await import("../render/table.ts");
  const items = entries.map(keyItem);
  await printItems(env, choice, {
    kind: "keys",
    page: { items, total: items.length, next: null },
    known: ["key", "principals", "validAfter", "validBefore", "revoked", "source"],
    rowFields: ["key", "principals", "validAfter", "validBefore", "revoked", "source"],
    idField: "key",
    text: () =>
      renderTable(
        [{ name: "for" }, { name: "key", shrinksTo: 17 }, { name: "valid" }, { name: "because of" }],
        entries.map((entry) => [
          line(entry.principals.join(",")),
          line(entry.key, env.style.cyan),
          line(validity(entry)),
          line(entry.source, env.style.dim),
        ]),
        env.style,
      ),
  });
}

function keyItem({ key: name, principals, validAfter, validBefore, revoked = false, source }: KeyEntry) {
  return {
    key: name,
    principals,
    validAfter: isoOrNull(validAfter),
    validBefore: isoOrNull(validBefore),
    revoked,
    source,
  };
}

function validity({ validAfter, validBefore, revoked }: KeyEntry): string {
  if (revoked) return "revoked";
  const bounds = [
    ...(validAfter === undefined ? [] : [`from ${isoOrNull(validAfter)?.slice(0, 10)}`]),
    ...(validBefore === undefined ? [] : [`until ${isoOrNull(validBefore)?.slice(0, 10)}`]),
  ];
  return bounds.length === 0 ? "always" : bounds.join(" ");
}

function isoOrNull(seconds: number | undefined): string | null {
  return seconds === undefined ? null : new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}

function unknownPart(what: string): TrackerError {
  const near = nearest(what, Object.keys(parts));
  const hint = near === undefined ? "It can: list, trust, distrust." : `Did you mean: git tracker key ${near}`;
  return new TrackerError("invalid", `There is no \`key ${visible(what)}\``, hint);
}
