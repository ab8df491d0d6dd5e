// A stranger's program: five writers at once, each with a tracker of its own, in the repository it is given. Each makes four issues.
import { openTracker } from "git-tracker";

const [, , cwd, name] = process.argv;
const writers = await Promise.all(
  Array.from({ length: 5 }, (_, at) => openTracker({ cwd, actor: `${name} ${at} <${name}${at}@example.com>` })),
);
await Promise.all(
  writers.flatMap((tracker, at) =>
    Array.from({ length: 4 }, (_, count) => tracker.create({ title: `Issue ${count} of ${name} ${at}` })),
  ),
);
for (const tracker of writers) tracker.close();
