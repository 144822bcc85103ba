// How an endpoint is declared: what its path, query and body must look like, what it answers, and what it does. The
// same schemas check requests, give the handler its types and describe the endpoint in OpenAPI.

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type Static, type TObject, type TSchema, Type } from "typebox";
import { type Caller, DEFAULT_PROJECT, type Scope } from "../ingest/access.ts";
import { Failure } from "../model/shapes.ts";
import type { ApiParts } from "./api-parts.ts";
import { ERRORS, type ErrorCode } from "./errors.ts";
import { type WaitQuery, waitForLoaded, waitParameters } from "./wait-for.ts";

/** What a handler works with. */
export interface Call<Query, Params, Body> {
  readonly parts: ApiParts;
  readonly project: string;
  readonly query: Query;
  readonly params: Params;
  readonly body: Body;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

export interface RouteSpec<Q extends TObject, P extends TObject, B extends TSchema> {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly url: string;
  /** One line for the docs. */
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
  /** What a key must allow; `read` when nothing is said. */
  readonly scope?: Scope | "none";
  /** Endpoints below /api/ that are read have `waitFor` and `timeout` besides. */
  readonly query?: Q;
  readonly params?: P;
  readonly body?: B;
  readonly answer: TSchema;
  /** Content type of the answer; JSON when nothing is said. */
  readonly contentType?: string;
  /** Another one that can be asked for, of bytes. */
  readonly bytesType?: string;
  /** Errors of its own, besides those that any endpoint may answer. */
  readonly errors?: readonly ErrorCode[];
  readonly handle: (call: Call<Static<Q>, Static<P>, Static<B>>) => unknown;
}

/** A declared endpoint: adds itself to the server. */
export type Route = (app: FastifyInstance, parts: ApiParts) => void;

const NONE = Type.Object({});
const JSON_TYPE = "application/json";
const COMMON_ERRORS: readonly ErrorCode[] = ["host_refused", "origin_refused"];
const KEY_ERRORS: readonly ErrorCode[] = ["key_missing", "key_wrong", "scope_missing"];
const STORE_ERRORS: readonly ErrorCode[] = ["bad_request", "cursor_invalid", "store_unavailable", "query_too_heavy"];

export function route<
  Q extends TObject = typeof NONE,
  P extends TObject = typeof NONE,
  B extends TSchema = typeof NONE,
>(spec: RouteSpec<Q, P, B>): Route {
  const { method = "GET", url, summary, description, tag, scope, params, body } = spec;
  const waits = method === "GET" && scope !== "none" && url.startsWith("/api/");
  const query = waits ? withWaiting(spec.query ?? NONE) : spec.query;
  return (app, parts) => {
    app.route({
      method,
      url,
      config: scope === undefined ? {} : { scope },
      schema: {
        summary,
        tags: [tag],
        ...(description === undefined ? {} : { description }),
        ...(query === undefined ? {} : { querystring: query }),
        ...(params === undefined ? {} : { params }),
        ...(body === undefined ? {} : { body }),
        response: responses(spec, waits),
      },
      handler: async (request, reply) => {
        if (waits) await waitForLoaded(parts, request.query as WaitQuery, reply);
        return spec.handle({
          parts,
          project: (request.caller as Caller | undefined)?.project ?? DEFAULT_PROJECT,
          query: request.query as Static<Q>,
          params: request.params as Static<P>,
          body: request.body as Static<B>,
          request,
          reply,
        });
      },
    });
  };
}

function withWaiting(query: TObject): TObject {
  const { properties, required: _required, type: _type, ...options } = query;
  return Type.Object({ ...properties, ...waitParameters }, options);
}

function responses(
  { answer, summary, contentType = JSON_TYPE, bytesType, errors = [], scope }: RouteSpec<TObject, TObject, TSchema>,
  reads: boolean,
): Record<string, unknown> {
  const bytes = bytesType === undefined ? {} : { [bytesType]: { schema: Type.String({ format: "binary" }) } };
  const codes = [...errors, ...(reads ? STORE_ERRORS : []), ...(scope === "none" ? [] : KEY_ERRORS), ...COMMON_ERRORS];
  const byStatus = Map.groupBy(new Set(codes), (code) => ERRORS[code].status);
  return {
    200: { description: summary, content: { [contentType]: { schema: answer }, ...bytes } },
    ...Object.fromEntries(
      [...byStatus].map(([status, alike]) => [
        status,
        {
          description: alike.map((code) => `\`${code}\`: ${ERRORS[code].doc}`).join("\n\n"),
          content: { [JSON_TYPE]: { schema: Failure } },
        },
      ]),
    ),
  };
}
