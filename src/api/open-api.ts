// What OpenAPI says besides the schemas of the routes: names of operations and shapes, who may ask.

import type { FastifyDynamicSwaggerOptions, SwaggerTransformObject } from "@fastify/swagger";
import type { FastifyContextConfig } from "fastify";

const TAGS: Readonly<Record<string, string>> = {
  Records: "Sending RunEvents and measured values as JSON; OTLP has its own paths, /v1/traces, /v1/logs, /v1/metrics",
  Runs: "Runs of agent systems: lists, one run, its spans and its history",
  Analysis: "Where the time of a run went, and what would make it faster",
  Agents: "Agents over a window of time",
  Errors: "Kinds of errors over many runs",
  Sessions: "Several runs of one conversation",
  Search: "Spans and events over all runs",
  Metrics: "Measured values",
  Config: "What people keep with the data: boards and saved views",
  Keys: "Keys for senders and readers, besides the one that the server was started with",
  Live: "What happens, as it happens",
  SQL: "A SELECT of one's own",
  Server: "Status, health, signing in",
};

/** The options of the plugin that makes `/api/v1/openapi.json`. */
export function openApi(version: string): FastifyDynamicSwaggerOptions {
  const shapes = new Map<string, object>();
  return {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Talea",
        version,
        description:
          "Observability for multi-agent systems. Times are RFC 3339 with nanoseconds, durations milliseconds, rates and " +
          "shares 0…1; what is unknown is absent. Errors: `{error: {code, message, details?}}`.",
        license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
      },
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
      components: { securitySchemes: { key: { type: "http", scheme: "bearer" } } },
      security: [{ key: [] }],
    },
    transform: ({ schema, url, route }) => {
      const { scope } = (route.config ?? {}) as FastifyContextConfig;
      const named = { operationId: operationId(String(route.method), url), ...schema };
      const referring = withReferences(named, shapes) as typeof named;
      return { url, schema: scope === "none" ? { ...referring, security: [] } : referring };
    },
    transformObject: (document) => {
      if (!("openapiObject" in document)) return document.swaggerObject;
      const { components, ...rest } = document.openapiObject;
      const schemas = Object.fromEntries([...shapes].sort(([a], [b]) => (a < b ? -1 : 1)));
      return { ...rest, components: { ...components, schemas } } as ReturnType<SwaggerTransformObject>;
    },
  };
}

/** Every schema that has a name is written down once, among the components, and referred to. */
function withReferences(value: unknown, shapes: Map<string, object>): unknown {
  if (Array.isArray(value)) return value.map((item) => withReferences(item, shapes));
  if (typeof value !== "object" || value === null) return value;
  const { $id, ...rest } = value as Record<string, unknown>;
  const copy = Object.fromEntries(Object.entries(rest).map(([key, item]) => [key, withReferences(item, shapes)]));
  if (typeof $id !== "string") return copy;
  shapes.set($id, copy);
  return { $ref: `#/components/schemas/${$id}` };
}

/** `GET /api/v1/runs/:id/critical-path` is `getRunsByIdCriticalPath`, `GET /metrics` is `getServerMetrics`. */
export function operationId(method: string, url: string): string {
  const words = url
    .replace(/^\/api\/v1\/|^\//, (root) => (root === "/" ? "server/" : ""))
    .split("/")
    .flatMap((part) => (part.startsWith(":") ? ["by", part.slice(1)] : part.split("-")))
    .filter((word) => word !== "");
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}
