import { STREAM_PATH } from "../../model/stream-address.ts";
import { ApiFailure, getJson } from "./api.ts";
import { LiveStream } from "./stream.ts";

/** The live stream of this page. The browser sends the cookie of a signed-in reader by itself. */
export const stream = new LiveStream({
  url: () => `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}${STREAM_PATH}`,
  random: Math.random,
  onRefused: () => void askWhy(),
});

export const { connection } = stream;

/** Comes back at once when there is a reason to hope. */
export function startStream(): void {
  addEventListener("online", () => stream.wake());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) stream.wake();
  });
}

/** A refused socket does not say whether a key is missing; any question does, and then the page asks for one. */
async function askWhy(): Promise<void> {
  try {
    await getJson("/status");
  } catch (error) {
    // Of a server that is gone the frame of the page tells already.
    if (!(error instanceof ApiFailure)) throw error;
  }
}
