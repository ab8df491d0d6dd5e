/**
 * Atlassian's document format, in which the newer Jira API gives texts, → Markdown. A node that isn't known leaves the text below it
 * behind. How deep a document can be is bounded where it is read.
 */

/** A node as it came: anything may be missing. */
type Node = Readonly<Record<string, unknown>>;

export function isAdf(value: unknown): boolean {
  return isNode(value) && value.type === "doc" && Array.isArray(value.content);
}

export function adfToMarkdown(document: unknown): string {
  return isNode(document) ? blocksOf(document).join("\n\n").trim() : "";
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function childrenOf(node: Node): Node[] {
  return Array.isArray(node.content) ? node.content.filter(isNode) : [];
}

function attribute(node: Node, name: string): string {
  const value = isNode(node.attrs) && Object.hasOwn(node.attrs, name) ? node.attrs[name] : undefined;
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function blocksOf(node: Node): string[] {
  return childrenOf(node)
    .map(blockOf)
    .filter((block) => block !== "");
}

function blockOf(node: Node): string {
  switch (node.type) {
    case "heading":
      return `${"#".repeat(Math.min(6, Math.max(1, Number(attribute(node, "level")) || 1)))} ${inlineOf(node)}`;
    case "bulletList":
    case "orderedList":
    case "taskList":
    case "decisionList":
      return listOf(node);
    case "codeBlock":
      return ["```".concat(attribute(node, "language").replace(/[^\w+#-]/g, "")), rawText(node), "```"].join("\n");
    case "blockquote":
    case "panel":
      return prefixed(blocksOf(node).join("\n\n"), "> ");
    case "rule":
      return "---";
    case "table":
      return tableOf(node);
    case "expand":
    case "nestedExpand":
      return [`**${attribute(node, "title")}**`, ...blocksOf(node)].filter((block) => block !== "****").join("\n\n");
    case "mediaGroup":
    case "mediaSingle":
      return childrenOf(node).map(mediaOf).join("\n");
    case "paragraph":
      return inlineOf(node);
    default:
      return typeof node.text === "string" ? inlineNode(node) : blocksOf(node).join("\n\n");
  }
}

function listOf(node: Node): string {
  const items = childrenOf(node).map((item, index) => {
    if (/List$/.test(String(item.type))) return prefixed(listOf(item), "  ");
    const mark =
      node.type === "orderedList"
        ? `${index + 1}. `
        : node.type === "taskList"
          ? `- [${attribute(item, "state") === "DONE" ? "x" : " "}] `
          : "- ";
    const isInline = item.type === "taskItem" || item.type === "decisionItem";
    const text = isInline ? inlineOf(item) : blocksOf(item).join("\n");
    return mark + text.replaceAll("\n", `\n${" ".repeat(node.type === "orderedList" ? mark.length : 2)}`);
  });
  return items.join("\n");
}

function tableOf(node: Node): string {
  const rows = childrenOf(node).map((row) =>
    childrenOf(row).map((cell) => blocksOf(cell).join(" ").replaceAll("\n", " ").replaceAll("|", "\\|")),
  );
  const width = Math.max(0, ...rows.slice(0, 1000).map((row) => row.length));
  const lines = rows.map((row) => `| ${row.join(" | ")} |`);
  return [...lines.slice(0, 1), `|${" --- |".repeat(width)}`, ...lines.slice(1)].join("\n");
}

function inlineOf(node: Node): string {
  return childrenOf(node).map(inlineNode).join("");
}

function inlineNode(node: Node): string {
  switch (node.type) {
    case "text":
      return markedText(node);
    case "hardBreak":
      return "  \n";
    case "mention":
      return `@${attribute(node, "text").replace(/^@/, "") || attribute(node, "id")}`;
    case "emoji":
      return attribute(node, "text") || attribute(node, "shortName");
    case "inlineCard":
    case "blockCard":
    case "embedCard":
      return addressOf(attribute(node, "url"));
    case "date":
      return dateOf(attribute(node, "timestamp"));
    case "status":
      return `**${attribute(node, "text")}**`;
    case "media":
    case "mediaInline":
      return mediaOf(node);
    default:
      return typeof node.text === "string" ? markedText(node) : inlineOf(node);
  }
}

function markedText(node: Node): string {
  const text = typeof node.text === "string" ? node.text : "";
  const marks = Array.isArray(node.marks) ? node.marks.filter(isNode) : [];
  if (text.trim() === "") return text;
  return marks.reduce((marked, mark) => {
    switch (mark.type) {
      case "strong":
        return `**${marked}**`;
      case "em":
        return `*${marked}*`;
      case "strike":
        return `~~${marked}~~`;
      case "code":
        return `\`${marked}\``;
      case "link": {
        const url = attribute(mark, "href");
        return isAddress(url) ? `[${marked}](<${url}>)` : marked;
      }
      default:
        return marked;
    }
  }, text);
}

function mediaOf(node: Node): string {
  const url = attribute(node, "url");
  if (isAddress(url)) return `![](<${url}>)`;
  return `(attachment ${attribute(node, "alt") || attribute(node, "id")})`;
}

function addressOf(url: string): string {
  return isAddress(url) ? `<${url}>` : url;
}

function isAddress(url: string): boolean {
  return /^(?:https?:\/\/|mailto:)[^\s<>]{1,2000}$/i.test(url);
}

function dateOf(timestamp: string): string {
  const milliseconds = /^\d{1,15}$/.test(timestamp) ? Number(timestamp) : Number.NaN;
  const limit = 253_402_300_799_999; // The end of the year 9999.
  return milliseconds <= limit ? new Date(milliseconds).toISOString().slice(0, 10) : timestamp;
}

function rawText(node: Node): string {
  return childrenOf(node)
    .map((child) => (typeof child.text === "string" ? child.text : rawText(child)))
    .join("");
}

function prefixed(text: string, prefix: string): string {
  return text.replace(/^/gm, prefix).replace(/[ \t]+$/gm, "");
}
