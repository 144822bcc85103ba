import type { Readable } from "node:stream";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { type TSchema, Type } from "typebox";
import type { Caller } from "../../ingest/access.ts";
import { decodeBody } from "../../ingest/body.ts";
import { BodyPool, type PooledBody } from "../../ingest/body-pool.ts";
import { type JsonItem, readItems } from "../../ingest/json-items.ts";
import { Accepted, Failure, PointInput, RunEventInput } from "../../model/shapes.ts";
import type { ApiParts } from "../api-parts.ts";
import { ApiError } from "../errors.ts";

const NDJSON = "application/x-ndjson";
const NO_BYTES = Buffer.alloc(0);

/** `POST /api/v1/events` and `/api/v1/metrics`: RunEvents and measured values as JSON. */
export function recordRoutes(
  app: FastifyInstance,
  { records, receiver, admit, stats }: Pick<ApiParts, "records" | "receiver" | "admit" | "stats">,
): void {
  const bodies = new BodyPool(receiver.meter);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(["application/json", NDJSON], async (request: FastifyRequest, stream: Readable) =>
    bodies.read(stream, request.headers["content-length"]),
  );

  const post = (path: string, kind: "events" | "points", item: TSchema, summary: string) =>
    app.post(
      path,
      {
        config: { scope: "ingest" },
        schema: {
          summary,
          tags: ["Records"],
          description: `The body is one object, an array of them, or one object a line (${NDJSON}).`,
          body: Type.Union([item, Type.Array(item)]),
          response: { 200: Accepted, 400: Failure, 413: Failure, 415: Failure, 503: Failure },
        },
        // The schema is documentation here: items are checked one by one, so that good ones are kept.
        validatorCompiler: () => () => true,
      },
      async (request) => {
        const sent = request.body as PooledBody | undefined;
        try {
          admit();
          const encoding = request.headers["content-encoding"];
          const body = sent === undefined ? NO_BYTES : await decodeBody(sent.bytes, encoding, sent.lease);
          const isLines = (request.headers["content-type"] ?? "").startsWith(NDJSON);
          const items = readItems(body, isLines);
          const { project } = request.caller as Caller;
          const answer = await records[kind](body, items, project);
          stats.tookItems(kind, answer);
          return refuseWhenAllRejected(answer, items);
        } finally {
          sent?.release();
        }
      },
    );

  post("/api/v1/events", "events", RunEventInput, "Sends RunEvents");
  post("/api/v1/metrics", "points", PointInput, "Sends measured values");
}

function refuseWhenAllRejected(answer: Accepted, items: readonly JsonItem[]): Accepted {
  if (items.length > 0 && answer.accepted === 0) {
    const first = answer.errors[0];
    throw new ApiError("nothing_accepted", first?.message ?? "Nothing was accepted.", {
      accepted: answer.accepted,
      rejected: answer.rejected,
      errors: answer.errors,
    });
  }
  return answer;
}
