// How the page stays current. Whatever shows something that may change follows a topic and says how to fetch it anew.
// At the moment a topic is asked again and again while the page is seen; the stream over WebSocket takes this module's
// place and calls the same functions when something really changed.

const EVERY_MS = 2000;
const EVERY_MS_AFTER_FAILURE = 5000;

export type Topic = "runs" | "agents" | { readonly runId: string };

/** Calls `refresh` whenever the topic may have changed, one call at a time, until the answered function is called. */
export function follow(_topic: Topic, refresh: () => Promise<boolean>): () => void {
  let isStopped = false;
  let timer: number | undefined;
  const next = (afterMs: number) => {
    if (!isStopped) timer = window.setTimeout(() => void step(), afterMs);
  };
  const step = async () => {
    if (document.hidden) {
      timer = undefined;
      return;
    }
    const isFine = await refresh();
    next(isFine ? EVERY_MS : EVERY_MS_AFTER_FAILURE);
  };
  const onVisible = () => {
    if (!document.hidden && timer === undefined) void step();
  };
  document.addEventListener("visibilitychange", onVisible);
  next(EVERY_MS);
  return () => {
    isStopped = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", onVisible);
  };
}
