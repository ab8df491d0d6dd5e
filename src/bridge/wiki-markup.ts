/**
 * Jira's wiki markup → Markdown, as far as both can say it: headings, lists, tables, code, quotes, links, images, emphasis. What has no
 * counterpart (colours, anchors, panels' frames) leaves its text behind. Every pattern is bounded, so that no text takes long.
 */

/** `mention` gives the name of an account. */
export function wikiToMarkdown(text: string, mention: (account: string) => string): string {
  const out: string[] = [];
  let verbatim: string | undefined;
  let quoted = false;
  const put = (line: string) => out.push(quoted ? `> ${line}`.trimEnd() : line);
  for (const line of text.replace(/\r\n?/g, "\n").split("\n")) {
    let rest: string | undefined = line;
    while (rest !== undefined) {
      if (verbatim !== undefined) {
        const end: number = rest.indexOf(`{${verbatim}}`);
        const inside = end === -1 ? rest : rest.slice(0, end);
        if (end === -1 || inside.trim() !== "") put(inside);
        if (end === -1) break;
        put("```");
        rest = afterMacro(rest.slice(end + verbatim.length + 2));
        verbatim = undefined;
        continue;
      }
      const macro: RegExpExecArray | null = /\{(code|noformat|quote)(?::([^{}\n]{0,200}))?\}(?!\})/.exec(rest);
      const [all = "", name = "", options = ""] = macro ?? [];
      const at: number = macro?.index ?? -1;
      const before: string = at === -1 ? rest : rest.slice(0, at);
      if (at === -1 || before.trim() !== "") put(lineToMarkdown(before, mention));
      if (at === -1) break;
      if (name === "quote") quoted = !quoted;
      else {
        verbatim = name;
        put(`\`\`\`${languageOf(options)}`);
      }
      rest = afterMacro(rest.slice(at + all.length));
    }
  }
  if (verbatim !== undefined) put("```");
  return tidy(out);
}

function afterMacro(rest: string): string | undefined {
  return rest.trim() === "" ? undefined : rest;
}

