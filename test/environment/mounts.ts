/** Small file systems in memory, and folders mounted read-only: for root on Linux. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface SmallDisk extends Disposable {
  readonly folder: string;
  /** Changes its size, as in `size=8m`. */
  resize(options: string): void;
  /** How many files and folders it has. */
  inodes(): number;
}

/** Undefined, or why nothing can be mounted here. */
export const whyNoMounts: string | undefined = findReason();

/** A file system in memory that holds no more than it is told, as in `size=1536k`. */
export function makeSmallDisk(options: string): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), "git-tracker-small-"));
  try {
    must("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder);
  } catch (error) {
    rmSync(folder, { recursive: true });
    throw error;
  }
  return {
    folder,
    resize: (changed) => must("mount", "-o", `remount,${changed}`, folder),
    inodes: () => Number(must("stat", "-f", "-c", "%c", folder)) - Number(must("stat", "-f", "-c", "%d", folder)),
    [Symbol.dispose]: () => unmount(folder),
  };
}

/** The same files at another place, where nothing can be written. */
export function mountReadOnly(source: string): Disposable & { readonly folder: string } {
  const folder = mkdtempSync(join(tmpdir(), "git-tracker-read-only-"));
  try {
    must("mount", "--bind", source, folder);
    must("mount", "-o", "remount,bind,ro", folder);
  } catch (error) {
    unmount(folder);
    throw error;
  }
  return { folder, [Symbol.dispose]: () => unmount(folder) };
}

function unmount(folder: string): void {
  Bun.spawnSync(["umount", "--lazy", folder]);
  rmSync(folder, { recursive: true, force: true });
}

function must(tool: string, ...args: readonly string[]): string {
  const { exitCode, stdout, stderr } = Bun.spawnSync([tool, ...args]);
  if (exitCode !== 0) throw new Error(`${tool} ${args.join(" ")}: ${exitCode}: ${stderr}`);
  return stdout.toString().trim();
}

function findReason(): string | undefined {
  if (process.platform !== "linux") return "tmpfs is for Linux";
  if (process.getuid?.() !== 0) return "only root may mount";
  try {
    using disk = makeSmallDisk("size=64k");
    mkdirSync(join(disk.folder, "tried"));
    return undefined;
  } catch (error) {
    return `mounts are refused: ${error instanceof Error ? error.message.trim() : error}`;
  }
}
