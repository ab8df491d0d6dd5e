/** The command `key`: whose keys count here. */
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import type { KeyEntry } from "../core/trust.ts";
import type { ProjectChanged } from "../tracker/project.ts";
import { anyNumber, command, outputFlags, unknownPart, usageError } from "./command.ts";
import type { Env } from "./env.ts";
import { isText, type OutputChoice, printItems } from "./print.ts";

export const key = command({
  usage: "[list] | add [KEYFILE|KEY] | revoke KEY | trust KEYFILE|KEY EMAIL | distrust KEY|EMAIL",
  words: [0, anyNumber],
  flags: {
    user: { type: "string", value: "PERSON", help: "with add: whose key it is, if not yours" },
    since: { type: "string", value: "WHEN", help: "with revoke: from when on it does not count (now)" },
    ...outputFlags,
  },
  details: [
    "`add` tells everybody of a member's key, by default the one that you sign with here; `revoke` says that it counts no more: what it",
    "signed before stays good. A member's key counts in a clone if whoever added it is trusted there; that begins with `trust`.",
    "`trust` vouches for a key in this clone alone; `distrust` takes that back. The keys of git's gpg.ssh.allowedSignersFile count, too,",
    "your own key for your own address, and the OpenPGP keys that gpg is sure of (gpg --lsign-key makes it so).",
  ].join("\n"),
  examples: [
    "git tracker key list",
    "git tracker key add",
    "git tracker key add ben.pub --user ben@example.com",
    "git tracker key revoke SHA256:18X0UN2F --since 2026-11-01",
    "git tracker key trust ada.pub ada@example.com",
    "git tracker key trust 'ssh-ed25519 AAAA…' ada@example.com",
    "git tracker key distrust ada@example.com",
  ],
  async run(env, { words: [what = "list", ...rest], flags }) {
    const run = Object.hasOwn(parts, what) ? parts[what] : undefined;
    if (run === undefined) throw unknownPart("key", what, Object.keys(parts));
    if (flags.user !== undefined && run !== add) throw usageError("key", "--user goes with `key add`");
    if (flags.since !== undefined && run !== revoke) throw usageError("key", "--since goes with `key revoke`");
    await run(env, rest, flags);
  },
});

type Choice = OutputChoice & { readonly user?: string | undefined; readonly since?: string | undefined };
type Part = (env: Env, words: readonly string[], choice: Choice) => Promise<void>;

const parts: Readonly<Record<string, Part>> = { list, add, revoke, trust, distrust };

async function list(env: Env, words: readonly string[], choice: OutputChoice): Promise<void> {
  if (words.length > 0) throw usageError("key", "`key list` takes no more words");
  const { listKeys } = await import("../tracker/keys.ts");
  const tracker = await env.open();
  const entries = await listKeys(tracker);
  await printKeys(env, choice, entries);
  if (!isText(choice)) return;
  const { unvouchedKeys } = await import("../tracker/member-keys.ts");
  for (const { key: name, member } of await unvouchedKeys(tracker)) {
    const line = `${visible(member)} has the key ${name}, for which nobody whom you trust vouches`;
    env.err(`${line}; if it is theirs: git tracker key trust ${name} ${visible(member)}`);
  }
  if (entries.length === 0) env.err("Nobody's key is known. As in: git tracker key trust ada.pub ada@example.com");
}

async function add(env: Env, words: readonly string[], choice: Choice): Promise<void> {
  const { addKey } = await import("../tracker/member-keys.ts");
  const text = words.length === 0 ? undefined : await keyText(env, words);
  const changed = await addKey(await env.open(), text, choice.user ?? "@me");
  await printChange(env, choice, changed);
}

async function revoke(env: Env, words: readonly string[], choice: Choice): Promise<void> {
  if (words.length === 0) throw usageError("key", "Something is missing: git tracker key revoke KEY");
  const { revokeKey } = await import("../tracker/member-keys.ts");
  const { parseSince } = await import("./since.ts");
  const since = choice.since === undefined ? Math.floor(env.style.now / 1000) : parseSince(choice.since, env.style);
  const [name = ""] = words;
  const isFile = words.length === 1 && !name.startsWith("SHA256:") && env.files.exists(name);
  const text = isFile ? await keyText(env, words) : words.join(" ");
  await printChange(env, choice, await revokeKey(await env.open(), text, since));
}

async function printChange(env: Env, choice: OutputChoice, changed: ProjectChanged): Promise<void> {
  const { printProjectChange } = await import("./people.ts");
  const { envelope } = await import("../render/json.ts");
  const { keyName } = await import("../tracker/keyring.ts");
  await printProjectChange(env, choice, changed, () => {
    const items = changed.project.members.flatMap(({ email, keys }) =>
      keys.map(({ key: text, revokedSince, vouched }) => {
        return { key: keyName(text), member: email, vouched, revokedSince: isoOrNull(revokedSince ?? undefined) };
      }),
    );
    return envelope("member-keys", { items });
  });
}

/** A key that is not quoted comes as several words. */
async function trust(env: Env, words: readonly string[], choice: OutputChoice): Promise<void> {
  const email = words.at(-1);
  if (email === undefined || words.length < 2)
    throw usageError("key", "Something is missing: git tracker key trust KEYFILE|KEY EMAIL");
  const { trustKey } = await import("../tracker/keys.ts");
  const { publicKeyNamed } = await import("../tracker/member-keys.ts");
  const tracker = await env.open();
  const [name = ""] = words;
  const known = name.startsWith("SHA256:") ? await publicKeyNamed(tracker, name) : undefined;
  if (known === undefined && name.startsWith("SHA256:")) {
    const hint = "Get the key itself from whoever it belongs to: git tracker key trust KEYFILE EMAIL";
    throw new TrackerError("not-found", `Of the key ${visible(name)} nothing but its name is known here`, hint);
  }
  const entry = await trustKey(tracker, known ?? (await keyText(env, words.slice(0, -1))), email);
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
  const isFile = !/\s/.test(text) && !/^(?:openpgp:|0x)?[0-9a-f]{40,64}$/i.test(text);
  return isFile ? await env.files.readText(text) : text;
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
