/** docs/format.md says what is so: its tables are those of the code, its bounds too, and its examples print what it says. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { withTables } from "../../scripts/format-tables.ts";
import { limits } from "../../src/core/limits.ts";
import { missing } from "../support/keys.ts";
import { play, stepsIn } from "./console.ts";
import { makeWorld } from "./world.ts";

const document = readFileSync(join(resolve(import.meta.dir, "..", ".."), "docs", "format.md"), "utf8");

describe("docs/format.md", () => {
  test("has the tables that follow from the code (bun scripts/format-tables.ts writes them)", () => {
    expect(document).toBe(withTables(document));
  });

  test("has the bounds that the code has", () => {
    const mebibytes = (bytes: number) => `${bytes / 1024 / 1024} MiB`;
    const rows = [
      `| a message | ${mebibytes(limits.messageBytesMax)} |`,
      `| an attachment | ${mebibytes(limits.attachmentBytesMax)} |`,
      `| a stream of an issue | ${limits.streamCommitsMax.toLocaleString("en")} commits, ${mebibytes(limits.streamBytesMax)} of commits and trees |`,
      `| a commit | ${limits.parentsMax} parents |`,
      `| a title | ${limits.titleCharactersMax} characters |`,
    ];
    expect(rows.filter((row) => !document.includes(row))).toEqual([]);
  });

  const why = missing("git", "ssh-keygen");
  test.skipIf(why !== undefined)(
    `has examples that print what it says${why === undefined ? "" : ` (skipped: ${why})`}`,
    async () => {
      using world = await makeWorld();
      const steps = stepsIn(document);
      expect(steps.length).toBeGreaterThan(10);
      expect(play(steps, world.cwd, world.env)).toEqual(steps);
    },
  );
});
