/** The executable: argv, environment, streams and signals become an Env; the exit code comes back. */

declare const BUILD_VERSION: string | undefined;
declare const BUILD_COMMIT: string | undefined;
declare const BUILD_TARGET: string | undefined;

const args = process.argv.slice(2);
const version = typeof BUILD_VERSION === "string" ? `${BUILD_VERSION} (${BUILD_COMMIT})` : "(not built)";

// The cheapest command loads nothing.
if (args.length === 1 && (args[0] === "version" || args[0] === "--version")) console.log(`git-tracker ${version}`);
else {
  const { start } = await import("./process/start.ts");
  process.exitCode = await start({
    args,
    version,
    target: typeof BUILD_TARGET === "string" ? BUILD_TARGET : undefined,
    // Compiled, the program is the executable; otherwise it is this file, and Bun runs it.
    program: typeof BUILD_VERSION === "string" ? [process.execPath] : [process.execPath, import.meta.path],
    cwd: process.cwd(),
    environment: process.env,
    uid: process.getuid?.(),
    onSignal: (signal, react) => {
      process.on(signal, react);
    },
  });
}

export {};
