/** Console sessions in a document: blocks of commands behind `$ ` with what they print. They are run in one shell, one after the other. */

export interface Step {
  readonly command: string;
  /** Without blanks at the ends of lines, and without the last line end. */
  readonly output: string;
}

/** All steps of the document's `console` blocks, in order. A command goes on behind a backslash at a line's end. */
export function stepsIn(document: string): Step[] {
  return [...document.matchAll(/^```console\n(.*?)^```$/gms)].flatMap(([, block = ""]) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((step) => {
        const [command = ""] = /^(?:.*\\\n)*.*/.exec(step) ?? [];
        return { command, output: trimmed(step.slice(command.length + 1)) };
      }),
  );
}

/** What the commands print, errors too, when they are typed into one shell. */
export function play(steps: readonly Step[], cwd: string, env: Readonly<Record<string, string>>): Step[] {
  const mark = "\u0001";
  const script = steps.map(({ command }) => `${command}\nprintf '${mark}'`).join("\n");
  const { stdout } = Bun.spawnSync(["sh", "-c", `exec 2>&1\n${script}`], { cwd, env: { ...env, LC_ALL: "C.UTF-8" } });
  const outputs = stdout.toString().split(mark);
  return steps.map(({ command }, at) => ({ command, output: trimmed(outputs[at] ?? "") }));
}

function trimmed(output: string): string {
  return output.replace(/[ \t]+$/gm, "").replace(/\n+$/, "");
}
