/** File systems in files, and power cuts on them: mounted by loop devices, shut down at once, and mounted again as after a crash. */
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const fileSystems = ["ext4", "xfs"] as const;
export type FileSystem = (typeof fileSystems)[number];

/** `hard`: what the file system has not written yet is lost. `log`: it may still write its log, as on damage. */
export type Cut = "hard" | "log";

export interface Disk extends Disposable {
  /** The mounted root. */
  readonly folder: string;
  /** Writes out all that there is, so that only what comes later can be lost. */
  settle(): void;
  /** From here on, nothing reaches the disk. */
  cut(how: Cut): void;
  /** Mounts it again; the file system replays its journal. Nobody may have a file open on it. */
  restart(): void;
}

/** Undefined, or why there can be no power cuts here. */
export function whyNoCuts(kind: FileSystem): string | undefined {
  if (process.platform !== "linux") return "loop mounts are for Linux";
  if (process.getuid?.() !== 0) return "only root may mount";
  const missing = ["mount", "umount", `mkfs.${kind}`, "xfs_io"].find((tool) => findTool(tool) === undefined);
  if (missing !== undefined) return `there is no ${missing}`;
  try {
    makeDisk(kind)[Symbol.dispose]();
    return undefined;
  } catch (error) {
    return `loop mounts are refused: ${error instanceof Error ? error.message.trim() : error}`;
  }
}

/** Makes and mounts one. Dispose undoes all of it. */
export function makeDisk(kind: FileSystem): Disk {
  const root = mkdtempSync(join(tmpdir(), "git-tracker-disk-"));
  const image = join(root, "image");
  const folder = join(root, "mounted");
  let isMounted = false;
  const mount = () => {
    must("mount", "-o", "loop", image, folder);
    isMounted = true;
  };
  const unmount = () => {
    if (isMounted) must("umount", folder);
    isMounted = false;
  };
  const remove = () => {
    if (isMounted) runTool("umount", "--lazy", folder);
    rmSync(root, { recursive: true, force: true });
  };
  try {
    mkdirSync(folder);
    writeFileSync(image, "");
    truncateSync(image, 400 * 2 ** 20);
    must(`mkfs.${kind}`, "-q", image);
    mount();
  } catch (error) {
    remove();
    throw error;
  }
  return {
    folder,
    settle: () => must("sync", "--file-system", folder),
    cut: (how) => must("xfs_io", "-x", "-c", how === "log" ? "shutdown -f" : "shutdown", folder),
    restart() {
      unmount();
      mount();
    },
    [Symbol.dispose]() {
      try {
        unmount();
      } finally {
        remove();
      }
    },
  };
}

function findTool(tool: string): string | undefined {
  return Bun.which(tool, { PATH: `${process.env.PATH}:/usr/sbin:/sbin` }) ?? undefined;
}

function runTool(tool: string, ...args: readonly string[]): { readonly code: number; readonly output: string } {
  const { exitCode, stdout, stderr } = Bun.spawnSync([findTool(tool) ?? tool, ...args]);
  return { code: exitCode, output: `${stdout}${stderr}` };
}

function must(tool: string, ...args: readonly string[]): void {
  const { code, output } = runTool(tool, ...args);
  if (code !== 0) throw new Error(`${tool} ${args.join(" ")}: ${code}: ${output}`);
}
