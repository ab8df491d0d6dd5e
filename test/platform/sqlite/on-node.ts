/** Run by Node: prints what its SQLite answers behind our own `bun:sqlite`. */
import * as sqlite from "../../../src/platform/node/sqlite.ts";
import { play } from "./play.ts";

console.log(JSON.stringify(play(sqlite as unknown as Parameters<typeof play>[0]))); // It has as much of it as is used.
