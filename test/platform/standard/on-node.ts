/** Run by Node: prints what came of it with our own methods where it lacks the standard's. */
import "../../../src/platform/node/standard.ts";
import { play } from "./play.ts";

console.log(JSON.stringify(await play()));
