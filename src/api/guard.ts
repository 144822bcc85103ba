// Who may ask: checked on every request before anything else.
//
// Without a key the server listens on loopback only, and every web page that a person opens could talk to it. A page
// of another site is told by its Origin; a page that made its own name point here (DNS rebinding) by its Host.

import type { IncomingHttpHeaders } from "node:http";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type Access, type Caller, keyFromHeaders, type Scope } from "../ingest/access.ts";
import "../ingest/request-caller.ts";
import { ApiError } from "./errors.ts";

export interface GuardOptions {
  readonly access: Access;
  /** Hosts that this server answers for, besides loopback names, without their port. */
  readonly allowHosts: readonly string[];
  /** Origins of other sites that may send telemetry from browsers. */
  readonly allowOrigins: readonly string[];
}

export const SESSION_COOKIE = "talea_session";
const SOCKET_PROTOCOL_PREFIX = "talea.key.";
const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** What is checked of a request, whether it is answered by a handler or becomes a WebSocket. */
export class Guard {
  readonly #options: GuardOptions;

  constructor(options: GuardOptions) {
    this.#options = options;
  }

  /** Throws ApiError when the Host or Origin is refused. */
  checkOrigin(headers: IncomingHttpHeaders, path: string): void {
    const host = headers.host ?? "";
    const name = host.replace(/:\d+$/, "").toLowerCase();
    const { access, allowHosts, allowOrigins } = this.#options;
    if (access.isOpen && !LOOPBACK_HOSTS.has(name) && !allowHosts.includes(name)) {
      throw new ApiError(
        "host_refused",
        `This server does not answer for ${name}. Start it with --allow-host ${name}.`,
      );
    }
    const { origin } = headers;
    if (origin === undefined || isSameOrigin(origin, host)) return;
    if (allowOrigins.includes(origin) && path.startsWith("/v1/")) return;
    throw new ApiError("origin_refused", `Pages of ${origin} may not use this server. --allow-origin would allow it.`);
  }

  /** The caller, who is allowed what the scope says. Throws ApiError. */
  caller(headers: IncomingHttpHeaders, scope: Scope): Caller {
    const key = keyOf(headers);
    const caller = this.#options.access.callerOf(key);
    if (caller === undefined) {
      if (key === undefined)
        throw new ApiError("key_missing", "Send `Authorization: Bearer <key>`, or sign in on the page.");
      throw new ApiError("key_wrong", "This key is not known here.");
    }
    if (!caller.scopes.has(scope)) throw new ApiError("scope_missing", `The key does not have the scope ${scope}.`);
    return caller;
  }

  /** CORS headers for the listed origins, on telemetry paths only. */
  corsHeaders(origin: string | undefined, path: string): Readonly<Record<string, string>> {
    if (origin === undefined || !path.startsWith("/v1/") || !this.#options.allowOrigins.includes(origin)) return {};
    return {
      "access-control-allow-origin": origin,
      "access-control-allow-headers": "authorization, content-type, content-encoding, x-api-key",
      "access-control-allow-methods": "POST",
      "access-control-max-age": "600",
      vary: "origin",
    };
  }
}

/** Puts the guard before every route of the server. */
export function guardRoutes(app: FastifyInstance, guard: Guard): void {
  app.addHook("onRequest", async (request, reply) => {
    const path = request.url.split("?")[0] ?? "";
    guard.checkOrigin(request.headers, path);
    reply.headers(guard.corsHeaders(request.headers.origin, path));
    reply.headers(SECURITY_HEADERS);
    const scope = request.routeOptions.config.scope ?? defaultScope(path);
    if (scope !== "none") request.caller = guard.caller(request.headers, scope);
  });
  app.addHook("preValidation", async (request) => requireJson(request));
  app.options("/v1/*", { config: { scope: "none" }, schema: { hide: true } }, preflight);
}

/** The page's files are open to all: it asks for the key itself. Everything else is read with a key. */
function defaultScope(path: string): Scope | "none" {
  return path.startsWith("/api/") || path.startsWith("/v1/") || path === "/metrics" ? "read" : "none";
}

/** Forms of other sites can send text/plain and the form types without asking: none of them reaches the API. */
async function requireJson(request: FastifyRequest): Promise<void> {
  if (request.method !== "POST" || !request.url.startsWith("/api/")) return;
  const type = (request.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase();
  if (type === "application/json" || type === "application/x-ndjson") return;
  throw new ApiError("content_type_unknown", "Send Content-Type: application/json or application/x-ndjson.");
}

async function preflight(_request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  return reply.code(204).send();
}

const SECURITY_HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

function isSameOrigin(origin: string, host: string): boolean {
  return origin === `http://${host}` || origin === `https://${host}`;
}

/** The key of a request: from a header, the page's cookie, or a socket's subprotocol. */
function keyOf(headers: IncomingHttpHeaders): string | undefined {
  const apiKey = headers["x-api-key"];
  const fromHeader = keyFromHeaders(headers.authorization, Array.isArray(apiKey) ? apiKey[0] : apiKey);
  return fromHeader ?? cookieKey(headers.cookie) ?? protocolKey(headers["sec-websocket-protocol"]);
}

function cookieKey(cookies: string | undefined): string | undefined {
  for (const cookie of (cookies ?? "").split(";")) {
    const [name, value] = cookie.trim().split("=");
    if (name === SESSION_COOKIE && value !== undefined && value !== "") return decodeKey(value);
  }
  return undefined;
}

function protocolKey(protocols: string | undefined): string | undefined {
  for (const protocol of (protocols ?? "").split(",")) {
    const name = protocol.trim();
    if (name.startsWith(SOCKET_PROTOCOL_PREFIX)) return decodeKey(name.slice(SOCKET_PROTOCOL_PREFIX.length));
  }
  return undefined;
}

export function encodeKey(key: string): string {
  return Buffer.from(key).toString("base64url");
}

function decodeKey(text: string): string {
  return Buffer.from(text, "base64url").toString();
}
