import type { Storage } from "../../model/server-shapes.ts";
import { getJson } from "../base/api.ts";
import { Resource } from "../base/resource.ts";

const EVERY_MS = 10_000;

/** What is stored, and what goes when. */
export const storage = new Resource<Storage>();

/** Asks every few seconds while anybody looks, until the answered function is called. */
export function followStorage(): () => void {
  void storage.load((signal) => getJson<Storage>("/storage", { signal }));
  const timer = setInterval(() => {
    if (!document.hidden) void storage.refresh();
  }, EVERY_MS);
  return () => clearInterval(timer);
}
