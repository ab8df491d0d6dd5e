/** Changes of the simulation as command lines of the executable, as far as there are commands for them. */
import type { Oid } from "../../src/core/commit.ts";
import type { EventDraft } from "../../src/core/event.ts";
import { targets } from "./changes.ts";

/** The file that holds what is attached; whoever runs the command line writes it there. */
export const attachedFile = "attached";

/** The words of the command line; undefined for what no command writes. `known` are issues that there are. */
export function commandFor(draft: EventDraft, id: Oid, known: readonly Oid[]): readonly string[] | undefined {
  const places: readonly string[] = targets;
  const target = (oid: string) => known[Math.max(0, places.indexOf(oid)) % known.length] ?? id;
  switch (draft.type) {
    case "title-changed":
    case "status-changed":
      return ["edit", id, `--${draft.type.slice(0, -"-changed".length)}`, draft.to];
    case "type-changed":
    case "priority-changed":
    case "due-changed":
    case "milestone-changed":
    case "sprint-changed":
      return ["edit", id, `--${draft.type.slice(0, -"-changed".length)}`, draft.to ?? ""];
    case "estimate-changed":
      return ["edit", id, "--estimate", typed(draft.to)];
    case "description-changed":
      return ["edit", id, "--body", draft.body ?? ""];
    case "parent-changed":
      return draft.to === undefined ? ["edit", id, "--remove-parent"] : ["edit", id, "--set-parent", target(draft.to)];
    case "label-added":
    case "label-removed":
      return ["label", draft.type === "label-added" ? "add" : "remove", id, draft.label];
    case "assignee-added":
    case "assignee-removed":
      return [draft.type === "assignee-added" ? "assign" : "unassign", id, draft.assignee];
    case "link-added":
      return ["link", id, `--${draft.kind}`, target(draft.target)];
    case "link-removed":
      return ["unlink", id, target(draft.target), "--kind", draft.kind];
    case "attachment-added":
      return ["attach", id, attachedFile, "--name", draft.name];
    case "attachment-removed":
      return ["attach", id, "--remove", draft.name];
    case "comment-added":
      return ["comment", id, draft.body, ...(draft.replyTo === undefined ? [] : ["--reply-to", draft.replyTo])];
    case "comment-edited":
      return ["comment", id, "--edit", draft.comment, draft.body];
    case "comment-deleted":
      return ["comment", id, "--delete", draft.comment];
    case "issue-archived":
      return ["archive", id];
    case "issue-deleted":
      return ["delete", id];
    case "issue-restored":
      return ["restore", id];
    case "conflict-resolved":
      return [
        "resolve",
        id,
        draft.field,
        "--value",
        draft.field === "estimate" ? typed(draft.value) : (draft.value ?? ""),
      ];
    default:
      return undefined;
  }
}

/** `PT1H30M` as people type it. */
function typed(duration: string | undefined): string {
  return (duration ?? "").slice(2).toLowerCase();
}
