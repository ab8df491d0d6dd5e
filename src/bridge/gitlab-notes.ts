/** The notes that GitLab itself writes below an issue, where they say clearly what changed. */
import type { ImportedDraft } from "../tracker/import.ts";
import { fitTitle } from "./fit.ts";
import { labelSet } from "./history.ts";

export interface NoteReading {
  readonly statuses: { readonly open: string; readonly closed: string };
  /** What the export tells better than in notes. */
  readonly told: { readonly states: boolean; readonly labels: boolean; readonly milestones: boolean };
}

/** Empty for a note that says nothing here, or not clearly. */
export function draftsOfNote(text: string, { statuses: { open, closed }, told }: NoteReading): ImportedDraft[] {
  const note = text.slice(0, 4000).trim();
  if (!told.states && /^closed\b/.test(note)) return [{ type: "status-changed", from: open, to: closed }];
  if (!told.states && /^reopened\b/.test(note)) return [{ type: "status-changed", from: closed, to: open }];
  const [, before, after] = /^changed title from \*\*(.{1,1500}?)\*\* to \*\*(.{1,1500})\*\*$/.exec(note) ?? [];
  if (before !== undefined && after !== undefined) {
    return [{ type: "title-changed", from: fitTitle(unmarked(before)), to: fitTitle(unmarked(after)) }];
  }
  if (!told.labels) {
    const labels = labelDrafts(note);
    if (labels.length > 0) return labels;
  }
  if (told.milestones) return [];
  const [, quoted, plain] = /^changed milestone to %(?:"([^"]{1,300})"|([^\s%"]{1,300}))$/.exec(note) ?? [];
  const [to] = labelSet([quoted ?? plain ?? ""]);
  if (to !== undefined && !/^\d+$/.test(to)) return [{ type: "milestone-changed", from: undefined, to }];
  return [];
}

/** Titles have what changed within them marked. */
function unmarked(title: string): string {
  return title.replace(/\{[-+]|[-+]\}/g, "");
}

/** `added ~bug ~"help wanted" and removed ~wip labels`. A label that is only a number is its id, which says nothing. */
function labelDrafts(note: string): ImportedDraft[] {
  if (!/^(?:added|removed) ~/.test(note) || !/ labels?$/.test(note)) return [];
  const drafts: ImportedDraft[] = [];
  let type: "label-added" | "label-removed" = "label-added";
  for (const [word, quoted, plain] of note.matchAll(/\b(?:added|removed)\b|~(?:"([^"]{1,300})"|([^\s~"]{1,300}))/g)) {
    if (word === "added" || word === "removed") {
      type = word === "added" ? "label-added" : "label-removed";
      continue;
    }
    const [label] = labelSet([quoted ?? plain ?? ""]);
    if (label === undefined || /^\d+$/.test(label)) return [];
    drafts.push({ type, label });
  }
  return drafts;
}
