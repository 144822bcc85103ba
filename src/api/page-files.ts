import { existsSync } from "node:fs";
import { extname, join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyPluginAsync } from "fastify";

const YEAR_S = 31_536_000;
/** The build puts a hash of the content into the names of everything but index.html. */
const HASHED_NAME = /-[A-Z0-9]{8}\.[a-z0-9]+$/i;

/**
 * Serves the built page, compressed at build time, to everybody: it asks for the key itself. Every path without an
 * extension that is not the API's is a view of the page. Without a built page (a server started from tests) these
 * paths say how to build it.
 */
export const servePage: FastifyPluginAsync<{ readonly directory: string }> = async (app, { directory }) => {
  app.addHook("onRoute", (route) => {
    route.config = { ...route.config, scope: "none" };
    route.schema = { ...route.schema, hide: true };
  });
  if (!existsSync(join(directory, "index.html"))) {
    app.get("/", async (_request, reply) =>
      reply
        .type("text/plain")
        .send("The page is not built: run `npm start`, or `node tools/build.ts`. The API is at /api/v1.\n"),
    );
    return;
  }
  await app.register(fastifyStatic, {
    root: directory,
    preCompressed: true,
    cacheControl: false,
    setHeaders: (reply, path) => {
      const file = path.replace(/\.(gz|br)$/, "");
      reply.header("cache-control", HASHED_NAME.test(file) ? `public, max-age=${YEAR_S}, immutable` : "no-cache");
    },
    // One route a file: no path of a request ever becomes a path of a file.
    wildcard: false,
    index: false,
  });
  app.get("/", async (_request, reply) => reply.sendFile("index.html"));
  app.get("/*", async (request, reply) => {
    const path = (request.params as { "*": string })["*"];
    if (extname(path) !== "") return reply.callNotFound();
    return reply.sendFile("index.html");
  });
};
