/** What shells run to complete git-tracker's words. They stay small: the executable knows the words, they hand over and insert. */

const bash = `# Completion of git-tracker for bash: eval "$(git-tracker completion bash)"
_git_tracker_ask() {
  local line=\${COMP_LINE-} IFS=$' \\t\\n' each
  if [ -n "$line" ]; then line=\${line:0:\${COMP_POINT-\${#line}}}; else line="\${COMP_WORDS[*]:0:COMP_CWORD+1}"; fi
  compopt -o nosort 2>/dev/null
  COMPREPLY=()
  while IFS= read -r each; do COMPREPLY+=("$each"); done < <(
    command git-tracker complete "$@" bash -- "\${COMP_TYPE-}" "\${COMP_WORDBREAKS-}" "$line" 2>/dev/null </dev/null
  )
}
_git_tracker_alone() { _git_tracker_ask; }
# Git's own completion calls these after \`git tracker\` and \`git issue\`.
_git_tracker() { _git_tracker_ask --git; }
_git_issue() { _git_tracker_ask --git; }
complete -o bashdefault -o default -o nospace -F _git_tracker_alone git-tracker
`;

const zsh = `#compdef git-tracker
# Completion of git-tracker for zsh: as _git-tracker in a folder of $fpath, or eval "$(git-tracker completion zsh)"
zstyle ':completion:*:*:git:*' user-commands tracker:'track issues in the repository' issue:'track issues in the repository'
_git-tracker() {
  local line value note isfile
  local -a before values notes open opennotes
  before=("\${(@Q)words[2,CURRENT-1]}")
  while IFS= read -r line; do
    value=\${line%%$'\\t'*} note=\${line#*$'\\t'}
    if [[ -z $value ]]; then isfile=1
    elif [[ $value == *: ]]; then open+=("$value") opennotes+=("$value  $note")
    else values+=("$value") notes+=("$value  $note"); fi
  done < <(command git-tracker complete zsh -- git-tracker "\${before[@]}" "\${(Q)PREFIX}" 2>/dev/null </dev/null)
  (( $#values )) && compadd -V git-tracker -l -d notes -a values
  (( $#open )) && compadd -V git-tracker-open -l -S '' -d opennotes -a open
  if [[ -n $isfile ]]; then _files; else (( $#values + $#open )); fi
}
_git-issue() { _git-tracker "$@"; }
if [[ $funcstack[1] == _git-tracker ]]; then _git-tracker "$@"
elif (( $+functions[compdef] )); then compdef _git-tracker git-tracker; fi
`;

const fish = `# Completion of git-tracker for fish: git-tracker completion fish > ~/.config/fish/conf.d/git-tracker.fish
function __git_tracker_complete
    set -l words (commandline -opc) (commandline -ct | string unescape; or commandline -ct)
    for line in (command git-tracker complete $argv fish -- $words 2>/dev/null </dev/null)
        if string match -q -- \\t'*' $line
            __fish_complete_path (commandline -ct)
        else
            echo -- $line
        end
    end
end
function __git_tracker_after_git
    set -l words (commandline -opc)
    while set -q words[2]; and string match -q -- '-*' $words[2]
        contains -- $words[2] -C -c --git-dir --work-tree --namespace --config-env; and set -e words[2]
        set -e words[2]
    end
    contains -- "$words[2]" tracker issue
end
complete -c git-tracker -f -k -a '(__git_tracker_complete)'
complete -c git -f -k -n __git_tracker_after_git -a '(__git_tracker_complete --git)'
`;

const powershell = `# Completion of git-tracker for PowerShell: git-tracker completion powershell | Out-String | Invoke-Expression
$gitTrackerComplete = {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -le $cursorPosition } |
        ForEach-Object { if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text } })
    if ($wordToComplete -eq '') { $words += '' }
    $flags = @()
    if ($words[0] -match '(^|[\\\\/])git(\\.exe)?$') {
        if ($words -notcontains 'tracker' -and $words -notcontains 'issue') { return }
        $flags = @('--git')
    }
    & git-tracker complete @flags powershell -- @words 2>$null | ForEach-Object {
        $value, $note = $_ -split "\`t", 2
        if ($value) {
            if (-not $note) { $note = $value }
            [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $note)
        }
    }
}
Register-ArgumentCompleter -Native -CommandName git-tracker -ScriptBlock $gitTrackerComplete
# posh-git completes git's words; only one can.
if (-not (Get-Module posh-git)) { Register-ArgumentCompleter -Native -CommandName git -ScriptBlock $gitTrackerComplete }
`;

export const completionScripts: Readonly<Record<string, string>> = { bash, zsh, fish, powershell };