function languageOf(options: string): string {
  const named = /(?:^|\|)language=([\w+#-]{1,30})/.exec(options)?.[1];
  const first = /^([\w+#-]{1,30})(?:\||$)/.exec(options)?.[1];
  return named ?? first ?? "";
}

function lineToMarkdown(line: string, mention: (account: string) => string): string {
  const inline = (text: string) => inlineToMarkdown(text, mention);
  const [, level, heading] = /^\s*h([1-6])\.\s*(.*)$/.exec(line) ?? [];
  if (heading !== undefined) return `${"#".repeat(Number(level))} ${inline(heading)}`;
  const quote = /^\s*bq\.\s*(.*)$/.exec(line)?.[1];
  if (quote !== undefined) return `> ${inline(quote)}`;
  const [, marks = "", item] = /^\s{0,20}([*#]{1,10}|-)\s+(.*)$/.exec(line) ?? [];
  if (item !== undefined) {
    const indent = [...marks.slice(0, -1)].map((mark) => (mark === "#" ? "   " : "  ")).join("");
    return `${indent}${marks.endsWith("#") ? "1." : "-"} ${inline(item)}`;
  }
  if (/^\s*-{4,5}\s*$/.test(line)) return "---";
  if (/^\s*\|/.test(line)) return rowToMarkdown(line.trim(), inline);
  const title = /^\s*\{panel(?::[^{}\n]{0,200}?title=([^|{}\n]{1,200}))?[^{}\n]{0,200}\}\s*$/.exec(line);
  if (title !== null) return title[1] === undefined ? "" : `**${title[1].trim()}**`;
  return inline(line);
}

function rowToMarkdown(row: string, inline: (text: string) => string): string {
  const isHeader = row.startsWith("||");
  // A bar inside of a link is no border.
  const cells = row
    .replace(/^\|{1,2}|\|{1,2}$/g, "")
    .replace(/\[[^[\]\n]{0,1000}\]/g, (link) => link.replaceAll("|", "\ufdd1"))
    .split(isHeader ? "||" : "|")
    .map((cell) => inline(cell.replaceAll("\ufdd1", "|").trim()).replaceAll("|", "\\|"));
  const text = `| ${cells.join(" | ")} |`;
  return isHeader ? `${text}\n|${" --- |".repeat(cells.length)}` : text;
}

const around = { before: "(?<![\\p{L}\\p{N}])", after: "(?![\\p{L}\\p{N}])" };
const bold = new RegExp(`${around.before}\\*(?=\\S)([^*\\n]{1,1000}?)(?<=\\S)\\*${around.after}`, "gu");
const struck = /(?<![\p{L}\p{N}-])-(?=[^\s-])([^-\n]{1,500}?)(?<=\S)-(?![\p{L}\p{N}-])/gu;
const inserted = new RegExp(`${around.before}\\+(?=\\S)([^+\\n]{1,500}?)(?<=\\S)\\+${around.after}`, "gu");

function inlineToMarkdown(text: string, mention: (account: string) => string): string {
  // Code and links are set aside, so that nothing in them counts as emphasis. What stands for them is no character at all.
  const kept: string[] = [];
  const keep = (markdown: string) => {
    kept.push(markdown);
    return `\ufdd0${kept.length - 1}\ufdd0`;
  };
  return text
    .replaceAll("\ufdd0", "")
    .replace(/\{\{([^{}\n]{1,1000}(?:\{[^{}\n]{0,200}\}[^{}\n]{0,1000}){0,20})\}\}/g, (_, code: string) =>
      keep(codeSpan(code)),
    )
    .replace(/!([^!\s|][^!\n|]{0,500})(?:\|[^!\n]{0,200})?!(?![\p{L}\p{N}])/gu, (all: string, name: string) =>
      /\.\w{1,5}$|^https?:/i.test(name) ? keep(imageOf(name)) : all,
    )
    .replace(/\[~(?:accountid:)?([^\]\s]{1,200})\]/g, (_, account: string) => keep(`@${mention(account)}`))
    .replace(/\[([^[\]|\n]{1,1000})\|([^[\]|\s]{1,2000})(?:\|[^[\]\n]{0,200})?\]/g, (_, label: string, url: string) =>
      keep(linkOf(label, url)),
    )
    .replace(/\[(https?:\/\/[^[\]|\s]{1,2000}|mailto:[^[\]|\s]{1,300})(?:\|[^[\]\n]{0,200})?\]/gi, (_, url: string) =>
      keep(`<${url}>`),
    )
    .replace(/https?:\/\/[^\s[\]|<>{}]{1,2000}/gi, keep)
    .replace(/\{(?:color|anchor|panel|info|note|tip|warning|expand|align)(?::[^{}\n]{0,200})?\}/g, "")
    .replace(bold, "**$1**")
    .replace(struck, "~~$1~~")
    .replace(inserted, "$1")
    .replace(/\?\?([^?\n]{1,500})\?\?/g, "*$1*")
    .replace(/\\\\(?=\s|$)/g, "  ")
    .replace(/\ufdd0(\d{1,9})\ufdd0/g, (_, index: string) => kept[Number(index)] ?? "");
}

function codeSpan(code: string): string {
  const fence = code.includes("`") ? "``" : "`";
  return `${fence}${code}${fence}`;
}

function imageOf(name: string): string {
  return /^https?:\/\/[^\s<>]+$/i.test(name) ? `![](<${name}>)` : `(attachment ${name})`;
}

function linkOf(label: string, url: string): string {
  const shown = label.replace(/[[\]]/g, "\\$&");
  return /^(?:https?:\/\/|mailto:|#)/i.test(url)
    ? `[${shown}](<${url.replace(/[<>]/g, encodeURIComponent)}>)`
    : `${shown} (${url})`;
}

/** No more than one blank line in a row outside of code. */
function tidy(lines: readonly string[]): string {
  const kept: string[] = [];
  let inCode = false;
  for (const line of lines) {
    if (/^(?:> )?```/.test(line)) inCode = !inCode;
    if (!inCode && line.trim() === "" && (kept.at(-1) ?? "").trim() === "") continue;
    kept.push(line);
  }
  return kept.join("\n").trimEnd();
}
