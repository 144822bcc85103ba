// What is said of paths and methods that have no endpoint. It is said to callers with a key only: whoever has none
// learns nothing of what there is.

import type { FastifyInstance, FastifyRequest, HTTPMethods } from "fastify";
import { ApiError } from "./errors.ts";

const METHODS: readonly HTTPMethods[] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
const UNKNOWN_PATHS = ["/api/*", "/v1/*"];
/** Paths that clients know of and that have no endpoint yet. */
const RESERVED_PATHS = ["mcp"].map((name) => `/api/v1/${name}`);
const hide = { hide: true };

/** Collects the routes of a server from here on, for `refuseOtherMethods`. */
export function collectRoutes(app: FastifyInstance): Map<string, Set<string>> {
  const routes = new Map<string, Set<string>>();
  app.addHook("onRoute", ({ url, method }) => {
    const known = routes.get(url) ?? new Set();
    for (const one of [method].flat()) known.add(one);
    routes.set(url, known);
  });
  return routes;
}

/** Every collected path answers 405 to the methods that it does not have, and every other path of the API 404. */
export function refuseOthers(app: FastifyInstance, routes: ReadonlyMap<string, ReadonlySet<string>>): void {
  for (const [url, known] of [...routes]) {
    const method = METHODS.filter((one) => !known.has(one));
    if (method.length === 0 || url.endsWith("*")) continue;
    const allowed = METHODS.filter((one) => known.has(one)).join(", ");
    app.route({
      method,
      url,
      schema: hide,
      onRequest: async (request, reply) => {
        reply.header("allow", allowed);
        throw new ApiError("method_not_allowed", `${request.method} is not for this path: it has ${allowed}.`);
      },
      handler: async () => undefined,
    });
  }
  for (const url of RESERVED_PATHS) {
    always(app, url, () => new ApiError("not_implemented", `${url} is reserved and does not work in this version.`));
  }
  for (const url of UNKNOWN_PATHS) {
    always(app, url, ({ method, url: path }) => new ApiError("not_found", `There is no ${method} ${pathOnly(path)}.`));
  }
}

/** Answers every method with a failure, before the body is looked at: what it is does not matter. */
function always(app: FastifyInstance, url: string, failure: (request: FastifyRequest) => ApiError): void {
  app.route({
    method: [...METHODS],
    url,
    schema: hide,
    onRequest: async (request) => {
      throw failure(request);
    },
    handler: async () => undefined,
  });
}

function pathOnly(url: string): string {
  return url.split("?")[0] ?? url;
}
