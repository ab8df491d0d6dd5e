/**
 * Issues as one page: a file that asks nobody for anything, works from a disk, and shows all issues also where scripts don't run. What
 * people wrote is escaped or built anew (safe-html.ts), and should anything slip through, the page's own policy lets no script
 * run, no style apply and nothing load but the two texts below, named by their hashes.
 */
import type { Category } from "../core/settings.ts";
import type { IssueView } from "../core/view.ts";
import { script, style } from "./page-parts.ts";
import { escapeHtml, safeHtml } from "./safe-html.ts";

/** The page, issue by issue. `labels`: what it offers to filter by. */
export async function* renderPage(
  views: AsyncIterable<IssueView>,
  { count, labels }: { readonly count: number; readonly labels: readonly string[] },
): AsyncGenerator<string> {
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const title = `${count} ${count === 1 ? "issue" : "issues"}`;
  const options = labels.map((label) => `<option value="${escapeHtml(label)}">${escapeHtml(label)}</option>`).join("");
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<output id="shown"></output>
<div id="filter" role="search" hidden>
<input id="words" type="search" placeholder="Search ( / )" aria-label="Search" aria-keyshortcuts="/" autocomplete="off" spellcheck="false">
<select id="state" aria-label="State"><option value="">All</option><option value="open">Open</option><option value="closed">Closed</option></select>
<select id="label" aria-label="Label"><option value="">Any label</option>${options}</select>
</div>
</header>
<main>
<p id="none" hidden>No issues match. <button id="reset" type="button">Show all</button></p>
`;
  for await (const view of views) yield issueHtml(view);
  yield `</main>
<script>${script}</script>
</body>
</html>
`;
}

function hashOf(text: string): string {
  return `sha256-${new Bun.CryptoHasher("sha256").update(text).digest("base64")}`;
}

const states: Readonly<Record<Category, string>> = { todo: "open", active: "open", done: "closed" };

function issueHtml(view: IssueView): string {
  const { length } = view.comments;
  const labels = view.labels.map((label) => ` <span class="label">${escapeHtml(label)}</span>`).join("");
  const count = length === 0 ? "" : ` <span class="count">${length} ${length === 1 ? "comment" : "comments"}</span>`;
  const comments = view.comments.map(
    ({ author, createdAt, body }) =>
      `<section><h3>${escapeHtml(author.name)} ${timeHtml(createdAt)}</h3>\n${safeHtml(body)}</section>\n`,
  );
  return `<article id="i${escapeHtml(view.id)}" data-state="${states[view.category]}" data-labels="${escapeHtml(JSON.stringify(view.labels))}">
<details>
<summary><code>${escapeHtml(view.shortId)}</code> <span class="status ${view.category}">${escapeHtml(view.status)}</span> <span class="title"><strong>${escapeHtml(view.title)}</strong>${labels}</span>${count}</summary>
${factsHtml(view)}${view.body.trim() === "" ? "" : `<section>${safeHtml(view.body)}</section>\n`}${comments.join("")}</details>
</article>
`;
}

function timeHtml(at: string): string {
  return `<time datetime="${escapeHtml(at)}">${escapeHtml(at.slice(0, 10))}</time>`;
}

function factsHtml(view: IssueView): string {
  const links = (ids: readonly string[]) => ids.map((id) => referenceHtml(view, id)).join("<br>");
  const text = (value: string | null) => (value === null ? "" : escapeHtml(value));
  const facts: readonly (readonly [name: string, html: string])[] = [
    ["Author", `${escapeHtml(view.author.name)}, ${timeHtml(view.createdAt)}`],
    ["Changed", timeHtml(view.updatedAt)],
    ["Closed", view.closedAt === null ? "" : `${timeHtml(view.closedAt)} ${text(view.resolution)}`],
    ["Assignees", escapeHtml(view.assignees.join(", "))],
    ["Type", text(view.type)],
    ["Priority", text(view.priority)],
    ["Due", text(view.due)],
    ["Milestone", text(view.milestone)],
    ["Sprint", text(view.sprint)],
    ["Parent", view.parent === null ? "" : links([view.parent])],
    ["Children", links(view.children)],
    ["Blocked by", links(view.blockedBy)],
    ["Blocks", links(view.blocking)],
    ["Duplicates", links(view.links.filter(({ kind }) => kind === "duplicates").map(({ target }) => target))],
    ["Relates to", links(related(view))],
    [
      "Known as",
      Object.entries(view.externalIds)
        .map(([system, name]) => escapeHtml(`${system} ${name}`))
        .join("<br>"),
    ],
    ["Files", escapeHtml(view.attachments.map(({ name }) => name).join(", "))],
  ];
  const rows = facts.filter(([, html]) => html !== "").map(([name, html]) => `<dt>${name}</dt><dd>${html}</dd>`);
  return `<dl>${rows.join("")}</dl>\n`;
}

/** Whichever of the two says so. */
function related({ links, linkedFrom }: IssueView): string[] {
  const there = links.filter(({ kind }) => kind === "relates").map(({ target }) => target);
  const back = linkedFrom.filter(({ kind }) => kind === "relates").map(({ source }) => source);
  return [...new Set([...there, ...back])];
}

function referenceHtml({ related }: IssueView, id: string): string {
  const to = related[id];
  const shown = to === undefined ? id.slice(0, 10) : `${to.shortId} ${to.title}`;
  return `<a href="#i${escapeHtml(id)}">${escapeHtml(shown)}</a>`;
}
