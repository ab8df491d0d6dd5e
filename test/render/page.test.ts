/** The page of issues, read by a real HTML parser: nothing that people wrote becomes an element or an attribute. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { IssueView } from "../../src/core/view.ts";
import { renderPage } from "../../src/render/page.ts";
import { script, style } from "../../src/render/page-parts.ts";
import { safeHtml } from "../../src/render/safe-html.ts";
import { comment, issue, oid } from "./sample.ts";
import { vectors } from "./vectors.ts";

async function pageOf(...views: IssueView[]): Promise<string> {
  async function* each() {
    yield* views;
  }
  const labels = [...new Set(views.flatMap((view) => view.labels))];
  return (await Array.fromAsync(renderPage(each(), { count: views.length, labels }))).join("");
}

interface Seen {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
}

function elementsOf(html: string): Seen[] {
  const seen: Seen[] = [];
  new HTMLRewriter()
    .on("*", {
      element: (element) => {
        seen.push({ tag: element.tagName, attributes: Object.fromEntries(element.attributes) });
      },
    })
    .transform(html);
  return seen;
}

/** An issue that says this wherever people can say something. */
function says(text: string): IssueView {
  const person = { name: text, email: text };
  return issue({
    title: text,
    body: text,
    author: person,
    status: text,
    labels: [text],
    assignees: [text],
    type: text,
    priority: text,
    milestone: text,
    sprint: text,
    parent: oid("b"),
    related: { [oid("b")]: { shortId: "bbbbbbb", title: text, status: text, category: "todo" } },
    comments: [comment({ author: person, body: text })],
    attachments: [{ name: text, size: 1, oid: oid("c") }],
  });
}

/** What a text may become. */
const proseTags = "p h4 h5 h6 blockquote ul ol li em strong del u code pre table thead tbody tr th td br hr a".split(
  " ",
);

