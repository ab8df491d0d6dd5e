// A stranger's program: prints the titles that the repository it is given holds.
import { openTracker } from "git-tracker";

const tracker = await openTracker({ cwd: process.argv[2] });
console.log(JSON.stringify((await tracker.list("", { limit: 1000 })).items.map(({ title }) => title)));
tracker.close();
