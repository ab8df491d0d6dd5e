/** `doctor`: finds what is wrong, and says what to do about it. */
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import type { Style } from "../render/style.ts";
import type { Finding } from "../tracker/doctor.ts";
import { command } from "./command.ts";

export const doctor = command({
  usage: "",
  words: [0, 0],
  flags: { repair: { type: "boolean", help: "repair what can be repaired without losing anything" } },
  details: "Reads every issue again from git and compares. Errors that remain make the exit code 6.",
  examples: ["git tracker doctor", "git tracker doctor --repair"],
  async run(env, { flags }) {
    const { diagnose } = await import("../tracker/doctor.ts");
    const { findings, checked } = await diagnose(await env.open(), flags.repair ? "repair" : "look");
    if (flags.json) {
      const { envelope, renderJson } = await import("../render/json.ts");
      env.out(renderJson(envelope("doctor", { checked, findings }), env.style));
    } else {
      for (const finding of findings) env.out(renderFinding(finding, env.style));
      const troubles = findings.filter(({ level, repaired }) => level !== "note" && !repaired).length;
      const verdict =
        troubles === 0
          ? env.style.green("all is well")
          : `${troubles} ${troubles === 1 ? "thing" : "things"} to look at`;
      env.out(`${checked} ${checked === 1 ? "issue" : "issues"} checked, ${verdict}`);
    }
    if (findings.some(({ level, repaired }) => level === "error" && !repaired)) {
      throw new TrackerError("corrupt", "Something is damaged", "Each line above says what to do about it.");
    }
  },
});

function renderFinding({ level, what, hint, repaired }: Finding, style: Style): string {
  const mark = { error: style.red("error"), warning: style.yellow("warning"), note: style.cyan("note") }[level];
  const after = repaired ? style.green("  repaired") : hint === null ? "" : `\n  ${style.dim(visible(hint))}`;
  return `${mark}: ${visible(what)}${after}`;
}
