/** What an event of the project's stream says, in words: for the subjects of commits, and for people who read what happened. */
import type { ProjectDraft } from "./project-event.ts";
import { toLine } from "./text.ts";

/** One line for a commit of these events. */
export function projectSubject(events: readonly ProjectDraft[]): string {
  const line = toLine(events.map(describeProjectEvent).join("; "));
  const sentence = line.charAt(0).toUpperCase() + line.slice(1);
  return sentence.length > 72 ? `${sentence.slice(0, 71).toWellFormed()}…` : sentence;
}

/** As in `add member ada@example.com (maintainer)`. What people wrote stands in it as it is. */
export function describeProjectEvent(event: ProjectDraft): string {
  switch (event.type) {
    case "project-changed":
      return event.to === undefined
        ? `clear the project's ${event.field}`
        : `set the project's ${event.field}: ${event.to}`;
    case "member-added":
      return `add member ${event.member} (${event.role})`;
    case "member-changed": {
      const changes = [
        ...(event.role === undefined ? [] : [`role ${event.role}`]),
        ...(event.name === undefined ? [] : [`name ${event.name}`]),
        ...(event.addEmail ?? []).map((email) => `+${email}`),
        ...(event.removeEmail ?? []).map((email) => `-${email}`),
      ];
      return `change member ${event.member}: ${changes.join(", ")}`;
    }
    case "member-removed":
      return `remove member ${event.member}`;
    case "key-added":
      return `add a key of ${event.member}`;
    case "key-revoked":
      return `revoke a key of ${event.member} since ${event.since}`;
    case "team-added":
      return `add team ${event.team}${event.member?.length ? `: ${event.member.join(", ")}` : ""}`;
    case "team-changed": {
      const changes = [
        ...(event.addMember ?? []).map((email) => `+${email}`),
        ...(event.removeMember ?? []).map((email) => `-${email}`),
      ];
      return `change team ${event.team}: ${changes.join(", ")}`;
    }
    case "team-removed":
      return `remove team ${event.team}`;
    case "label-defined": {
      const facts = [event.color, event.description].filter((fact) => fact !== undefined && fact !== "");
      return `define label ${event.label}${facts.length === 0 ? "" : ` (${facts.join(", ")})`}`;
    }
    case "label-dropped":
      return `drop label ${event.label}`;
    default:
      return event satisfies never;
  }
}
