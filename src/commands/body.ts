/** Long texts on the command line: as a value, or from a file. */
import { type Flags, usageError, type Values } from "./command.ts";
import type { Env } from "./env.ts";

export const bodyFlags = {
  body: { type: "string", short: "b", value: "TEXT", help: "the text, in Markdown" },
  "body-file": { type: "string", short: "F", value: "FILE", help: "the text from a file; - is standard input" },
} as const satisfies Flags;

/** Undefined if neither flag is there. */
export async function readBody(env: Env, name: string, flags: Values<typeof bodyFlags>): Promise<string | undefined> {
  const { body, "body-file": file } = flags;
  if (file === undefined) return body;
  if (body !== undefined) throw usageError(name, "--body and --body-file are two texts, and there is room for one");
  return await env.files.readText(file);
}
