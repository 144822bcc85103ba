// How an endpoint is declared: what its path, query and body must look like, what it answers, and what it does. The
// same schemas check requests, give the handler its types and describe the endpoint in OpenAPI.

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type Static, type TSchema, Type } from "typebox";
import { type Caller, DEFAULT_PROJECT, type Scope } from "../ingest/access.ts";
import { Failure } from "../model/shapes.ts";
import type { ApiParts } from "./api-parts.ts";
import { ERRORS, type ErrorCode } from "./errors.ts";

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

export interface RouteSpec<Q extends TSchema, P extends TSchema, B extends TSchema> {
  readonly method?: "GET" | "POST" | "DELETE";
  readonly url: string;
  /** One line for the docs. */
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
  /** What a key must allow; `read` when nothing is said. */
  readonly scope?: Scope | "none";
  readonly query?: Q;
  readonly params?: P;
  readonly body?: B;
  readonly answer: TSchema;
  /** Errors of its own, besides those that any endpoint may answer. */
  readonly errors?: readonly ErrorCode[];
  readonly handle: (call: Call<Static<Q>, Static<P>, Static<B>>) => unknown;
}

/** A declared endpoint: adds itself to the server. */
export type Route = (app: FastifyInstance, parts: ApiParts) => void;

const NONE = Type.Object({});

export function route<
  Q extends TSchema = typeof NONE,
  P extends TSchema = typeof NONE,
  B extends TSchema = typeof NONE,
>(spec: RouteSpec<Q, P, B>): Route {
  const { method = "GET", url, summary, description, tag, scope, query, params, body, answer, errors = [] } = spec;
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
        response: { 200: answer, ...failures(errors) },
      },
      handler: (request, reply) =>
        spec.handle({
          parts,
          project: (request.caller as Caller | undefined)?.project ?? DEFAULT_PROJECT,
          query: request.query as Static<Q>,
          params: request.params as Static<P>,
          body: request.body as Static<B>,
          request,
          reply,
        }),
    });
  };
}

function failures(codes: readonly ErrorCode[]): Record<number, TSchema> {
  return Object.fromEntries(codes.map((code) => [ERRORS[code].status, Failure]));
}
