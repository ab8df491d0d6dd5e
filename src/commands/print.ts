/** How results are printed: as text for a person, or in one of the formats for programs. Every command that prints issues prints them here. */
import { TrackerError } from "../core/errors.ts";
import type { EventDraft } from "../core/event.ts";
import { visible } from "../core/text.ts";
import type { IssueSummary, IssueView, Page } from "../core/view.ts";
import type { Item } from "../render/json.ts";
import type { Changed } from "../tracker/change.ts";
import type { Env } from "./env.ts";

export interface OutputChoice {
  readonly json: boolean;
  readonly fields?: readonly string[];
  readonly format?: string | undefined;
}

export const formats = ["table", "json", "ndjson", "csv", "markdown", "ids"] as const;
/** What a table for programs shows when nobody says which fields. */
const rowFields = ["shortId", "status", "type", "priority", "title", "labels", "assignees", "updatedAt"] as const;

/** True if the result is for a person (or a pipe that reads lines), so that what is said besides makes sense. */
export function isText({ json, format }: OutputChoice): boolean {
  return !json && (format === undefined || format === "table");
}

/** Prints a page of issues; `text` makes what a person sees. */
export async function printIssues(
  env: Env,
  choice: OutputChoice,
  page: Page<IssueSummary>,
  text: () => string,
): Promise<void> {
  const { summaryFields, summaryItem } = await import("../render/json.ts");
  await printItems(env, choice, {
    kind: "issues",
    page: { ...page, items: page.items.map(summaryItem) },
    known: summaryFields,
    text,
  });
}

export interface Listing {
  readonly kind: string;
  readonly page: Page<Item>;
  readonly known: readonly string[];
  readonly rowFields?: readonly string[];
  /** The key of the field that `--format ids` prints; `id` unless told. */
  readonly idField?: string;
  readonly text: () => string;
}

export async function printItems(env: Env, choice: OutputChoice, listing: Listing): Promise<void> {
  checkForm(choice);
  const { page, known } = listing;
  const format = choice.json ? "json" : (choice.format ?? "table");
  const fields = choice.fields ?? [];
  const json = await import("../render/json.ts");
  const named = fields.map((field) => json.checkField(field, known));
  const items = named.length === 0 ? page.items : page.items.map((item) => json.pickFields(item, named));
  const columns = named.length > 0 ? named : (listing.rowFields ?? rowFields);
  switch (format) {
    case "json":
      env.out(json.renderJson(json.pageEnvelope(listing.kind, { ...page, items }), env.style));
      return;
    case "ndjson":
      env.out(json.renderJsonLines(items));
      return;
    case "csv":
      env.out((await import("../render/csv.ts")).renderCsv(page.items, columns));
      return;
    case "markdown":
      env.out((await import("../render/markdown.ts")).renderMarkdownTable(page.items, columns));
      return;
    case "ids":
      env.out(page.items.map((item) => `${item[listing.idField ?? "id"]}\n`).join(""));
      return;
    case "table":
      env.out(named.length === 0 ? listing.text() : rowLines(page.items, named, json.fieldText));
      return;
    default: {
      if (!format.includes("{")) {
        throw new TrackerError(
          "invalid",
          `There is no format \`${visible(format)}\``,
          `Formats: ${formats.join(", ")}, or a text like '{shortId} {title}'.`,
        );
      }
      const { parseTemplate } = await import("../render/template.ts");
      const fill = parseTemplate(format, known);
      env.out(page.items.map((item) => `${fill(item)}\n`).join(""));
    }
  }
}

/** A result that is one thing. */
export interface Single {
  readonly kind: string;
  readonly item: Item;
  readonly known: readonly string[];
  readonly text: () => string;
}

/** Prints one thing in full. As JSON it stands alone; in the other formats for programs it is a list of one. */
export async function printItem(env: Env, choice: OutputChoice, { kind, item, known, text }: Single): Promise<void> {
  checkForm(choice);
  if (choice.json || choice.format === "json") {
    const { envelope, pickFields, checkField } = await import("../render/json.ts");
    const named = (choice.fields ?? []).map((field) => checkField(field, known));
    await printJson(env, envelope(kind, { item: named.length === 0 ? item : pickFields(item, named) }));
    return;
  }
  await printItems(env, choice, { kind, page: { items: [item], total: 1, next: null }, known, text });
}

/** Prints what has a shape of its own. */
export async function printJson(env: Env, value: object): Promise<void> {
  const { renderJson } = await import("../render/json.ts");
  env.out(renderJson(value, env.style));
}

/** Prints issues after a change: one stands alone, several are a list. */
export async function printViews(env: Env, views: readonly IssueView[]): Promise<void> {
  const { envelope, issueItem, pageEnvelope } = await import("../render/json.ts");
  const [item, ...others] = views.map(issueItem);
  const single = item !== undefined && others.length === 0;
  const items = item === undefined ? [] : [item, ...others];
  await printJson(
    env,
    single ? envelope("issue", { item }) : pageEnvelope("issues", { items, total: items.length, next: null }),
  );
}

/** Says what became of issues: a line for each on standard output, with the id; or the issues as JSON. */
export async function printChanged(
  env: Env,
  choice: { readonly json: boolean },
  changes: readonly Changed[],
): Promise<void> {
  if (choice.json) {
    await printViews(
      env,
      changes.map(({ issue }) => issue),
    );
    return;
  }
  for (const { issue, events } of changes) env.out(`${await changedLine(env, issue, events)}\n`);
}

/** Those that came to something, or all where none did: for commands that change the other ends of links. */
export function effective(changes: readonly Changed[]): readonly Changed[] {
  const done = changes.filter(({ events }) => events.length > 0);
  return done.length > 0 ? done : changes;
}

/** `4f2a1b3 status todo → done  Fix login`. */
export async function changedLine(env: Env, issue: IssueView, events: readonly EventDraft[]): Promise<string> {
  const { describeEvent } = await import("../render/log.ts");
  const { parseEvent } = await import("../core/event.ts");
  const done = events.flatMap((draft) => {
    const event = parseEvent(draft);
    return typeof event === "string" ? [] : [describeEvent(event)];
  });
  const what = done.length === 0 ? env.style.dim("nothing to change") : done.join(", ");
  return `${env.style.yellow(issue.shortId)} ${what}  ${env.style.dim(visible(issue.title))}`;
}

function checkForm({ json, format }: OutputChoice): void {
  if (!json || format === undefined || format === "json") return;
  throw new TrackerError("invalid", "--json and --format say different things", "Leave one of them out.");
}

function rowLines(items: readonly Item[], fields: readonly string[], text: (value: unknown) => string): string {
  return items.map((item) => `${fields.map((field) => visible(text(item[field]))).join("\t")}\n`).join("");
}
