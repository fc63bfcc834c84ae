#!/usr/bin/env node
import { runCommandLine } from "./command-line.ts";

// Whoever reads our output may stop reading, as `head` does; that is no fault of the command.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

process.exitCode = await runCommandLine(process.argv.slice(2));
