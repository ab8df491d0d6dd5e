/**
 * Markdown that anybody may have written, as HTML that can do nothing. It is not cleaned up but built anew: of the parsed tree only
 * these elements are written, each without any attribute but a link's address, and everything else is text. HTML in it is shown as it
 * was typed, and images are links, so that a page that is opened asks nobody for anything.
 */
import { visible } from "../core/text.ts";
import { childrenOf, type Element, isElement, parseMarkdown, textOf } from "./markdown-tree.ts";

/** Text for between tags and in quoted attributes. Control characters are made visible. */
export function escapeHtml(text: string): string {
  return visible(text, "lines").replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A text as blocks of HTML. */
export function safeHtml(source: string): string {
  return htmlOf(parseMarkdown(source), 0);
}

/** Deeper nesting is shown as plain text: it could otherwise exhaust the stack. */
const depthMax = 20;

/** Written under their own names; headings stand below those of the page. */
const tags: Readonly<Record<string, string>> = {
  p: "p",
  h1: "h4",
  h2: "h5",
  h3: "h6",
  h4: "h6",
  h5: "h6",
  h6: "h6",
  blockquote: "blockquote",
  ul: "ul",
  ol: "ol",
  li: "li",
  em: "em",
  strong: "strong",
  del: "del",
  u: "u",
  code: "code",
  table: "table",
  thead: "thead",
  tbody: "tbody",
  tr: "tr",
  th: "th",
  td: "td",
};

function htmlOf(nodes: readonly unknown[], depth: number): string {
  return nodes.map((node) => (isElement(node) ? elementHtml(node, depth) : escapeHtml(String(node)))).join("");
}

function elementHtml(element: Element, depth: number): string {
  if (depth > depthMax) return escapeHtml(textOf(element));
  const inside = () => htmlOf(childrenOf(element), depth + 1);
  const type = String(element.type);
  switch (type) {
    case "pre":
      return `<pre><code>${escapeHtml(textOf(element))}</code></pre>`;
    case "html":
      return `<pre>${escapeHtml(textOf(element))}</pre>`;
    case "br":
      return "<br>";
    case "hr":
      return "<hr>";
    case "img":
      return linkHtml(element.props.src, escapeHtml(`[image: ${element.props.alt || element.props.src || "?"}]`));
    case "a":
      return linkHtml(element.props.href, inside());
    case "li": {
      const { checked } = element.props;
      const box = checked === undefined ? "" : checked ? "☑ " : "☐ ";
      return `<li>${box}${inside()}</li>`;
    }
    default: {
      const tag = Object.hasOwn(tags, type) ? tags[type] : undefined;
      return tag === undefined ? inside() : `<${tag}>${inside()}</${tag}>`;
    }
  }
}

/** `label` is HTML. An address that leads anywhere but to the web or into the mail is no link. */
function linkHtml(address: string | undefined, label: string): string {
  const href = address?.startsWith("www.") ? `https://${address}` : address;
  if (href === undefined || !/^(?:https?:\/\/|mailto:)[!-~\u00a0-\uffff]+$/i.test(href)) return label;
  return `<a href="${escapeHtml(href)}" rel="noopener noreferrer nofollow">${label}</a>`;
}
