/** What the commands about the project print: what was changed in words, or the project's part as JSON. */
import { visible } from "../core/text.ts";
import type { ProjectChanged } from "../tracker/project.ts";
import type { Env } from "./env.ts";
import { printJson } from "./print.ts";

/** A line for each event on standard output, or what `json` says of the project as it is now. */
export async function printProjectChange(
  env: Env,
  choice: { readonly json: boolean },
  { events }: ProjectChanged,
  json: () => object,
): Promise<void> {
  if (choice.json) return await printJson(env, json());
  const { describeProjectEvent } = await import("../core/project-subject.ts");
  for (const event of events) env.out(visible(describeProjectEvent(event)));
  if (events.length === 0) env.out(env.style.dim("nothing to change"));
}
