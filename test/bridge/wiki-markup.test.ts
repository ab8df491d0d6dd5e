import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { adfToMarkdown } from "../../src/bridge/adf.ts";
import { wikiToMarkdown } from "../../src/bridge/wiki-markup.ts";

const wiki = (text: string) => wikiToMarkdown(text, (account) => account.toUpperCase());

describe("Jira's markup", () => {
  test.each([
    ["h3. Title", "### Title"],
    ["* one\n** two\n*** three\n# first\n## second", "- one\n  - two\n    - three\n1. first\n   1. second"],
    ["- dash", "- dash"],
    ["*bold* and -gone- and +new+ and {{mono}}", "**bold** and ~~gone~~ and new and `mono`"],
    ["2*3*4 a-b-c snake_case_name", "2*3*4 a-b-c snake_case_name"],
    ["[text|https://example.com/a_b*c*]", "[text](<https://example.com/a_b*c*>)"],
    ["[https://example.com]", "<https://example.com>"],
    ["see https://example.com/*x* now", "see https://example.com/*x* now"],
    ["[~ben] [^file.txt]", "@BEN [^file.txt]"],
    ["[bad|javascript:alert(1)]", "bad (javascript:alert(1))"],
    ["!shot.png|thumbnail! !https://example.com/a.png!", "(attachment shot.png) ![](<https://example.com/a.png>)"],
    ["wow! great!", "wow! great!"],
    ["{code:java}\nint *a* = 1;\n{code}\nafter *b*", "```java\nint *a* = 1;\n```\nafter **b**"],
    ["{code:title=x.ts|language=ts}a{code}", "```ts\na\n```"],
    ["{noformat}\n* raw\n{noformat}", "```\n* raw\n```"],
    ["{noformat}never closed", "```\nnever closed\n```"],
    ["{quote}\nsaid\n{quote}\nme", "> said\nme"],
    ["bq. said", "> said"],
    ["||A||B||\n|1|[x|https://e.org]|", "| A | B |\n| --- | --- |\n| 1 | [x](<https://e.org>) |"],
    ["{color:red}red{color} {panel:title=T}\nin\n{panel}", "red \nin"],
    ["----", "---"],
    ["a\n\n\n\nb", "a\n\nb"],
  ])("%j", (from, to) => {
    expect(wiki(from)).toBe(to);
  });

  test("of any text takes no long time and throws nothing", () => {
    const pieces = fc.constantFrom(
      "*",
      "{",
      "}",
      "[",
      "]",
      "|",
      "!",
      "-",
      "{code}",
      "{quote}",
      "{{",
      "}}",
      "\n",
      "a",
      " ",
      "http://",
      "+",
      "?",
      "~",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 200 }), (parts) => typeof wiki(parts.join("")) === "string"),
      {
        numRuns: 500,
      },
    );
    for (const piece of ["*a", "[a|", "{{a", "!a.png", "{color:x}a", "[~", "??a", "-a", "{code}a"]) {
      expect(wiki(piece.repeat(20_000)).length).toBeGreaterThan(0); // Backtracking would outlast the test.
    }
  });
});

describe("Atlassian's documents", () => {
  const text = (value: string, ...marks: object[]) => ({
    type: "text",
    text: value,
    ...(marks.length > 0 ? { marks } : {}),
  });
  const node = (type: string, ...content: object[]) => ({ type, content });
  const item = (...content: object[]) => node("listItem", ...content);
  const paragraph = (...content: object[]) => node("paragraph", ...content);

  test("become Markdown", () => {
    const document = node(
      "doc",
      { ...node("heading", text("Why")), attrs: { level: 2 } },
      paragraph(
        text("see "),
        text("this", { type: "strong" }, { type: "link", attrs: { href: "https://example.com" } }),
        text(" and "),
        text("x", { type: "code" }),
      ),
      node(
        "bulletList",
        item(paragraph(text("one")), node("orderedList", item(paragraph(text("deep"))))),
        item(paragraph(text("two"))),
      ),
      { type: "taskList", content: [{ type: "taskItem", attrs: { state: "DONE" }, content: [text("ticked")] }] },
      { type: "codeBlock", attrs: { language: "ts" }, content: [text("a\n*b*")] },
      node("blockquote", paragraph(text("said"))),
      { type: "panel", attrs: { panelType: "info" }, content: [paragraph(text("note"))] },
      node(
        "table",
        node("tableRow", node("tableHeader", paragraph(text("A|B")))),
        node("tableRow", node("tableCell", paragraph(text("1")))),
      ),
      { type: "rule" },
      paragraph(
        { type: "mention", attrs: { id: "1", text: "@Ben" } },
        { type: "hardBreak" },
        { type: "emoji", attrs: { shortName: ":x:" } },
        { type: "status", attrs: { text: "OK" } },
      ),
      { type: "mediaSingle", content: [{ type: "media", attrs: { id: "m1", alt: "a.png" } }] },
      node("someday", paragraph(text("kept"))),
      paragraph(text("bad", { type: "link", attrs: { href: "javascript:alert(1)" } })),
    );
    expect(adfToMarkdown(document)).toMatchInlineSnapshot(`
      "## Why

      see [**this**](<https://example.com>) and \`x\`

      - one
        1. deep
      - two

      - [x] ticked

      \`\`\`ts
      a
      *b*
      \`\`\`

      > said

      > note

      | A\\|B |
      | --- |
      | 1 |

      ---

      @Ben  
      :x:**OK**

      (attachment a.png)

      kept

      bad"
    `);
  });

  test("that are none are empty, and broken ones are read as far as they go", () => {
    const broken = {
      type: "doc",
      content: [null, 3, { type: "heading", attrs: { level: "x" }, content: "no" }, { content: [{ text: "a" }] }],
    };
    expect([adfToMarkdown(null), adfToMarkdown([]), adfToMarkdown(broken)]).toEqual(["", "", "# \n\na"]);
  });
});
