// The HTTP side: one Fastify server for the page, the API and OTLP/HTTP. Routes are small files under routes/, each
// with the schemas that check its requests and describe it in OpenAPI.

import { promisify } from "node:util";
import { gzip } from "node:zlib";
import swagger from "@fastify/swagger";
import fastify, { type FastifyInstance, type FastifyRequest, LogController } from "fastify";
import { COLUMNS_CONTENT_TYPE } from "../base/typed-columns.ts";
import { otlpHttp } from "../ingest/otlp-http.ts";
import { LIMITS } from "../model/limits.ts";
import type { ApiParts } from "./api-parts.ts";
import { answerBadRequests, answerErrors } from "./error-answers.ts";
import { guardRoutes } from "./guard.ts";
import { openApi } from "./open-api.ts";
import { collectRoutes, refuseOthers } from "./other-paths.ts";
import { servePage } from "./page-files.ts";
import type { Route } from "./route.ts";
import { AGENT_ROUTES } from "./routes/agents.ts";
import { COMMUNICATION_ROUTES } from "./routes/communication.ts";
import { COMPARE_ROUTES } from "./routes/compare.ts";
import { CONFIG_ROUTES } from "./routes/config.ts";
import { CONVERSATION_ROUTES } from "./routes/conversation.ts";
import { COST_ROUTES } from "./routes/costs.ts";
import { EDGE_ROUTES } from "./routes/edges.ts";
import { ERROR_ROUTES } from "./routes/error-groups.ts";
import { EVENT_ROUTES } from "./routes/events.ts";
import { KEY_METRIC_ROUTES } from "./routes/key-metrics.ts";
import { KEY_ROUTES } from "./routes/keys.ts";
import { METRIC_ROUTES } from "./routes/metrics.ts";
import { recordRoutes } from "./routes/records.ts";
import { RUN_PART_ROUTES } from "./routes/run-parts.ts";
import { RUN_ROUTES } from "./routes/runs.ts";
import { SEARCH_ROUTES } from "./routes/search.ts";
import { SERVER_ROUTES } from "./routes/server.ts";
import { SESSION_ROUTES } from "./routes/sessions.ts";
import { SQL_ROUTES } from "./routes/sql.ts";
import { STORAGE_ROUTES } from "./routes/storage.ts";
import { streamRoute } from "./stream/server-sent-events.ts";

const ROUTES: readonly Route[] = [
  ...SERVER_ROUTES,
  ...RUN_ROUTES,
  ...RUN_PART_ROUTES,
  ...CONVERSATION_ROUTES,
  ...SEARCH_ROUTES,
  ...EVENT_ROUTES,
  ...SESSION_ROUTES,
  ...AGENT_ROUTES,
  ...KEY_METRIC_ROUTES,
  ...COMMUNICATION_ROUTES,
  ...EDGE_ROUTES,
  ...COST_ROUTES,
  ...ERROR_ROUTES,
  ...METRIC_ROUTES,
  ...COMPARE_ROUTES,
  ...CONFIG_ROUTES,
  ...KEY_ROUTES,
  ...STORAGE_ROUTES,
  ...SQL_ROUTES,
  streamRoute,
];

const COMPRESS_BYTES_MIN = 4096;
const compress = promisify(gzip);

/** Makes the server; it does not listen yet. */
export async function createApi(parts: ApiParts): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: parts.logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: LIMITS.compressedBodyBytes,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 3 * LIMITS.runIdBytes },
    requestTimeout: LIMITS.requestTimeoutMs,
    keepAliveTimeout: LIMITS.keepAliveTimeoutMs,
    http: { headersTimeout: LIMITS.headersTimeoutMs, maxHeaderSize: LIMITS.headerBytes },
    forceCloseConnections: "idle",
    ...answerBadRequests(),
    ajv: { customOptions: { coerceTypes: "array", removeAdditional: false, useDefaults: true } },
  });
  app.server.maxConnections = LIMITS.connections;
  // Answers are shaped by typed code; their schemas are documentation and tests.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  const routes = collectRoutes(app);
  answerErrors(app);
  guardRoutes(app, parts.guard);
  compressAnswers(app);
  app.addHook("onResponse", async (request, reply) => {
    if (reply.statusCode >= 400 && request.routeOptions.config.scope === "ingest")
      parts.stats.refused(reply.statusCode);
  });
  await app.register(swagger, openApi(parts.version));
  await inScope(app, (scope) => otlpHttp(scope, parts.receiver));
  await inScope(app, (scope) => recordRoutes(scope, parts));
  for (const addRoute of ROUTES) addRoute(app, parts);
  app.get("/api/v1/openapi.json", { schema: { hide: true } }, async () => app.swagger());
  refuseOthers(app, routes);
  await app.register(servePage, { directory: parts.pageDirectory });
  return app;
}

/** Content types and error answers that are set in a scope hold for its routes only. */
async function inScope(app: FastifyInstance, define: (scope: FastifyInstance) => void): Promise<void> {
  await app.register((scope, _options, done) => {
    define(scope);
    done();
  });
}

function isOwnMachine({ socket }: FastifyRequest): boolean {
  return /^(?:::ffff:)?127\.|^::1$/.test(socket.remoteAddress ?? "");
}

/** Compresses larger answers for those who ask; zlib works on its own threads. */
function compressAnswers(app: FastifyInstance): void {
  app.addHook("onSend", async (request, reply, payload) => {
    const isBody = typeof payload === "string" || Buffer.isBuffer(payload);
    if (!isBody || payload.length < COMPRESS_BYTES_MIN || reply.hasHeader("content-encoding")) return payload;
    if (!/\bgzip\b/.test(request.headers["accept-encoding"] ?? "")) return payload;
    // Numbers are compressed for a network: within a machine it takes longer than sending them.
    if (reply.getHeader("content-type") === COLUMNS_CONTENT_TYPE && isOwnMachine(request)) return payload;
    reply.header("content-encoding", "gzip");
    reply.header("vary", "accept-encoding");
    reply.removeHeader("content-length");
    return compress(payload, { level: 1 });
  });
}
