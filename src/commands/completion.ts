/** The command `completion`: prints what makes a shell complete commands, flags and values. */
import { nearest, TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import { command, usageError } from "./command.ts";

export const completion = command({
  usage: "bash|zsh|fish|powershell",
  words: [1, 1],
  flags: {},
  details: [
    "The shell then completes commands, flags, ids (with their titles), labels, people, statuses and all other values that this",
    "repository knows, after `git-tracker`, and after `git tracker` and `git issue`, where git's own completion is loaded.",
    "",
    'bash        eval "$(git-tracker completion bash)" in ~/.bashrc',
    'zsh         eval "$(git-tracker completion zsh)" in ~/.zshrc, behind compinit; or as _git-tracker in a folder of $fpath',
    "fish        git-tracker completion fish > ~/.config/fish/conf.d/git-tracker.fish",
    "powershell  git-tracker completion powershell | Out-String | Invoke-Expression in $PROFILE",
  ].join("\n"),
  examples: ["git tracker completion bash > ~/.local/share/bash-completion/completions/git-tracker"],
  async run(env, { words: [shell = ""], flags }) {
    if (flags.json) throw usageError("completion", "It prints a script, not JSON");
    const { completionScripts } = await import("./completion-scripts.ts");
    const script = Object.hasOwn(completionScripts, shell) ? completionScripts[shell] : undefined;
    if (script === undefined) throw unknownShell(shell, Object.keys(completionScripts));
    env.out(script);
  },
});

function unknownShell(shell: string, known: readonly string[]): TrackerError {
  const near = nearest(shell, known);
  return new TrackerError(
    "invalid",
    `There is no completion for \`${visible(shell)}\``,
    near === undefined ? `There is one for: ${known.join(", ")}.` : `Did you mean: git tracker completion ${near}`,
  );
}
