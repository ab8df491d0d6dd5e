/** Every ref name of ours, spelled once. */
export const refs = {
  root: "refs/git-tracker/",
  issues: "refs/git-tracker/issues/",
  /** The tip of the project's stream. */
  project: "refs/git-tracker/project",
  issue: (id: string) => `refs/git-tracker/issues/${id}`,
  remotes: "refs/git-tracker/remotes/",
  /** What that remote had when it was last asked; below it, refs are named as they are below the root. */
  remote: (name: string) => `refs/git-tracker/remotes/${name}/`,
  /** What git itself remembers of that remote's branches. */
  branchesOf: (name: string) => `refs/remotes/${name}/`,
} as const;

/** Below what other programs keep their issues, and all refs. */
export const foreignRefs = {
  all: "refs/",
  "git-bug's bugs": "refs/bugs/",
  "git-bug's identities": "refs/identities/",
  "git-native-issue's issues": "refs/issues/",
} as const;

/** The id of the issue that `ref` is the tip of, if it is such a ref. */
export function issueOfRef(ref: string): string | undefined {
  const id = ref.startsWith(refs.issues) ? ref.slice(refs.issues.length) : "";
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(id) ? id : undefined;
}

/** The ref's name below the root if it is a stream's of our own, not a remote's: as in `issues/<id>`, or `project`. */
export function streamName(ref: string): string | undefined {
  return ref === refs.project || issueOfRef(ref) !== undefined ? ref.slice(refs.root.length) : undefined;
}

/** True for a name that git takes for a ref's on every platform, and that can't be mistaken for anything else. */
export function isPlainRef(ref: string): boolean {
  return ref.split("/").every((part) => /^\w[\w.-]*$/.test(part) && !/\.\.|\.$|\.lock$/.test(part));
}
