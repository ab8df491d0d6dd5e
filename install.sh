#!/bin/sh
# Installs git-tracker: from a release's files (GIT_TRACKER_BASE_URL), or built from the checkout that this file lies in. POSIX sh; no
# rights of root. All of it is in functions that the last line starts, so that a copy cut off on its way through a pipe does
# nothing. docs/releasing.md says what a release holds and where.
set -eu

usage() {
  cat <<'END'
Usage: ./install.sh [--prefix DIR] [--from FILE] [--version V] [--demo]
       ./install.sh --uninstall [--prefix DIR]

Installs git-tracker as PREFIX/bin/git-tracker with its manual page and the
completions for the shells that are there, and sets the git alias `git issue`.
PREFIX is $PREFIX, or ~/.local where that is not set. It comes from the release
at $GIT_TRACKER_BASE_URL; without that, it is built from this checkout.

  --prefix DIR   install below DIR
  --from FILE    install this executable
  --version V    install this version instead of the newest
  --demo         then play the main commands in a scratch repository
  --uninstall    remove what was installed, and the alias
  -h, --help     show this text
END
}

main() {
  action=install
  demo=no
  executable=
  version=
  base=${GIT_TRACKER_BASE_URL:-}
  prefix=${PREFIX:-}
  scratch=
  fresh=
  while [ $# -gt 0 ]; do
    case $1 in
      --prefix | --from | --version)
        if [ -z "${2:-}" ]; then misused "$1 wants a value"; fi
        case $1 in
          --prefix) prefix=$2 ;;
          --from) executable=$2 ;;
          --version) version=$2 ;;
        esac
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
  if [ -n "$version" ] && [ -z "$base" ]; then misused "--version needs GIT_TRACKER_BASE_URL"; fi
  if [ -n "$version" ] && ! is_version "$version"; then misused "this is no version: $version"; fi

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
  bash_completion=$prefix/share/bash-completion/completions/git-tracker
  zsh_completion=$prefix/share/zsh/site-functions/_git-tracker
  fish_completion=$prefix/share/fish/vendor_conf.d/git-tracker.fish
  if [ "$action" = uninstall ]; then
    uninstall
    return
  fi
  trap 'clean_up' EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  if [ -z "$executable" ]; then obtain_executable; fi
  executable=$(absolute "$executable")
  install_executable
  install_documents
  set_alias
  explain_completion
  explain_path
  if [ "$demo" = yes ]; then play_demo; fi
}

clean_up() {
  if [ -n "$fresh" ]; then rm -f "$fresh"; fi
  if [ -n "$scratch" ]; then rm -rf "$scratch"; fi
}

# --- Getting an executable -------------------------------------------------------------------------------------------------

# Sets $executable to one that fits this machine.
obtain_executable() {
  if [ -n "$base" ]; then
    download_release
    return
  fi
  checkout=$(find_checkout)
  if [ -z "$checkout" ]; then
    fail "There is nothing to install from: set GIT_TRACKER_BASE_URL to the address of a release's files, run ./install.sh from a checkout of git-tracker's sources, or give an executable by --from FILE."
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

download_release() {
  base=${base%/}
  # Sums come from the same place as the archive: only TLS says that it is the right place.
  case $base in
    http://*@*) fail "GIT_TRACKER_BASE_URL must begin with https://, and is $base" ;; # What looks like the host is a name.
    https://* | http://localhost[:/]* | http://127.0.0.1[:/]* | "http://[::1]"[:/]*) ;;
    *) fail "GIT_TRACKER_BASE_URL must begin with https://, and is $base" ;;
  esac
  choose_downloader
  machine=$(find_machine)
  scratch=$(mktemp -d "${TMPDIR:-/tmp}/git-tracker-install.XXXXXX")
  find_release
  name=git-tracker-$version-$machine
  say "Downloading $name.tar.gz ..."
  download SHA256SUMS
  download "$name.tar.gz"
  check_sum "$name.tar.gz"
  (cd "$scratch" && gzip -dc "$name.tar.gz" | tar -xf - "$name/git-tracker") || fail "$name.tar.gz can't be unpacked"
  executable=$scratch/$name/git-tracker
}

# Sets $version, and $base to where its files are: newest ones at the base address itself.
find_release() {
  newest=
  if fetch "$base/VERSION" "$scratch/VERSION"; then newest=$(head -n 1 "$scratch/VERSION"); fi
  if [ -z "$version" ]; then
    if ! is_version "$newest"; then fail "$base/VERSION holds no version, or can't be downloaded: nothing was installed"; fi
    version=$newest
  elif [ "$version" != "$newest" ]; then
    case $base in
      */releases/latest/download) base=${base%/latest/download}/download/v$version ;;
      *) base=$base/v$version ;;
    esac
  fi
}

# It becomes part of addresses and paths.
is_version() {
  case $1 in
    "" | [!0-9A-Za-z]* | *[!0-9A-Za-z.+-]*) return 1 ;;
  esac
}

# As in linux-x64-musl.
find_machine() {
  case $(uname -s) in
    Linux) system=linux ;;
    Darwin) system=darwin ;;
    *) fail "There is no executable for $(uname -s); on Windows install.ps1 installs it" ;;
  esac
  case $(uname -m) in
    x86_64 | amd64) processor=x64 ;;
    aarch64 | arm64) processor=arm64 ;;
    *) fail "There is no executable for $(uname -s) on $(uname -m)" ;;
  esac
  # A shell that Rosetta translates is told that it runs on Intel.
  if [ "$system" = darwin ] && [ "$(sysctl -n sysctl.proc_translated 2>/dev/null || true)" = 1 ]; then processor=arm64; fi
  if [ "$system" = linux ] && runs_on_musl; then processor=$processor-musl; fi
  echo "$system-$processor"
}

