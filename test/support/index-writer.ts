/** Started as a process: projects `count` issues one by one into the index at `path`, their ids beginning with `digit`. */

import { openIndex } from "../../src/index/open.ts";
import { issue, replacing, settings, today } from "../index/issues.ts";

const [path = "", digit = "", count = "0", leave = "close"] = Bun.argv.slice(2);
const index = openIndex({ path, settings, today });
for (let n = 0; n < Number(count); n++) {
  const title = `needle ${"filler ".repeat(200)}`;
  index.project([
    replacing(issue(digit + n.toString(16).padStart(6, "0"), { title: title.slice(0, 900), labels: ["x"] })),
  ]);
}
if (leave === "close") index.close();
if (leave === "kill") process.kill(process.pid, "SIGKILL");
