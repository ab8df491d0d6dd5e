/**
 * The Nodes that tests run: one that has SQLite of its own (what `GIT_TRACKER_NODE` names, otherwise the one in PATH), and an old one, in
 * PATH, with the better-sqlite3 that was compiled for it, whose folder `GIT_TRACKER_BETTER_SQLITE` names.
 */

export const node = nodeAt(process.env.GIT_TRACKER_NODE ?? Bun.which("node"));

/** Stands behind the name of a test that needs a Node with SQLite. */
export const whyNotNode = node.hasSqlite
  ? ""
  : ` (skipped: Node is ${node.version ?? "not there"}, 22.16 is needed; GIT_TRACKER_NODE names another)`;

export const pathNode = nodeAt(Bun.which("node"));

/** Stands behind the name of a test that needs a Node without SQLite. */
export const whyNotOldNode =
  pathNode.version === undefined
    ? " (skipped: there is no Node in PATH)"
    : pathNode.hasSqlite
      ? ` (skipped: Node ${pathNode.version} in PATH has SQLite)`
      : "";

/** Where better-sqlite3 is; undefined: not there. */
export const betterSqlite = process.env.GIT_TRACKER_BETTER_SQLITE;

/** Stands behind the name of a test that needs a Node without SQLite, and better-sqlite3. */
export const whyNotBetter =
  whyNotOldNode === "" && betterSqlite === undefined
    ? " (skipped: GIT_TRACKER_BETTER_SQLITE names no better-sqlite3 that was compiled for the Node in PATH)"
    : whyNotOldNode;

function nodeAt(path: string | null) {
  const version = path === null ? undefined : Bun.spawnSync([path, "--version"]).stdout.toString().trim();
  const [major = 0, minor = 0] = (version ?? "").replace("v", "").split(".").map(Number);
  return {
    path: path ?? "node",
    /** As in `v22.16.0`; undefined: there is none. */
    version,
    /** Before 22.16, Node has no SQLite, or has it behind a flag only, or one without full text search. */
    hasSqlite: major > 22 || (major === 22 && minor >= 16),
  };
}
