/** `reindex`: makes the index anew from git. */
import { command } from "./command.ts";

export const reindex = command({
  usage: "",
  words: [0, 0],
  flags: {},
  details: "The index is only a quick view of what git holds; nothing is lost with it.",
  examples: ["git tracker reindex"],
  async run(env, { flags }) {
    const { reindex: rebuild } = await import("../tracker/doctor.ts");
    const count = await rebuild(await env.open());
    if (flags.json) {
      const { envelope, renderJson } = await import("../render/json.ts");
      env.out(renderJson(envelope("reindex", { issues: count }), env.style));
      return;
    }
    env.out(`indexed ${count} ${count === 1 ? "issue" : "issues"}`);
  },
});
