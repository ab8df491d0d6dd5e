#!/bin/sh
# Installs git-tracker from a checkout of its sources. POSIX sh; a machine with git, curl and npm is enough. All of it is in
# functions that the last line starts, so that a copy cut off on its way through a pipe does nothing.
set -eu

usage() {
  cat <<'END'
Usage: ./install.sh [--prefix DIR] [--from FILE] [--demo]
       ./install.sh --uninstall [--prefix DIR]

Builds git-tracker, installs it as PREFIX/bin/git-tracker, and sets the git alias
`git issue`. PREFIX is $PREFIX, or ~/.local where that is not set.

  --prefix DIR   install below DIR
  --from FILE    install this executable instead of building one
  --demo         then play the main commands in a scratch repository
  --uninstall    remove the executable, its manual page and the alias
  -h, --help     show this text
END
}

main() {
  action=install
  demo=no
  executable=
  prefix=${PREFIX:-}
  while [ $# -gt 0 ]; do
    case $1 in
      --prefix | --from)
        if [ -z "${2:-}" ]; then misused "$1 wants a value"; fi
        if [ "$1" = --prefix ]; then prefix=$2; else executable=$2; fi
        shift
        ;;
      --demo) demo=yes ;;
      --uninstall) action=uninstall ;;
      -h | --help)
        usage
        return
        ;;
      *) misused "unknown option $1" ;;
    esac
    shift
  done

  need git
  # shellcheck disable=SC2046 # It is a list: what ties git to one repository, as in a hook.
  unset $(git rev-parse --local-env-vars)
  if [ -z "${HOME:-}" ]; then
    HOME=$(home_of_user)
    export HOME
  fi
  prefix=$(absolute "${prefix:-$HOME/.local}")
  target=$prefix/bin/git-tracker
  manual=$prefix/share/man/man1/git-tracker.1
  if [ "$action" = uninstall ]; then
    uninstall
    return
  fi
  if [ -z "$executable" ]; then obtain_executable; fi
  executable=$(absolute "$executable")
  install_executable
  install_manual
  set_alias
  explain_path
  if [ "$demo" = yes ]; then play_demo; fi
}

# --- Getting an executable -------------------------------------------------------------------------------------------------

# Sets $executable to one that fits this machine.
obtain_executable() {
  checkout=$(find_checkout)
  if [ -z "$checkout" ]; then
    fail "This installs from a checkout of git-tracker's sources: run ./install.sh inside one, or give an executable by --from FILE."
  fi
  need npm
  say "Building git-tracker (this fetches its compiler and packages through npm the first time) ..."
  "$checkout/scripts/bootstrap"
  (cd "$checkout" && node_modules/.bin/bun run --silent build) >&2
  executable=$checkout/dist/git-tracker
}

# The folder this file lies in, if it is a checkout. Read from a pipe, it lies nowhere, and the folder one stands in is not
# to be trusted.
find_checkout() {
  case $0 in
    install.sh | */install.sh) folder=$(cd "$(dirname "$0")" && pwd -P) ;;
    *) return ;;
  esac
  if [ -f "$folder/scripts/bootstrap" ] && [ -f "$folder/package.json" ]; then echo "$folder"; fi
}

# --- Installing ------------------------------------------------------------------------------------------------------------

# Copies under another name, tries it, then renames: a git-tracker that is running or was installed before is never half
# overwritten.
install_executable() {
  if [ ! -f "$executable" ]; then fail "There is no file $executable"; fi
  mkdir -p "$prefix/bin" || fail "Cannot make $prefix/bin: choose another place by --prefix DIR"
  if [ -d "$target" ]; then fail "$target is a folder"; fi
  fresh=$prefix/bin/.git-tracker.$$
  trap 'rm -f "$fresh"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  cp "$executable" "$fresh" || fail "Cannot write to $prefix/bin: choose another place by --prefix DIR"
  chmod 755 "$fresh"
  version=$("$fresh" version) || fail "$executable does not run on this machine"
  mv -f "$fresh" "$target"
  say "Installed $(echo "$version" | head -n 1) as $target"
}

install_manual() {
  page=$(dirname "$executable")/git-tracker.1
  if [ ! -f "$page" ]; then return; fi
  mkdir -p "$(dirname "$manual")"
  cp "$page" "$manual"
  say "Installed its manual page as $manual"
}

