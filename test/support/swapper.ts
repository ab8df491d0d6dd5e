/** A program for race tests: appends commits to one ref, each on top of whatever the others have put there meanwhile. */
import { openStore } from "../../src/store/open.ts";

const [cwd = "", ref = "", count = "", name = ""] = process.argv.slice(2);
const { store } = openStore({
  cwd,
  env: process.env,
  uid: process.getuid?.(),
  durability: "fast",
  lockWaitMsMax: 20_000,
});
const author = { name, email: "ada@example.com" };

for (let i = 0; i < Number(count); i++) {
  const message = `${name} ${i}`;
  for (let from = await store.readRef(ref); ; ) {
    const parents = from === undefined ? [] : [from];
    const time = { seconds: 0, zone: "+0000" };
    const [to] = await store.writeCommits([{ tree: store.emptyTree, parents, author, time, message }]);
    const result = await store.swap([{ ref, from, to }]);
    if (result.kind === "updated") break;
    from = result.actual;
  }
}
