import type { Status } from "../../model/shapes.ts";
import { getJson } from "../base/api.ts";
import { Resource } from "../base/resource.ts";

const EVERY_MS = 2000;

/** How the server does. */
export const serverStatus = new Resource<Status>();

/** Asks every two seconds while anybody looks, until the answered function is called. */
export function followStatus(): () => void {
  void serverStatus.load((signal) => getJson<Status>("/status", { signal }));
  const timer = setInterval(() => {
    if (!document.hidden) void serverStatus.refresh();
  }, EVERY_MS);
  return () => clearInterval(timer);
}
