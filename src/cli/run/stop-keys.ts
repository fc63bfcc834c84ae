/** The first Ctrl-C drains, the second stops; being told to end by the system stops at once. */
export interface StopKeys {
  readonly draining: AbortSignal;
  readonly stopping: AbortSignal;
  /** Gives Ctrl-C its usual meaning back. */
  release(): void;
}

export function listenForStops(onDrain: () => void, onStop: () => void): StopKeys {
  const draining = new AbortController();
  const stopping = new AbortController();
  const stop = () => {
    if (stopping.signal.aborted) return;
    draining.abort();
    stopping.abort();
    onStop();
  };
  const interrupt = () => {
    if (draining.signal.aborted) return stop();
    draining.abort();
    onDrain();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", stop);
  process.on("SIGHUP", stop);
  const release = () => {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", stop);
    process.off("SIGHUP", stop);
  };
  return { draining: draining.signal, stopping: stopping.signal, release };
}
