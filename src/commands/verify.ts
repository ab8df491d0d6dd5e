/** The command `verify`: what the changes of issues and of the project are signed with, and whether that counts. */
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import { type SignatureState, signatureStates } from "../core/trust.ts";
import type { Style } from "../render/style.ts";
import type { Verified } from "../tracker/verify.ts";
import { anyNumber, command } from "./command.ts";
import { counted } from "./counted.ts";
import { printJson } from "./print.ts";

export const verify = command({
  usage: "[ID…]",
  words: [0, anyNumber],
  flags: { all: { type: "boolean", help: "every change, not only those whose signature is bad or unknown" } },
  details: [
    "Checks every change of these issues; without an ID, of all issues and of the project: members, teams, keys and labels.",
    "A signature is good if its key belongs to the change's author and was valid at that time; bad if it is broken, or its key",
    "somebody else's, expired or revoked; unknown if nobody vouches for its key.",
    "Who vouches: git's allowed signers (gpg.ssh.allowedSignersFile), gpg, and what you trust here: git tracker key trust.",
    "A bad signature makes the exit code 4.",
  ].join("\n"),
  examples: ["git tracker verify", "git tracker verify 4f2a --all", "git tracker verify --json"],
  async run(env, { words, flags }) {
    const { countUncounted, verifyAll } = await import("../tracker/verify.ts");
    const tracker = await env.open(words);
    const found = await verifyAll(tracker, words);
    const counts: Record<SignatureState, number> = { good: 0, bad: 0, unknown: 0, unsigned: 0 };
    for (const { state } of found) counts[state]++;
    const shown = found.filter(({ state }) => flags.all || state === "bad" || state === "unknown");
    if (flags.json) {
      const { envelope } = await import("../render/json.ts");
      await printJson(env, envelope("verify", { counts, items: shown }));
    } else {
      for (const each of shown) env.out(renderVerified(each, env.style));
      const told = signatureStates.toReversed().map((state) => `${counts[state]} ${state}`);
      env.out(`${found.length} ${found.length === 1 ? "change" : "changes"}: ${told.join(", ")}`);
      const uncounted = words.length > 0 ? 0 : countUncounted(tracker);
      if (uncounted > 0)
        env.err(`Not among them: ${counted(uncounted, "issue")} of which nothing counts: git tracker doctor`);
      if (counts.unknown > 0) env.err("Vouch for keys that you know: git tracker key trust KEYFILE EMAIL");
    }
    if (counts.bad > 0) {
      throw new TrackerError(
        "conflict",
        counts.bad === 1 ? "A signature is bad" : `${counts.bad} signatures are bad`,
        "Ask their authors; what the changes did: git tracker log ID, git tracker project log",
      );
    }
  },
});

function renderVerified({ shortId, commit, state, author, reason, key }: Verified, style: Style): string {
  const paint = { good: style.green, bad: style.red, unknown: style.yellow, unsigned: style.dim }[state];
  const who = visible(`${author.name} <${author.email}>`);
  const oid = style.width === undefined ? commit : commit.slice(0, 10);
  const why = visible([reason, key].filter((part) => part !== null).join(": "));
  return `${paint(state)} ${style.cyan(shortId)} ${oid} ${who}${why === "" ? "" : `  ${style.dim(why)}`}`;
}
