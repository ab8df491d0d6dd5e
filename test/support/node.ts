/** The Node that tests run: what `GIT_TRACKER_NODE` names, otherwise the one in PATH. */

const path = process.env.GIT_TRACKER_NODE ?? Bun.which("node");
const version = path === null ? undefined : Bun.spawnSync([path, "--version"]).stdout.toString().trim();
const [major = 0, minor = 0] = (version ?? "").replace("v", "").split(".").map(Number);

export const node = {
  path: path ?? "node",
  /** As in `v22.16.0`; undefined: there is none. */
  version,
  /** Before 22.16, Node has no SQLite, or has it behind a flag only, or one without full text search. */
  hasSqlite: major > 22 || (major === 22 && minor >= 16),
};

/** Stands behind the name of a test that needs a Node with SQLite. */
export const whyNotNode = node.hasSqlite
  ? ""
  : ` (skipped: Node is ${version ?? "not there"}, 22.16 is needed; GIT_TRACKER_NODE names another)`;
