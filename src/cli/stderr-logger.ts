import type { FaultLogger } from "../tools/run-tool.ts";

/** Logs faults as JSON lines on stderr, where MCP clients keep them; the library is loaded with the first fault. */
export function stderrLogger(): FaultLogger {
  const loaded = once(async () => {
    const { destination, pino } = await import("pino");
    // Wrapped, because a logger's type looks like a promise's.
    return { logger: pino({ name: "interlock", base: { pid: process.pid } }, destination(2)) };
  });
  return {
    error: (facts, message) => {
      loaded().then(
        ({ logger }) => logger.error(facts, message),
        () => process.stderr.write(`interlock: ${message}\n`),
      );
    },
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
