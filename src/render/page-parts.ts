/** The style and the script of the page of issues: the two texts that its policy lets in, by their hashes. */

export const style = `
:root { color-scheme: light dark; --line: #8886; --soft: #8882; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 0 1rem 4rem; overflow-wrap: anywhere; }
header { position: sticky; top: 0; background: Canvas; border-bottom: 1px solid var(--line); padding: .5rem 0; }
h1 { font-size: 1.3rem; margin: 0; }
input, select { font: inherit; margin: .25rem .5rem .25rem 0; }
article { border-bottom: 1px solid var(--line); padding: .4rem 0; }
article:target { background: var(--soft); }
summary { cursor: pointer; }
.label, .status { border: 1px solid var(--line); border-radius: 1rem; padding: 0 .5rem; font-size: .8rem; }
.active { border-color: #b80; }
.done { border-color: #2a5; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; font-size: .9rem; }
dd { margin: 0; }
section { border-left: 3px solid var(--line); padding-left: 1rem; margin: 1rem 0; }
h3 { font-size: 1rem; margin: 0; }
pre { overflow-x: auto; background: var(--soft); padding: .5rem; white-space: pre-wrap; }
table { border-collapse: collapse; }
th, td { border: 1px solid var(--line); padding: 0 .5rem; }
`;

export const script = `
const at = (id) => document.getElementById(id);
const issues = [...document.querySelectorAll("article")].map((element) => ({
  element,
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
  at("shown").textContent = shown + " shown";
}
function unfold() {
  const issue = at(decodeURIComponent(location.hash.slice(1)));
  if (issue === null || issue.tagName !== "ARTICLE") return;
  issue.hidden = false;
  issue.querySelector("details").open = true;
}
for (const id of ["words", "state", "label"]) at(id).addEventListener("input", filter);
addEventListener("hashchange", unfold);
at("filter").hidden = false;
filter();
unfold();
`;
