/** The command `schema`: the JSON Schema of what `--json` prints. */
import { nearest, TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import { command } from "./command.ts";
import { printJson } from "./print.ts";

export const schema = command({
  usage: "[KIND]",
  words: [0, 1],
  flags: {},
  details:
    'Every JSON result says its kind: {"schema":1,"kind":…}. Fields may be added to it, but none changes or goes as long as\n' +
    "`schema` is 1. Without a KIND: the kinds there are.",
  examples: ["git tracker schema", "git tracker schema issue", "git tracker schema error"],
  async run(env, { words: [kind], flags }) {
    const { kinds, schemaOf } = await import("./schemas.ts");
    const names = Object.keys(kinds).sort();
    if (kind === undefined) {
      const items = names.map((name) => ({ name, about: kinds[name]?.about ?? "" }));
      if (flags.json) await printJson(env, { schema: 1, kind: "schemas", items });
      else {
        const { fitLines } = await import("./help-lines.ts");
        const width = Math.max(...names.map((name) => name.length));
        const rows = items.map(({ name, about }) => `${name.padEnd(width)}  ${about}`);
        env.out(fitLines(rows, env.style.width).join("\n"));
      }
      return;
    }
    const found = schemaOf(kind);
    if (found !== undefined) {
      await printJson(env, found);
      return;
    }
    const near = nearest(kind, names);
    const meant = near === undefined ? "" : `Did you mean \`${near}\`? `;
    throw new TrackerError("invalid", `There is no kind \`${visible(kind)}\``, `${meant}Kinds: ${names.join(", ")}.`);
  },
});