runs_on_musl() {
  if getconf GNU_LIBC_VERSION >/dev/null 2>&1; then return 1; fi
  case $(ldd --version 2>&1 || true) in
    *musl*) return 0 ;;
  esac
  ls /lib/ld-musl-* >/dev/null 2>&1
}

choose_downloader() {
  if command -v curl >/dev/null 2>&1; then
    downloader=curl
  elif command -v wget >/dev/null 2>&1; then
    downloader=wget
    case $(wget --version 2>/dev/null || true) in
      *"GNU Wget"*) downloader=gnu_wget ;; # It would go on for hours.
    esac
  else
    fail "curl or wget is needed, and neither is installed"
  fi
}

# Downloads a file of the release into the scratch folder.
download() {
  fetch "$base/$1" "$scratch/$1" || fail "$base/$1 can't be downloaded: nothing was installed"
}

fetch() {
  case $downloader in
    curl)
      protocol=https # A redirection must not leave it either.
      case $1 in http:*) protocol=http,https ;; esac
      curl --fail --silent --show-error --location --proto "=$protocol" --connect-timeout 30 --output "$2" "$1"
      ;;
    gnu_wget) wget --quiet --tries=2 --timeout=60 --output-document="$2" "$1" ;;
    wget) wget -q -O "$2" "$1" ;; # No -T: with it, busybox 1.35 crashes.
  esac
}

check_sum() {
  wanted=$(awk -v name="$1" '$2 == name || $2 == "*" name { print $1; exit }' "$scratch/SHA256SUMS")
  if [ -z "$wanted" ]; then fail "SHA256SUMS has no line for $1: nothing was installed"; fi
  if command -v sha256sum >/dev/null 2>&1; then
    found=$(sha256sum <"$scratch/$1")
  elif command -v shasum >/dev/null 2>&1; then
    found=$(shasum -a 256 <"$scratch/$1")
  elif command -v openssl >/dev/null 2>&1; then
    found=$(openssl dgst -sha256 -r <"$scratch/$1")
  else
    fail "sha256sum, shasum or openssl is needed to check the download: nothing was installed"
  fi
  if [ "${found%% *}" != "$wanted" ]; then
    fail "$1 is not what SHA256SUMS says (it came incomplete, or somebody changed it): nothing was installed"
  fi
}

# --- Installing ------------------------------------------------------------------------------------------------------------

# Copies under another name, tries it, then renames: a git-tracker that is running or was installed before is never half
# overwritten.
install_executable() {
  if [ ! -f "$executable" ]; then fail "There is no file $executable"; fi
  mkdir -p "$prefix/bin" || fail "Cannot make $prefix/bin: choose another place by --prefix DIR"
  if [ -d "$target" ]; then fail "$target is a folder"; fi
  remove_leftovers
  fresh=$prefix/bin/.git-tracker.$$
  cp "$executable" "$fresh" || fail "Cannot write to $prefix/bin: choose another place by --prefix DIR"
  chmod 755 "$fresh"
  installed=$("$fresh" version) || fail_to_run
  mv -f "$fresh" "$target"
  fresh=
  say "Installed $(echo "$installed" | head -n 1) as $target"
}

# Of installations that were killed.
remove_leftovers() {
  for file in "$prefix"/bin/.git-tracker.*; do
    if [ -f "$file" ] && ! kill -0 "${file##*.}" 2>/dev/null; then rm -f "$file"; fi
  done
}

fail_to_run() {
  if [ "$(uname -s)" = Linux ] && runs_on_musl; then
    fail "$executable does not run on this machine: it needs libstdc++ (on Alpine: apk add libstdc++)"
  fi
  fail "$executable does not run on this machine"
}

# What the executable knows to print of itself.
install_documents() {
  install_printed "$manual" "its manual page" man
  for shell in bash zsh fish; do
    if ! command -v "$shell" >/dev/null 2>&1; then continue; fi
    case $shell in
      bash) file=$bash_completion ;;
      zsh) file=$zsh_completion ;;
      fish) file=$fish_completion ;;
    esac
    install_printed "$file" "completions for $shell" completion "$shell"
  done
}

# install_printed FILE WHAT COMMAND...: installs what a command prints; one that this version doesn't have is no error.
install_printed() {
  file=$1
  what=$2
  shift 2
  if ! mkdir -p "$(dirname "$file")" 2>/dev/null; then
    say "Left out $what: cannot make $(dirname "$file")"
    return
  fi
  fresh=$file.$$
  if "$target" "$@" >"$fresh" 2>/dev/null && [ -s "$fresh" ]; then
    mv -f "$fresh" "$file"
    say "Installed $what as $file"
  else
    rm -f "$fresh"
  fi
  fresh=
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

# The other shells look below ~/.local by themselves.
explain_completion() {
  case ${SHELL:-} in
    */zsh) if [ -f "$zsh_completion" ]; then
      say "For completion in zsh, this line goes before compinit in $(shell_profile):"
      say "  fpath=(\"$(dirname "$zsh_completion")\" \$fpath)"
    fi ;;
  esac
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
  for file in "$target" "$manual" "$bash_completion" "$zsh_completion" "$fish_completion"; do
    if [ -e "$file" ]; then
      rm -f "$file" || fail "Cannot remove $file"
      say "Removed $file"
    elif [ "$file" = "$target" ]; then
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
  clean_up
  scratch=$(mktemp -d "${TMPDIR:-/tmp}/git-tracker-demo.XXXXXX")
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
