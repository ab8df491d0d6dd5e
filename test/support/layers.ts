/**
 * The layers of src as data: who may import whom. A layer is a folder, or main.ts alone. Besides layers, the table names the
 * packages a layer may use; `node:` stands for all of Node's modules.
 */
import { dirname, join } from "node:path/posix";

export interface Source {
  /** From the root of the repository, with slashes. */
  readonly path: string;
  readonly text: string;
}

export const doors = ["bridge", "server", "agent"] as const;

export const mayImport: Readonly<Record<string, readonly string[]>> = {
  core: ["valibot", "node-diff3"],
  platform: ["core", "node:", "bun", "bun:sqlite"],
  config: ["core", "smol-toml", "valibot"],
  store: ["core", "platform", "isomorphic-git", "node:"],
  index: ["core", "bun:sqlite", "node:"],
  signing: ["core", "platform", "store", "bun:sqlite", "node:"],
  sync: ["core", "platform", "store", "isomorphic-git", "node:"],
  tracker: ["core", "platform", "config", "store", "index", "sync", "signing", "valibot", "node:path"],
  render: ["core"],
  web: ["core"],
  bridge: ["core", "tracker", "valibot", "modern-tar", "node:"],
  agent: ["core", "tracker", "valibot"],
  server: ["core", "tracker", "web", "valibot", "bun"],
  library: ["core", "platform", "tracker", "node:path"],
  commands: ["core", "config", "tracker", "render", "node:util", ...doors],
  process: ["commands", "core", "platform", "render", "tracker", "node:"],
  main: ["process"],
};

interface Import {
  readonly line: number;
  /** Undefined if it is computed. */
  readonly specifier: string | undefined;
}

/** Every import that isn't in the table, as `path:line: what is wrong`. */
export function layerViolations(sources: readonly Source[]): string[] {
  return sources.flatMap((source) =>
    importsOf(source.text).flatMap(({ line, specifier }) => {
      const wrong = wrongImport(source.path, specifier);
      return wrong === undefined ? [] : [`${source.path}:${line}: ${wrong}`];
    }),
  );
}

/** The sources that no chain of imports from the `entries` leads to. */
export function unreachable(sources: readonly Source[], ...entries: readonly string[]): string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const reached = new Set<string>();
  const waiting = [...entries];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const source = byPath.get(path);
    if (source === undefined || reached.has(path)) continue;
    reached.add(path);
    for (const { specifier } of importsOf(source.text)) {
      if (specifier?.startsWith(".")) waiting.push(join(dirname(path), specifier));
    }
  }
  return sources.filter(({ path }) => !reached.has(path)).map(({ path }) => path);
}

/** `text` with the lines that are comment alone made empty, and comments at the ends of lines cut. */
export function withoutComments(text: string): string {
  return text
    .split("\n")
    .map((line) => (/^\s*(\/\/|\/\*|\*)/.test(line) ? "" : line.replace(/\s\/\/ .*$/, "")))
    .join("\n");
}

/** Imports and exports from, imports for their effect, `import(…)` of values and of types, and `require(…)`. */
const imports = [
  /^[ \t]*(?:import|export)\b[\w\s{},*$]*?\bfrom\s*["']([^"']+)["']/gm,
  /^[ \t]*import\s*["']([^"']+)["']/gm,
  /\b(?:import|require)\s*\(\s*(?:["'`]([^"'`$]+)["'`]|[^\s)])/g,
];

function importsOf(text: string): Import[] {
  const code = withoutComments(text);
  return imports.flatMap((pattern) =>
    [...code.matchAll(pattern)].map((match) => ({
      line: code.slice(0, match.index + match[0].length).split("\n").length,
      specifier: match[1],
    })),
  );
}

function wrongImport(path: string, specifier: string | undefined): string | undefined {
  if (specifier === undefined) return "spell out what is imported, so that it can be checked";
  const from = layerOf(path);
  const allowed = mayImport[from];
  if (allowed === undefined) return `${from} is not in the table of layers`;
  if (!specifier.startsWith(".")) {
    return allowed.some((name) => covers(name, specifier)) ? undefined : `${from} may not import ${specifier}`;
  }
  if (!/\.\w+$/.test(specifier)) return `name the file with its ending: ${specifier}`;
  const target = join(dirname(path), specifier);
  if (!target.startsWith("src/")) return `src may not import ${target}`;
  const to = layerOf(target);
  return to === from || allowed.includes(to) ? undefined : `${from} may not import ${to} (${specifier})`;
}

function covers(name: string, specifier: string): boolean {
  return specifier === name || (name.endsWith(":") ? specifier.startsWith(name) : specifier.startsWith(`${name}/`));
}

function layerOf(path: string): string {
  const [, folder = ""] = path.split("/");
  return folder.replace(/\.ts$/, "");
}