function expectHarmless(html: string, where: string): void {
  for (const { tag, attributes } of elementsOf(html)) {
    expect({ where, tag: proseTags.includes(tag) ? "" : tag }).toEqual({ where, tag: "" });
    const { href, rel, ...others } = attributes;
    expect({ where, others }).toEqual({ where, others: {} });
    if (tag === "a")
      expect(`${href} ${rel}`).toMatch(/^(?:https?:\/\/|mailto:)[^\s<>"']* noopener noreferrer nofollow$/i);
    else expect(href).toBeUndefined();
  }
}

describe("what people wrote", () => {
  test.each(vectors)("is harmless as prose: %j", (text) => {
    expectHarmless(safeHtml(text), text);
  });

  test.each(vectors)("adds nothing to the page: %j", async (text) => {
    const plain = elementsOf(await pageOf(says("x")));
    const counted = (seen: readonly Seen[]) =>
      seen.filter(({ tag }) => !proseTags.includes(tag)).map(({ tag, attributes }) => [tag, Object.keys(attributes)]);
    expect(counted(elementsOf(await pageOf(says(text))))).toEqual(counted(plain));
  });

  test("is harmless however it is put together", () => {
    const parts = fc.constantFrom(
      ...vectors,
      "<",
      ">",
      '"',
      "'",
      "`",
      "\n",
      "    ",
      "> ",
      "- ",
      "[",
      "](",
      ")",
      "*",
      "&",
      "\\",
    );
    const text = fc.array(parts, { maxLength: 8 }).map((each) => each.join(""));
    fc.assert(
      fc.property(text, (source) => expectHarmless(safeHtml(source), source)),
      { numRuns: 500 },
    );
  });

  test("is there to be read", () => {
    expect(
      safeHtml(
        "# A *b* <i>c</i>\n\n- [x] done\n- [ ] not\n\n```js\nx < y\n```\n\n[l](https://e.example/?a=1&b=2) www.e.example ![pic](https://e.example/p.png)",
      ),
    ).toMatchInlineSnapshot(`
      "<h4>A <em>b</em> &#60;i&#62;c&#60;/i&#62;</h4><ul><li>☑ done</li><li>☐ not</li></ul><pre><code>x &#60; y
      </code></pre><p><a href="https://e.example/?a=1&#38;b=2" rel="noopener noreferrer nofollow">l</a> <a href="https://www.e.example" rel="noopener noreferrer nofollow">www.e.example</a> <a href="https://e.example/p.png" rel="noopener noreferrer nofollow">[image: pic]</a></p>"
    `);
  });

  test("is cut off where it is nested too deeply", () => {
    expect(safeHtml(`${"> ".repeat(500)}deep`)).toContain("deep");
  });
});

describe("the page", () => {
  test("lets in its own style and script, and nothing else", async () => {
    const page = await pageOf(says("x"));
    const hash = (text: string) => `sha256-${new Bun.CryptoHasher("sha256").update(text).digest("base64")}`;
    const policy = elementsOf(page).find(({ attributes }) => attributes["http-equiv"] === "Content-Security-Policy");
    expect(policy?.attributes.content).toBe(
      `default-src 'none'; script-src '${hash(script)}'; style-src '${hash(style)}'; base-uri 'none'; form-action 'none'`,
    );
    expect(page.match(/<script>([\s\S]*?)<\/script>/)?.[1]).toBe(script);
    expect(page.match(/<style>([\s\S]*?)<\/style>/)?.[1]).toBe(style);
    expect(page.indexOf("Content-Security-Policy")).toBeLessThan(page.indexOf("<style>"));
  });

  test("asks nobody for anything", async () => {
    for (const { tag, attributes } of elementsOf(await pageOf(says("![x](https://e.example/x.png)")))) {
      expect(["img", "link", "iframe", "object", "embed", "base", "form"]).not.toContain(tag);
      expect(
        Object.keys(attributes).filter(
          (name) => ["src", "srcset", "style", "action"].includes(name) || name.startsWith("on"),
        ),
      ).toEqual([]);
    }
  });

  test("holds every issue, its state and its labels for the filter", async () => {
    const page = await pageOf(issue({ labels: ['a "b"', "c"] }), issue({ id: oid("d"), category: "done" }));
    const articles = elementsOf(page).filter(({ tag }) => tag === "article");
    expect(articles.map(({ attributes }) => attributes["data-state"])).toEqual(["open", "closed"]);
    expect(JSON.parse((articles[0]?.attributes["data-labels"] ?? "").replaceAll("&#34;", '"'))).toEqual(['a "b"', "c"]);
  });

  test("tells how many comments there are, what is linked, and what it is called elsewhere", async () => {
    const page = await pageOf(
      issue({
        comments: [comment({}), comment({})],
        links: [{ kind: "duplicates", target: oid("b") }],
        linkedFrom: [{ kind: "relates", source: oid("c") }],
        externalIds: { github: "a/b#1" },
        related: { [oid("b")]: { shortId: "bbbbbbb", title: "Other", status: "todo", category: "todo" } },
      }),
      issue({ id: oid("d"), body: " " }),
    );
    const [first = "", second = ""] = page.split("</article>");
    expect(first).toContain('<span class="count">2 comments</span></summary>');
    expect(first).toContain(`<dt>Duplicates</dt><dd><a href="#i${oid("b")}">bbbbbbb Other</a></dd>`);
    expect(first).toContain(`<dt>Relates to</dt><dd><a href="#i${oid("c")}">cccccccccc</a></dd>`);
    expect(first).toContain("<dt>Known as</dt><dd>github a/b#1</dd>");
    expect(second).not.toContain("<section>");
    expect(second).not.toContain("comments</span>");
  });

  test("has a script that finds everything it names", async () => {
    const ids = new Set(elementsOf(await pageOf()).map(({ attributes }) => attributes.id));
    const named = [...script.matchAll(/at\("(\w+)"\)/g)].map(([, id]) => id);
    const fields = JSON.parse(/const fields = (\[.*\]);/.exec(script)?.[1] ?? "[]");
    expect([...named, ...fields].filter((id) => !ids.has(id))).toEqual([]);
    expect(named.length).toBeGreaterThan(4);
    expect(style).not.toMatch(/\\u|url\(|@import/);
  });

  test("has a script that runs", () => {
    expect(() => new Function(script)).not.toThrow();
  });
});
