/** The style and the script of the page of issues: the two texts that its policy lets in, by their hashes. */

export const style = `
:root { color-scheme: light dark; --text: #1c1e21; --muted: #5c6470; --page: #fff; --soft: #f2f4f6; --line: #d5d9de; --accent: #0b62c4; --active: #8a5a00; --done: #1a7236; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e4e6e9; --muted: #a2aab5; --page: #15171a; --soft: #22262b; --line: #3a4048; --accent: #7db4ff; --active: #e3b04b; --done: #66c585; }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { scroll-padding-top: 4rem; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 0 1rem 4rem; color: var(--text); background: var(--page); overflow-wrap: anywhere; }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: .25rem; }
header { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1rem; position: sticky; top: 0; z-index: 1; background: var(--page); border-bottom: 1px solid var(--line); padding: .75rem 0; }
h1 { font-size: 1.25rem; line-height: 1.2; margin: 0; }
#shown { color: var(--muted); font-variant-numeric: tabular-nums; }
#filter { display: flex; flex: 1 1 24rem; flex-wrap: wrap; gap: .5rem; min-width: 0; }
input, select, button { font: inherit; height: 2.25rem; max-width: 100%; margin: 0; padding: 0 .5rem; color: inherit; background: var(--page); border: 1px solid var(--muted); border-radius: .375rem; }
#words { flex: 1 1 12rem; min-width: 0; }
#label { flex: 0 1 11rem; min-width: 0; text-overflow: ellipsis; }
::placeholder { color: var(--muted); opacity: 1; }
#none { color: var(--muted); padding: 2rem 0; text-align: center; }
article { border-bottom: 1px solid var(--line); content-visibility: auto; contain-intrinsic-size: auto 2.75rem; }
summary { display: flex; align-items: baseline; gap: 0 .5rem; padding: .5rem 0; cursor: pointer; list-style: none; }
summary::-webkit-details-marker { display: none; }
summary::before { content: "\\25b8"; flex: none; width: .75rem; color: var(--muted); }
[open] > summary::before { content: "\\25be"; }
summary:hover strong { color: var(--accent); }
summary code, summary .status, .count { flex: none; }
summary code, .count, h3 time, dt { color: var(--muted); }
.title { flex: 1; min-width: 0; }
.title strong { font-weight: 600; }
.count { font-size: .875rem; white-space: nowrap; }
.label, .status { display: inline-block; max-width: 100%; border: 1px solid var(--line); border-radius: 1rem; padding: 0 .5rem; font-size: .8rem; }
.status { min-width: 5.5rem; max-width: 10rem; text-align: center; }
.label { background: var(--soft); }
.active { color: var(--active); border-color: currentColor; }
.done { color: var(--done); border-color: currentColor; }
details > :not(summary) { margin-left: 1.25rem; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0 1rem; margin: .25rem 0 1rem; font-size: .9rem; }
dd { margin: 0; }
section { border-left: 3px solid var(--line); padding-left: 1rem; margin: 1rem 0; }
section > :first-child { margin-top: 0; }
section > :last-child { margin-bottom: 0; }
h3 { font-size: 1rem; margin: 0 0 .25rem; }
h3 + * { margin-top: 0; }
h3 time { font-weight: 400; font-size: .875rem; }
h4, h5, h6 { font-size: 1rem; margin: 1rem 0 .5rem; }
h4 { font-size: 1.125rem; }
code { font-family: ui-monospace, monospace; font-size: .9em; }
section code { background: var(--soft); border-radius: .25rem; padding: .1em .25em; }
pre { overflow-x: auto; background: var(--soft); border-radius: .375rem; padding: .75rem; white-space: pre-wrap; }
pre > code { display: block; white-space: pre; overflow-wrap: normal; padding: 0; background: none; }
blockquote { margin: 1rem 0; padding-left: 1rem; border-left: 3px solid var(--line); color: var(--muted); }
ul, ol { padding-left: 1.5rem; }
table { display: block; max-width: 100%; overflow-x: auto; border-collapse: collapse; overflow-wrap: normal; }
th, td { border: 1px solid var(--line); padding: .25rem .5rem; }
hr { border: 0; border-top: 1px solid var(--line); }
@media (max-width: 40rem) {
  html { scroll-padding-top: .5rem; }
  header { position: static; }
  #label { flex-grow: 1; }
  summary { flex-wrap: wrap; }
  .title { order: 1; flex: 0 0 100%; padding-left: 1.25rem; }
  .count { margin-left: auto; }
  details > :not(summary) { margin-left: 0; }
  section { padding-left: .75rem; }
}
@media print {
  header { position: static; }
  #filter, #shown, #none { display: none; }
  article { content-visibility: visible; }
  pre > code { white-space: pre-wrap; }
}
`;

export const script = `
const at = (id) => document.getElementById(id);
const issues = [...document.querySelectorAll("article")].map((element) => ({
  element,
  summary: element.querySelector("summary"),
  text: element.textContent.toLowerCase(),
  state: element.dataset.state,
  labels: JSON.parse(element.dataset.labels),
}));
function filter() {
  const words = at("words").value.toLowerCase().split(/\\s+/);
  const state = at("state").value;
  const label = at("label").value;
  let shown = 0;
  for (const issue of issues) {
    const fits = (state === "" || issue.state === state) && (label === "" || issue.labels.includes(label)) &&
      words.every((word) => issue.text.includes(word));
    issue.element.hidden = !fits;
    if (fits) shown += 1;
  }
  at("shown").textContent = shown === issues.length ? "" : shown + " shown";
  at("none").hidden = shown > 0 || issues.length === 0;
}
function reset() {
  for (const id of fields) at(id).value = "";
  filter();
  at("words").focus();
}
function unfold() {
  const issue = at(decodeURIComponent(location.hash.slice(1)));
  if (issue === null || issue.tagName !== "ARTICLE") return;
  issue.hidden = false;
  issue.querySelector("details").open = true;
  show(issue, 5);
}
/* What lies above it is laid out, and gets its height, only once it comes near. */
function show(issue, frames) {
  issue.scrollIntoView();
  if (frames > 0) requestAnimationFrame(() => show(issue, frames - 1));
}
/* The address names what was opened last, for whoever keeps or sends it. */
function remember(event) {
  if (event.target.open) history.replaceState(null, "", "#" + event.target.parentElement.id);
}
function step(by) {
  const seen = issues.filter(({ element }) => !element.hidden).map(({ summary }) => summary);
  const here = seen.findIndex((summary) => summary.closest("article").contains(document.activeElement));
  const next = seen[here === -1 ? (by > 0 ? 0 : seen.length - 1) : here + by];
  if (next !== undefined) next.focus();
}
function close() {
  const issue = document.activeElement.closest("article");
  if (issue === null) return;
  issue.querySelector("details").open = false;
  issue.querySelector("summary").focus();
}
function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = fields.includes(event.target.id);
  if (event.key === "Escape" && typing) reset();
  else if (event.key === "Escape") close();
  else if (typing) return;
  else if (event.key === "/") at("words").focus();
  else if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else return;
  event.preventDefault();
}
const fields = ["words", "state", "label"];
for (const id of fields) at(id).addEventListener("input", filter);
for (const option of at("state").options) {
  const count = issues.filter(({ state }) => option.value === "" || state === option.value).length;
  option.textContent += " (" + count + ")";
}
at("reset").addEventListener("click", reset);
addEventListener("hashchange", unfold);
addEventListener("toggle", remember, true);
addEventListener("keydown", press);
at("filter").hidden = false;
filter();
unfold();
`;
