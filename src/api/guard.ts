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
const TELEMETRY_ROUTES = "/v1/";

/** What is checked of a request, whether it is answered by a handler or becomes a WebSocket. */
export class Guard {
  readonly #access: Access;
  readonly #hosts: ReadonlySet<string>;
  readonly #origins: ReadonlySet<string>;

  constructor({ access, allowHosts, allowOrigins }: GuardOptions) {
    this.#access = access;
    this.#hosts = new Set([...LOOPBACK_HOSTS, ...allowHosts.map(hostName)]);
    // As browsers write them: without a slash at the end.
    this.#origins = new Set(allowOrigins.map((origin) => origin.replace(/\/$/, "").toLowerCase()));
  }

  /** `route` is the pattern that the request was found by. Throws ApiError when the Host or Origin is refused. */
  checkOrigin(headers: IncomingHttpHeaders, route: string): void {
    const host = headers.host ?? "";
    const name = hostName(host);
    if (this.#access.isOpen && !this.#hosts.has(name)) {
      throw new ApiError(
        "host_refused",
        `This server does not answer for ${name}. Start it with --allow-host ${name}.`,
      );
    }
    const { origin } = headers;
    if (origin === undefined || isSameOrigin(origin, host)) return;
    if (this.#origins.has(origin) && route.startsWith(TELEMETRY_ROUTES)) return;
    throw new ApiError("origin_refused", `Pages of ${origin} may not use this server. --allow-origin would allow it.`);
  }

  /** The caller, who is allowed what the scope says. Throws ApiError. */
  caller(headers: IncomingHttpHeaders, scope: Scope): Caller {
    const key = keyOf(headers);
    const caller = this.#access.callerOf(key);
    if (caller === undefined) {
      if (key === undefined)
        throw new ApiError("key_missing", "Send `Authorization: Bearer <key>`, or sign in on the page.");
      throw new ApiError("key_wrong", "This key is not known here, was revoked, or has expired.");
    }
    if (!caller.scopes.has(scope)) throw new ApiError("scope_missing", `The key does not have the scope ${scope}.`);
    return caller;
  }

  /** CORS headers for the listed origins, on telemetry paths only. */
  corsHeaders(origin: string | undefined, route: string): Readonly<Record<string, string>> {
    if (origin === undefined || !route.startsWith(TELEMETRY_ROUTES) || !this.#origins.has(origin)) return {};
    return {
      "access-control-allow-origin": origin,
      "access-control-allow-headers": "authorization, content-type, content-encoding, x-api-key",
      "access-control-allow-methods": "POST",
      "access-control-max-age": "600",
      vary: "origin",
    };
  }
}

/**
 * Puts the guard before every route of the server. What a request may do follows from the route that was found for it,
 * never from its path: a path can be written in many ways (`/%61pi/…`) that find the same route.
 */
export function guardRoutes(app: FastifyInstance, guard: Guard): void {
  app.addHook("onRequest", async (request, reply) => {
    const { url: route = "", config } = request.routeOptions;
    reply.headers(SECURITY_HEADERS);
    guard.checkOrigin(request.headers, route);
    reply.headers(guard.corsHeaders(request.headers.origin, route));
    // A route that says nothing is read with a key.
    const scope = config.scope ?? "read";
    if (scope !== "none") request.caller = guard.caller(request.headers, scope);
  });
  app.addHook("preValidation", async (request) => requireJson(request));
  app.options("/v1/*", { config: { scope: "none" }, schema: { hide: true } }, preflight);
}

/** Forms of other sites can send text/plain and the form types without asking: none of them reaches the API. */
async function requireJson(request: FastifyRequest): Promise<void> {
  if ((request.method !== "POST" && request.method !== "PUT") || !request.routeOptions.url?.startsWith("/api/")) return;
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

/** A Host header, or a name as people write it, without its port. */
function hostName(host: string): string {
  return host.replace(/:\d+$/, "").toLowerCase();
}

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
