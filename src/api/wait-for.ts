import type { FastifyReply } from "fastify";
import { Type } from "typebox";
import { formatOffset } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import type { ApiParts } from "./api-parts.ts";
import { readDuration, readOffset } from "./query-values.ts";

const WAIT_DEFAULT_MS = 2_000;

/** Query parameters of readers that want to see what they, or somebody, just wrote. */
export const waitParameters = {
  waitFor: Type.Optional(Type.String({ description: "An offset: answer when lists show the record of this offset" })),
  timeout: Type.Optional(Type.String({ description: "Wait at most this long; default 2s" })),
};

export interface WaitQuery {
  readonly waitFor?: string;
  readonly timeout?: string;
}

/** Waits as the query asks, and tells in a header how far the answer reaches. Throws ApiError on a bad offset. */
export async function waitForLoaded(
  { loader }: Pick<ApiParts, "loader">,
  query: WaitQuery,
  reply: FastifyReply,
): Promise<void> {
  if (query.waitFor !== undefined) {
    const offset = readOffset(query.waitFor, "waitFor");
    const timeoutMs = readDuration(query.timeout, "timeout") ?? WAIT_DEFAULT_MS;
    await loader.waitFor(offset.number, Math.min(timeoutMs, LIMITS.waitForMs));
  }
  reply.header("talea-loaded-through", formatOffset(loader.throughOffset));
}
