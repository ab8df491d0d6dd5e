/** The licences of what the executable contains: of the packages that the compiler put into it, and of its runtime. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, run } from "./compile.ts";

const bundlers = ["build", "--target=bun", "--format=esm", "--splitting", "src/main.ts"];

/** One text, packages sorted by name. Throws if a package has no licence. */
export function thirdPartyLicences(): string {
  const packages = bundledPackages().map((folder) => describe(folder));
  return [
    "git-tracker contains the work of others, under these licences.",
    readFileSync(join(import.meta.dir, "bun-notice.txt"), "utf8").trim(),
    ...packages,
  ]
    .join(`\n\n${"=".repeat(100)}\n\n`)
    .concat("\n");
}

/** The folders of the packages that a bundle of src/main.ts takes files from. */
function bundledPackages(): readonly string[] {
  const scratch = mkdtempSync(join(tmpdir(), "git-tracker-bundle-"));
  try {
    const metafile = join(scratch, "meta.json");
    run([process.execPath, ...bundlers, `--metafile=${metafile}`, "--outdir", scratch], root, process.env);
    const { inputs }: { inputs: Readonly<Record<string, unknown>> } = JSON.parse(readFileSync(metafile, "utf8"));
    const names = Object.keys(inputs).flatMap((path) => {
      const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path) ?? [];
      return name === undefined ? [] : [name];
    });
    return [...new Set(names)].sort().map((name) => join(root, "node_modules", name));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function describe(folder: string): string {
  const { name, version, license, author } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const texts = readdirSync(folder)
    .filter((file) => /^(?:licen[cs]e|copying|notice)/i.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), "utf8").trim());
  if (texts.length === 0 && typeof license !== "string") throw new Error(`${name} ${version} has no licence`);
  const by = typeof author === "string" ? author : author?.name;
  const named = `${name} ${version}${typeof license === "string" ? ` (${license})` : ""}${by ? `, by ${by}` : ""}`;
  return [named, ...(texts.length > 0 ? texts : [`https://spdx.org/licenses/${license}.html`])].join("\n\n");
}
