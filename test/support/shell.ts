/**
 * Shells as people sit at them: on a terminal, with keys typed one after the other. What a command line came to is told by a function
 * of the shell's that stands in for the command and prints its arguments, each between angle brackets.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { binary } from "./binary.ts";

export type ShellName = "bash" | "zsh" | "fish";

export interface Shell extends AsyncDisposable {
  /** Types a line, tabs included, and returns the arguments that `git-tracker` then got. */
  typed(keys: string): Promise<string[]>;
  /** Types keys and returns what the terminal shows up to `end`. The line is left as it is: nothing more can be typed. */
  shown(keys: string, end: string): Promise<string>;
  /** Types a line and returns what it prints, up to `end`. */
  ran(line: string, end: string): Promise<string>;
}

const starts: Readonly<Record<ShellName, readonly string[]>> = {
  bash: ["bash", "--norc", "--noprofile", "-i"],
  zsh: ["zsh", "-f", "-i"],
  fish: ["fish", "--no-config", "-i"],
};

/** Each ends with a mark that isn't in it as it is echoed. */
const setups: Readonly<Record<ShellName, string>> = {
  bash: `PS1=; eval "$(command git-tracker completion bash)"; git-tracker() { printf '<%s>\\n' "$@"; echo en''d; }; echo rea''dy`,
  zsh: `PROMPT= PROMPT_EOL_MARK= PROMPT_SP=; autoload -U compinit; compinit -u -D; eval "$(command git-tracker completion zsh)"; git-tracker() { printf '<%s>\\n' "$@"; echo en''d; }; echo rea''dy`,
  fish: `function fish_prompt; end; set -g fish_autosuggestion_enabled 0; command git-tracker completion fish | source; function git-tracker; printf '<%s>\\n' $argv; echo en''d; end; echo rea''dy`,
};

/** Starts a shell in `cwd`, with completion set up. `more` is run before. */
export async function openShell(name: ShellName, cwd: string, more = ""): Promise<Shell> {
  const home = mkdtempSync(join(tmpdir(), "git-tracker-shell-"));
  let text = "";
  let wake: () => void = () => undefined;
  const child = Bun.spawn([...starts[name]], {
    cwd,
    env: {
      PATH: `${dirname(await binary())}:${process.env.PATH}`,
      HOME: home,
      TERM: name === "fish" ? "xterm" : "dumb",
      LANG: "C.UTF-8",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_TRACKER_ACTOR: "Ada <ada@example.com>",
    },
    terminal: {
      cols: 200,
      rows: 50,
      data: (_, data) => {
        text += new TextDecoder().decode(data);
        wake();
      },
    },
  });
  const { terminal } = child;
  if (terminal === undefined) throw new Error("There is no terminal");
  const until = async (end: string): Promise<string> => {
    for (;;) {
      const at = text.indexOf(end);
      if (at !== -1) {
        const found = text.slice(0, at);
        text = text.slice(at + end.length);
        return found;
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      await promise;
    }
  };
  const ran = async (line: string, end: string) => {
    text = "";
    terminal.write(`${line}\r`);
    return await until(end);
  };
  const close = async () => {
    child.kill("SIGKILL");
    await child.exited;
    terminal.close();
    rmSync(home, { recursive: true, force: true });
  };
  await ran(`${more === "" ? "" : `${more}; `}${setups[name]}`, "ready\r\n");
  return {
    typed: async (keys) => [...(await ran(keys, "end\r\n")).matchAll(/^<(.*)>\r$/gm)].map(([, word = ""]) => word),
    shown: async (keys, end) => {
      text = "";
      terminal.write(keys);
      return await until(end);
    },
    ran,
    [Symbol.asyncDispose]: close,
  };
}
