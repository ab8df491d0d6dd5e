// A stranger's program that only opens a tracker, and tells why it can't.
import { execFileSync } from "node:child_process";
import { openTracker, TrackerError } from "git-tracker";

execFileSync("git", ["init", "--quiet", "repository"]);
try {
  await openTracker({ cwd: "repository" });
} catch (error) {
  if (!(error instanceof TrackerError)) throw error;
  console.error(`${error.code}: ${error.message}\n${error.hint}`);
  process.exitCode = 5;
}
