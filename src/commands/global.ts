/** The flags that must be known before a command runs, since they say what its Env is like. */

export interface GlobalChoice {
  readonly quiet: boolean;
  readonly noPager: boolean;
  readonly color: string | undefined;
  readonly as: string | undefined;
  /** A name or a path. */
  readonly repo: string | undefined;
  readonly allRepos: boolean;
  /** Settings that flags override, by key. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Looks for the global flags among the arguments, leaving the rest (and any mistake) to the command's own parsing. */
export function globalChoice(args: readonly string[]): GlobalChoice {
  const end = args.indexOf("--");
  const own = end === -1 ? args : args.slice(0, end);
  return {
    quiet: own.includes("--quiet") || own.includes("-q"),
    noPager: own.includes("--no-pager") || own.includes("--json"),
    color: valueAfter(own, "--color"),
    as: valueAfter(own, "--as"),
    repo: valueAfter(own, "--repo"),
    allRepos: own.includes("--all-repos"),
    settings: own.includes("--no-durable") ? { durability: "fast" } : {},
  };
}

function valueAfter(args: readonly string[], flag: string): string | undefined {
  const at = args.findLastIndex((arg) => arg === flag || arg.startsWith(`${flag}=`));
  if (at === -1) return undefined;
  const arg = args[at] ?? "";
  return arg === flag ? args[at + 1] : arg.slice(flag.length + 1);
}
