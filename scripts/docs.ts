/** Writes docs/cli.md from the declarations of the commands. A test fails where the two differ. */
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { renderMarkdown } from "./cli-markdown.ts";

writeFileSync(join(resolve(import.meta.dir, ".."), "docs", "cli.md"), await renderMarkdown());
