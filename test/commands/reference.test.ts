/** The manual page, docs/cli.md and the help say the same, since all of them are made from the commands' declarations. */
import { afterAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { renderMarkdown } from "../../scripts/cli-markdown.ts";
import { collectReference } from "../../src/commands/reference.ts";
import { exitCodes } from "../../src/core/errors.ts";
import { definitions, paragraph, verbatim } from "../../src/render/roff.ts";
import { openSession } from "../support/transcript.ts";

const root = resolve(import.meta.dir, "..", "..");

const reference = await collectReference();
const written = readFileSync(join(root, "docs", "cli.md"), "utf8");
const session = openSession();
afterAll(() => session[Symbol.dispose]());
const page = await session.raw("man");
/** As it is read: without roff's escapes. */
const manual = page.replaceAll("\\-", "-").replaceAll("\\(aq", "'").replaceAll("\\(dq", '"').replaceAll("\\e", "\\");
const overview = await session.raw("help", "--all");

test("docs/cli.md is what `bun run docs` makes", async () => {
  expect(written).toBe(await renderMarkdown());
});

describe.each(reference.groups.flatMap((group) => group.commands))(
  "$entry.name",
  ({ entry, usage, flags, examples }) => {
    test("stands in the help, in the manual page and in docs/cli.md, with all its flags", async () => {
      const help = await session.raw("help", entry.name);
      expect(overview).toContain(`\n  ${entry.name} `);
      expect(manual).toContain(`.SS "${usage.replaceAll("…", "...")}"`);
      expect(written).toContain(`\n### ${entry.name}\n`);
      for (const [flag, meaning] of flags) {
        expect(help).toContain(flag);
        expect(help).toContain(meaning);
        expect(manual).toContain(`.B "${flag}"`);
        expect(written).toContain(`| \`${flag}\` |`);
      }
      for (const example of examples) for (const text of [help, written]) expect(text).toContain(example);
    });
  },
);

test("every exit code, flag of every command, setting and field stands in them", () => {
  const codes = [0, 1, 130, ...Object.values(exitCodes)];
  expect(reference.exitCodes.map(([code]) => code)).toEqual([...new Set(codes)].sort((a, b) => a - b).map(String));
  for (const [code, meaning] of reference.exitCodes) {
    expect(overview).toMatch(new RegExp(`^ +${code} +${meaning}$`, "m"));
    expect(manual).toContain(`.B "${code}"\n${meaning}`);
    expect(written).toContain(`| \`${code}\` | ${meaning} |`);
  }
  for (const [flag] of reference.globalFlags) {
    for (const text of [overview, manual, written]) expect(text).toContain(flag);
  }
  for (const [key] of [...reference.settings, ...reference.queryFields, ...reference.environment]) {
    expect(manual.replaceAll("\\(dq", '"')).toContain(key);
    expect(written).toContain(key);
  }
});

describe("roff", () => {
  test("shows text as it is written", () => {
    expect(paragraph(".SH 'x' \\fB --all `y` ~^ …é")).toMatchInlineSnapshot(`
      ".PP
      \\&.SH \\(aqx\\(aq \\efB \\-\\-all \\(gay\\(ga \\(ti\\(ha ...\\[u00E9]
      "
    `);
    expect(definitions([['-t, "T"', "a\n.b"]])).toMatchInlineSnapshot(`
      ".TP
      .B "\\-t, \\(dqT\\(dq"
      a
      \\&.b
      "
    `);
    expect(verbatim(["'a", "", "b"])).toMatchInlineSnapshot(`
      ".PP
      .RS 4
      .nf
      \\(aqa
      .sp
      b
      .fi
      .RE
      "
    `);
  });

  for (const [name, command, known] of [
    ["mandoc", ["mandoc", "-T", "lint", "-W", "warning"], /missing date/],
    ["groff", ["groff", "-man", "-ww", "-Kutf8", "-Tutf8", "-z"], /^$/],
  ] as const) {
    const missing = Bun.which(name) === null;
    test.skipIf(missing)(
      `${name} finds nothing wrong with the manual page${missing ? " (it is not installed)" : ""}`,
      () => {
        const { stdout, stderr } = Bun.spawnSync([...command], {
          stdin: new Blob([page]),
          env: { PATH: process.env.PATH },
        });
        const said = `${stdout}${stderr}`.split("\n").filter((line) => line !== "" && !known.test(line));
        expect(said).toEqual([]);
      },
    );
  }

  const missing = Bun.which("groff") === null;
  test.skipIf(missing)(`the page reads as it was written${missing ? " (groff is not installed)" : ""}`, () => {
    const { stdout } = Bun.spawnSync(["groff", "-man", "-Kutf8", "-Tascii", "-P-cbou", "-rLL=200n"], {
      stdin: new Blob([page]),
      env: { PATH: process.env.PATH },
    });
    const shown = stdout.toString();
    for (const text of [
      "git-tracker - track issues",
      "-l, --label LABELS",
      "'>=high'",
      'git tracker new "Fix login',
      "~/.config",
    ]) {
      expect(shown).toContain(text);
    }
  });
});
