/** Runs a program, and says last on standard error how much memory it took at most, in bytes. */
const child = Bun.spawn(process.argv.slice(2), { stdio: ["ignore", "inherit", "inherit"] });
const code = await child.exited;
process.stderr.write(`memory ${child.resourceUsage()?.maxRSS ?? Number.NaN}\n`);
process.exitCode = code;

export {};
