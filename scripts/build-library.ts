/**
 * Builds src/library into dist/library, a package as npm has them: one bundle for Bun, one for Node, and the types. The packages that the
 * sources import stay imports and are the package's dependencies. For Node, what Bun brings is replaced here, once, by src/platform/node.
 */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { BunPlugin } from "bun";
import { withoutComments } from "../test/support/layers.ts";

const root = resolve(import.meta.dir, "..");
const entry = join(root, "src", "library", "index.ts");
const nodeFolder = join(root, "src", "platform", "node");

const { values } = parseArgs({ options: { outdir: { type: "string", default: join(root, "dist", "library") } } });
await build(resolve(values.outdir));

async function build(outdir: string): Promise<void> {
  mkdirSync(dirname(outdir), { recursive: true });
  const scratch = mkdtempSync(join(dirname(outdir), ".library-"));
  try {
    const packages = new Set<string>();
    await bundle("bun", join(scratch, "bun"), [noting(packages)]);
    await bundle("node", join(scratch, "node"), [noting(packages), onNode()]);
    writeTypes(scratch);
    writeFileSync(join(scratch, "package.json"), `${JSON.stringify(manifest([...packages].sort()), null, 2)}\n`);
    for (const [from, to] of [
      ["LICENSE", "LICENSE"],
      ["docs/library.md", "README.md"],
      ["docs/format.md", "format.md"],
    ] as const) {
      copyFileSync(join(root, from), join(scratch, to));
    }
    rmSync(outdir, { recursive: true, force: true });
    renameSync(scratch, outdir);
    console.log(`Built ${relative(process.cwd(), outdir)}`);
  } catch (error) {
    rmSync(scratch, { recursive: true, force: true });
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

async function bundle(target: "bun" | "node", outdir: string, plugins: BunPlugin[]): Promise<void> {
  const { success, logs } = await Bun.build({
    entrypoints: [entry],
    outdir,
    target,
    format: "esm",
    splitting: true,
    packages: "external",
    naming: { chunk: "[name]-[hash].js" },
    plugins,
    throw: false,
  });
  if (!success) throw new Error(logs.map(String).join("\n"));
}

/** Notes the packages that sources import. */
function noting(packages: Set<string>): BunPlugin {
  return {
    name: "packages",
    setup: (build) => {
      build.onResolve({ filter: /^[a-z][^:]*$/ }, ({ path, importer }) => {
        if (importer.startsWith(join(root, "src"))) packages.add(path.split("/")[0] ?? path);
        return undefined;
      });
    },
  };
}

/** Puts src/platform/node in the place of what only Bun has. */
function onNode(): BunPlugin {
  const parts = partsOf(readFileSync(join(nodeFolder, "bun.ts"), "utf8"));
  return {
    name: "node",
    setup: (build) => {
      build.onResolve({ filter: /^bun:sqlite$/ }, () => ({ path: join(nodeFolder, "sqlite.ts") }));
      build.onResolve({ filter: /\/http-transport\.ts$/ }, () => ({ path: join(nodeFolder, "http-transport.ts") }));
      build.onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => {
        const text = readFileSync(path, "utf8");
        const used = [...withoutComments(text).matchAll(/\bBun\.([a-z]\w*|CryptoHasher)/g)].map(
          ([, name = ""]) => name,
        );
        if (path.startsWith(nodeFolder) || used.length === 0) return undefined;
        const missing = used.filter((name) => !parts.has(name));
        if (missing.length > 0) throw new Error(`${path}: src/platform/node/bun.ts has no ${missing.join(", ")}`);
        const from = JSON.stringify(join(nodeFolder, "bun.ts"));
        return { contents: `import { Bun } from ${from};${text}`, loader: "ts" };
      });
    },
  };
}

/** The names of what the object `Bun` in that source has. */
function partsOf(source: string): ReadonlySet<string> {
  const [, body = ""] = source.split("export const Bun = {");
  return new Set([...body.matchAll(/^ {2}(\w+)[,:]/gm)].map(([, name = ""]) => name));
}

/** The types that index.ts leads to, and no others. */
function writeTypes(scratch: string): void {
  const all = join(scratch, "all-types");
  const config = join(scratch, "tsconfig.json");
  // What Node 20 has, and what src/platform/node/standard.ts puts in place: sources of the library that use more are an error.
  const lib = ["es2023", "es2024.string", "es2024.collection", "es2024.object", "es2024.promise", "esnext.disposable"];
  const output = { noEmit: false, declaration: true, emitDeclarationOnly: true, outDir: all, rootDir: root };
  const compilerOptions = { ...output, lib, typeRoots: [join(root, "node_modules", "@types")] };
  const extending = join(root, "tsconfig.json");
  writeFileSync(config, JSON.stringify({ extends: extending, compilerOptions, files: [entry], include: [] }));
  const ran = Bun.spawnSync([join(root, "node_modules", ".bin", "tsc"), "-p", config], { cwd: root });
  if (ran.exitCode !== 0) throw new Error(`tsc: exit code ${ran.exitCode}\n${ran.stdout}${ran.stderr}`);
  const waiting = ["src/library/index"];
  const written = new Set<string>();
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (written.has(name)) continue;
    written.add(name);
    const from = dirname(name);
    const text = readFileSync(join(all, `${name}.d.ts`), "utf8").replace(
      /(from |import\()"(\.[^"]+)\.ts"/g,
      (_, keyword: string, path: string) => {
        waiting.push(join(from, path));
        return `${keyword}"${path}.js"`;
      },
    );
    const path = join(scratch, "types", `${relative("src", name)}.d.ts`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  rmSync(all, { recursive: true });
  rmSync(config);
}

function manifest(packages: readonly string[]) {
  const { name, version, description, license, dependencies, devDependencies } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
  );
  return {
    name,
    version,
    description,
    license,
    type: "module",
    exports: {
      ".": { types: "./types/library/index.d.ts", bun: "./bun/index.js", default: "./node/index.js" },
      "./package.json": "./package.json",
    },
    types: "./types/library/index.d.ts",
    files: ["bun", "node", "types", "format.md"],
    engines: { bun: `>=${devDependencies.bun}`, node: ">=20" },
    dependencies: Object.fromEntries(packages.map((each) => [each, dependencies[each]])),
    // Where Node has no SQLite of its own: src/platform/node/engine.ts.
    peerDependencies: { "better-sqlite3": ">=11" },
    peerDependenciesMeta: { "better-sqlite3": { optional: true } },
  };
}
