/**
 * The house rules that text alone can show: what belongs in one place only, what belongs nowhere, and the shape of files.
 * `instead` says what to use.
 */
import { type Source, withoutComments } from "./layers.ts";

interface Rule {
  readonly pattern: RegExp;
  /** The files it is about. */
  readonly scope: RegExp;
  /** Where the pattern is at home; absent, it has none. */
  readonly home?: RegExp;
  readonly instead: string;
}

const src = /^src\//;
const anywhere = /^/;

/** Looked for in code: comments may speak of these things. */
export const codeRules: readonly Rule[] = [
  {
    pattern: /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bBun\.nanoseconds\(/,
    scope: src,
    home: /^src\/platform\/clock\.ts$/,
    instead: "the Clock you were given",
  },
  {
    pattern: /\bMath\.random\(|\bgetRandomValues\b|\brandomUUID|\brandomBytes\b/,
    scope: src,
    home: /^src\/platform\/chance\.ts$/,
    instead: "the Chance you were given",
  },
  {
    pattern: /(?<![\w./])process\.\w|["']node:process["']|\bBun\.(?:env|argv)\b|\bimport\.meta\.env\b/,
    scope: src,
    home: /^src\/(?:main|library\/process|platform\/(?:sharing|process))\.ts$/, // The umask belongs to the process, not to an environment; so do signals.
    instead: "the Env you were given",
  },
  { pattern: /\bconsole\.\w/, scope: src, home: /^src\/main\.ts$/, instead: "env.out or env.err" },
  { pattern: /["'`]refs\//, scope: src, home: /^src\/store\/refs\.ts$/, instead: "refs in store/refs.ts" },
  {
    pattern: /\bBun\.(?:spawn|\$)|child_process/,
    scope: src,
    home: /^src\/platform\/(?:git|process|sign-program|node\/spawn)\.ts$/,
    instead: "platform/git.ts, platform/process.ts or platform/sign-program.ts",
  },
  {
    pattern: /\bsetTimeout\(|\bsetInterval\(|\bBun\.sleep|\bAtomics\.wait/,
    scope: /^(?:src|test)\//,
    home: /^(?:src|test)\/platform\//,
    instead: "an event to wait for",
  },
  {
    pattern: /\b(?:async|await)\b|\bPromise\b/,
    scope: /^src\/core\//,
    instead: "plain values: core knows no promises",
  },
  { pattern: /\bas any\b|@ts-(?:ignore|nocheck)/, scope: anywhere, instead: "the type it has" },
  { pattern: /\.only\(/, scope: /^test\//, instead: "all tests" },
];

/** Looked for in all text, comments too. */
export const textRules: readonly Rule[] = [
  { pattern: /\b(?:TODO|FIXME|XXX)\b/, scope: anywhere, instead: "an issue" },
  {
    pattern: /(?<![\w.~/}])\/(?:home|root|work|Users)\/\w/,
    scope: anywhere,
    instead: "a path relative to the repository, or a temporary one",
  },
];

/** A ratchet: it may only go down. A longer file has a concept missing. */
export const fileLinesMax = 450;

/** Every broken rule, as `path:line: what is wrong`. */
export function tidyViolations(sources: readonly Source[]): string[] {
  return sources.flatMap((source) => [
    ...broken(codeRules, source.path, withoutComments(source.text)),
    ...broken(textRules, source.path, source.text),
    ...shape(source),
  ]);
}

function broken(rules: readonly Rule[], path: string, text: string): string[] {
  const here = rules.filter(({ scope, home }) => scope.test(path) && home?.test(path) !== true);
  return text.split("\n").flatMap((line, at) =>
    here.flatMap(({ pattern, instead }) => {
      const found = pattern.exec(line)?.[0];
      return found === undefined ? [] : [`${path}:${at + 1}: ${found} is not for here: use ${instead}`];
    }),
  );
}

function shape({ path, text }: Source): string[] {
  const lines = text.split("\n").length - 1;
  return [
    ...(path.endsWith(".ts") && lines > fileLinesMax ? [`${path}: ${lines} lines, at most ${fileLinesMax}`] : []),
    ...(src.test(path) && path.endsWith(".ts") && !text.startsWith("/**")
      ? [`${path}:1: open with a doc comment that says what the concept is`]
      : []),
  ];
}
