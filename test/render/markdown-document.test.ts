/** The document of issues, read by a Markdown parser: what people wrote stays within its quote, and is no HTML. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { IssueView } from "../../src/core/view.ts";
import { markdownDocument, quoteMarkdown } from "../../src/render/markdown-document.ts";
import { childrenOf, isElement, parseMarkdown, textOf } from "../../src/render/markdown-tree.ts";
import { comment, issue } from "./sample.ts";
import { vectors } from "./vectors.ts";

async function documentOf(...views: IssueView[]): Promise<string> {
  async function* each() {
    yield* views;
  }
  return (await Array.fromAsync(markdownDocument(each()))).join("");
}

/** The blocks of a document by their kinds, without what is in quotes. */
function outline(source: string): string[] {
  return parseMarkdown(source).flatMap((node) => {
    if (!isElement(node)) return String(node).trim() === "" ? [] : ["text"];
    return [String(node.type)];
  });
}

/** All that stands in a document, however deep. */
function kindsIn(source: string): Set<string> {
  return kindsBelow(parseMarkdown(source));
}

/** All that stands in quotes right in the document. */
function kindsInQuotes(source: string): Set<string> {
  return kindsBelow(
    parseMarkdown(source).flatMap((node) => (isElement(node) && node.type === "blockquote" ? childrenOf(node) : [])),
  );
}

function kindsBelow(nodes: readonly unknown[]): Set<string> {
  const kinds = new Set<string>();
  const waiting = [...nodes];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (!isElement(node)) continue;
    kinds.add(String(node.type));
    waiting.push(...childrenOf(node));
  }
  return kinds;
}

/** What a Markdown reader shows as HTML, without the tags that the reader itself writes for Markdown. */
function rawTags(source: string): string[] {
  const seen: string[] = [];
  const known =
    "p h1 h2 h3 h4 h5 h6 blockquote ul ol li em strong del u code pre table thead tbody tr th td br hr a img input".split(
      " ",
    );
  new HTMLRewriter()
    .on("*", {
      element: ({ tagName, attributes }) => {
        const names = [...attributes].map(([name]) => name);
        if (!known.includes(tagName) || names.some((name) => name.startsWith("on") || name === "style"))
          seen.push(tagName);
      },
    })
    .transform(Bun.markdown.html(source));
  return seen;
}

const frames = ["h1", "h2", "ul", "blockquote", "h3", "blockquote"];
const breakers = [
  ...vectors,
  ...[
    "```",
    "```js",
    "~~~",
    "    code",
    "# One",
    "## Two",
    "Two\n===",
    "Two\n---",
    "===",
    "---",
    "-",
    "- a",
    "1. a",
    "> q",
    "</blockquote>",
  ],
  ...[
    "- ```\n\nb <script>x</script>",
    "`a\n```\n<i>x</i>\n```\n`",
    "- ```\n<script>x</script>\n  ```\n\n`a\n```\n<i>x</i>\n```\n`",
    "[a]: /b",
    "[\na\n]: /b",
    "[^1]: note",
    "| a |\n|-|",
    "***",
    "\\",
    "a  \nb",
    "\t",
    "<!--",
    "-->",
  ],
];

describe("what people wrote", () => {
  test.each(breakers)("stays in its place: %j", async (text) => {
    const view = issue({
      title: text.replace(/\s+/g, " "),
      body: `x\n\n${text}`,
      comments: [comment({ body: `x\n\n${text}` })],
    });
    const source = await documentOf(view);
    expect(outline(source)).toEqual(frames);
    expect(rawTags(source)).toEqual([]);
    expect(kindsIn(source)).not.toContain("html");
    for (const heading of ["h1", "h2", "h3"]) expect(kindsInQuotes(source)).not.toContain(heading);
  });

  test("stays there however it is put together", async () => {
    const text = fc
      .array(fc.constantFrom(...breakers, "\n", "\n\n", "  ", "    ", "> "), { maxLength: 8 })
      .map((parts) => parts.join(""));
    const property = fc.asyncProperty(text, text, async (body, said) => {
      const source = await documentOf(
        issue({ body: `x\n${body}`, comments: [comment({ body: `x\n${said}` })] }),
        issue({ body: "", comments: [] }),
      );
      expect(outline(source)).toEqual([...frames, "h2", "ul"]);
      expect(rawTags(source)).toEqual([]);
    });
    await fc.assert(property, { numRuns: 500 });
  });

  test("is Markdown still", () => {
    const source = quoteMarkdown(
      "# Head\n\n- **a**\n- `b`\n\n```c\n#include <stdio.h>\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |",
    );
    for (const kind of ["h4", "ul", "strong", "pre", "table"]) expect(kindsIn(source)).toContain(kind);
    const [quote] = parseMarkdown(source);
    expect(isElement(quote) ? textOf(quote) : "").toContain("#include <stdio.h>");
  });

  test("defines nothing for the rest of the document", async () => {
    const source = await documentOf(issue({ body: "x\n\n[a]: https://evil.example" }), issue({ body: "see [a]" }));
    expect(Bun.markdown.html(source)).not.toContain("<a ");
  });
});
