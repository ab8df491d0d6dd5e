/**
 * Issues as a calendar of tasks (RFC 5545, VTODO), for programs that show tasks beside appointments. Everything in it follows from the
 * issues, so that the same ones give the same file.
 */
import type { Settings } from "../core/settings.ts";
import { visible } from "../core/text.ts";
import type { IssueView } from "../core/view.ts";

/** The calendar, task by task. */
export async function* exportCalendar(views: AsyncIterable<IssueView>, settings: Settings): AsyncGenerator<string> {
  yield lines([
    ["BEGIN", "VCALENDAR"],
    ["VERSION", "2.0"],
    ["PRODID", "-//git-tracker//git-tracker//EN"],
  ]);
  for await (const view of views) yield lines(taskOf(view, settings));
  yield lines([["END", "VCALENDAR"]]);
}

/** A property's name with its parameters, and its value as it is written. */
type Property = readonly [name: string, value: string];

function taskOf(view: IssueView, settings: Settings): Property[] {
  const { id, title, body, labels, due, parent, closedAt, priority } = view;
  const blockers = view.linkedFrom.filter(({ kind }) => kind === "blocks").map(({ source }) => source);
  return [
    ["BEGIN", "VTODO"],
    ["UID", uidOf(id)],
    // Of a calendar that is not part of an exchange, this is when it was last changed (3.8.7.2).
    ["DTSTAMP", timeOf(view.updatedAt)],
    ["CREATED", timeOf(view.createdAt)],
    ["LAST-MODIFIED", timeOf(view.updatedAt)],
    ["SUMMARY", textOf(title)],
    ...(body === "" ? [] : [["DESCRIPTION", textOf(body)] as const]),
    ["STATUS", statusOf(view)],
    ...(closedAt === null || view.category !== "done" ? [] : [["COMPLETED", timeOf(closedAt)] as const]),
    ...(due === null ? [] : [["DUE;VALUE=DATE", due.replaceAll("-", "")] as const]),
    ...(priority === null ? [] : [["PRIORITY", String(priorityOf(priority, settings))] as const]),
    ...(labels.length === 0 ? [] : [["CATEGORIES", labels.map(textOf).join(",")] as const]),
    ...(parent === null ? [] : [["RELATED-TO", uidOf(parent)] as const]),
    ...blockers.map((blocker): Property => ["RELATED-TO;RELTYPE=DEPENDS-ON", uidOf(blocker)]), // RFC 9253
    ...view.comments.map(({ author, body }): Property => ["COMMENT", textOf(`${author.name}: ${body}`)]),
    ["END", "VTODO"],
  ];
}

function uidOf(id: string): string {
  return `${id}@git-tracker`;
}

function statusOf({ category, resolution }: IssueView): string {
  if (category === "todo") return "NEEDS-ACTION";
  if (category === "active") return "IN-PROCESS";
  return resolution === null || resolution === "completed" ? "COMPLETED" : "CANCELLED";
}

/** From 1, the most urgent, to 9; 0 for one that the settings don't name. */
function priorityOf(priority: string, { priorities }: Settings): number {
  const place = priorities.indexOf(priority);
  if (place === -1) return 0;
  return priorities.length === 1 ? 5 : 9 - Math.round((8 * place) / (priorities.length - 1));
}

/** `2026-01-15T12:00:00Z` as `20260115T120000Z`. */
function timeOf(at: string): string {
  return at.replace(/[-:]|\.\d+/g, "");
}

/** A value of the type TEXT (3.3.11): no control characters but tabs, which are made visible, and line feeds as `\n`. */
function textOf(text: string): string {
  return visible(text, "lines")
    .replace(/[\\;,]/g, "\\$&")
    .replaceAll("\n", "\\n");
}

function lines(properties: readonly Property[]): string {
  return properties.map(([name, value]) => `${folded(`${name}:${value}`)}\r\n`).join("");
}

/** Lines of at most 75 octets, cut between characters (3.1). */
function folded(line: string): string {
  let written = "";
  let octets = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > 75) {
      written += "\r\n ";
      octets = 1;
    }
    written += character;
    octets += size;
  }
  return written;
}
