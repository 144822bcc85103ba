/** Aborted by the first SIGINT (Ctrl-C) or SIGTERM; a second one ends the process as if nobody listened. */
export function stopSignal(): AbortSignal {
  const stopping = new AbortController();
  for (const name of ["SIGTERM", "SIGINT"] as const) process.once(name, () => stopping.abort());
  return stopping.signal;
}
