/** What it may not: each line below is one mistake. */
import { openTracker } from "git-tracker";

const tracker = await openTracker();
await tracker.create({});
(await tracker.show("4f2a")).title = "x";
