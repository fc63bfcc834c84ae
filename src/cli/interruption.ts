const endings = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Lets something run until it is done; Ctrl-C aborts its signal, so that it can end in order. */
export async function untilInterrupted<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const control = new AbortController();
  const abort = () => control.abort();
  for (const name of endings) process.on(name, abort);
  try {
    return await run(control.signal);
  } finally {
    for (const name of endings) process.off(name, abort);
  }
}