# `git issue`, unless that already means something here.
set_alias() {
  alias=$(git -C / config --get alias.issue || true)
  if [ "$alias" = tracker ]; then
    say "\`git issue\` is an alias of \`git tracker\` already"
  elif [ -n "$alias" ]; then
    say "\`git issue\` is left alone: it is your alias for \`$alias\`"
  elif command -v git-issue >/dev/null 2>&1 || [ -x "$(git --exec-path)/git-issue" ]; then
    say "\`git issue\` is left alone: a program git-issue is installed"
  elif git config --global alias.issue tracker; then
    say "Set the alias \`git issue\` for \`git tracker\`"
  else
    say "Could not set the alias \`git issue\` in git's global configuration"
  fi
}

explain_path() {
  found=$(command -v git-tracker || true)
  case :$PATH: in
    *:"$prefix/bin":*)
      if [ "$found" = "$target" ]; then
        say "Ready: \`git tracker\` works in every git repository"
      else
        say "Beware: $found comes earlier on your PATH, and is what \`git tracker\` runs"
      fi
      return
      ;;
  esac
  say "$prefix/bin is not on your PATH, so git does not find it yet. Add this line to $(shell_profile):"
  case ${SHELL:-} in
    */fish) say "  fish_add_path \"$prefix/bin\"" ;;
    *) say "  export PATH=\"$prefix/bin:\$PATH\"" ;;
  esac
}

shell_profile() {
  case ${SHELL:-} in
    */zsh) echo "$HOME/.zshrc" ;;
    */bash) echo "$HOME/.bashrc" ;;
    */fish) echo "$HOME/.config/fish/config.fish" ;;
    *) echo "$HOME/.profile" ;;
  esac
}

uninstall() {
  for file in "$target" "$manual"; do
    if [ -e "$file" ]; then
      rm -f "$file" || fail "Cannot remove $file"
      say "Removed $file"
    else
      say "There is no $file"
    fi
  done
  if [ "$(git config --global --get alias.issue || true)" = tracker ]; then
    git config --global --unset-all alias.issue
    say "Removed the alias \`git issue\`"
  fi
  say "Issues stay where they are: in your repositories, under refs/git-tracker/"
}

# --- The demo --------------------------------------------------------------------------------------------------------------

# Plays the main job in a repository that is gone afterwards.
play_demo() {
  scratch=$(mktemp -d "${TMPDIR:-/tmp}/git-tracker-demo.XXXXXX")
  trap 'rm -rf "$scratch"' EXIT
  PATH=$prefix/bin:$PATH
  GIT_PAGER="cat"
  PAGER="cat"
  export PATH GIT_PAGER PAGER
  cd "$scratch"
  say
  say "A demo, in a scratch repository:"

  play git init --quiet .
  git config user.name Ada
  git config user.email ada@example.com
  play git tracker new "Fix login" --label bug --priority high
  login=$(git tracker list --format ids)
  login=$(echo "$login" | cut -c 1-7)
  cat >plan.md <<'END'
- [ ] Release 1.0
  - [ ] Write the manual
  - [ ] Pack the release
- [ ] Measure the start-up time
END
  play cat plan.md
  play git tracker new --from-file plan.md
  play git tracker list
  play git tracker status "$login" in-progress
  play git tracker comment "$login" "The session cookie is lost when the clock changes."
  play git tracker board
  play git tracker show "$login"
  play git tracker search cookie
  play git tracker close "$login"
  play git tracker undo
  play git tracker log "$login"
  say
  say "That was all in refs/git-tracker/ of the scratch repository, which is removed now. In yours: git tracker new \"...\""
}

# Prints a command as one would type it, then runs it.
play() {
  typed='$'
  for word in "$@"; do
    case $word in
      *[!A-Za-z0-9_./:@=,+-]*) typed="$typed \"$word\"" ;;
      *) typed="$typed $word" ;;
    esac
  done
  printf '\n%s\n' "$typed"
  "$@" </dev/null || fail "The demo stopped: that command failed"
}

# --- Small things ----------------------------------------------------------------------------------------------------------

say() {
  printf '%s\n' "$*"
}

fail() {
  printf 'install.sh: %s\n' "$*" >&2
  exit 1
}

misused() {
  printf 'install.sh: %s\n' "$1" >&2
  usage >&2
  exit 2
}

need() {
  command -v "$1" >/dev/null 2>&1 || fail "$1 is needed, and not installed"
}

absolute() {
  path=${1%/}
  case $path in
    /*) echo "$path" ;;
    *) echo "$PWD/${path#./}" ;;
  esac
}

# For the environments of services and CI that have no HOME. What is evaluated is a name that the system gave.
home_of_user() {
  home=$(eval "echo ~$(id -un)")
  case $home in
    /*) echo "$home" ;;
    *) fail "HOME is not set" ;;
  esac
}

main "$@"
