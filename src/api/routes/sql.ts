import type { FastifyReply } from "fastify";
import { SqlAnswer, SqlBody, SqlSchema } from "../../model/sql-shapes.ts";
import { SQL_TABLES } from "../../model/sql-tables.ts";
import type { QueryParams } from "../../store/client.ts";
import { ApiError } from "../errors.ts";
import { type Route, route } from "../route.ts";
import { ALLOWED_AGGREGATES, ALLOWED_FUNCTIONS } from "../sql/allowed-functions.ts";

const query = route({
  method: "POST",
  url: "/api/v1/sql",
  summary: "Runs one SELECT over the project's tables, within limits",
  description: "docs/sql.md lists the tables. What is not read-only, or reaches beyond them, is refused.",
  tag: "SQL",
  body: SqlBody,
  answer: SqlAnswer,
  errors: [
    "bad_request",
    "sql_failed",
    "sql_too_large",
    "sql_refused",
    "sql_busy",
    "store_unavailable",
    "query_too_heavy",
  ],
  handle: async ({ parts, project, body, reply }) => {
    const answer = await parts.sql.run({
      project,
      query: body.query,
      params: readParams(body.params ?? {}),
      signal: hungUp(reply),
    });
    return reply.type("application/json; charset=utf-8").send(answer);
  },
});

const schema = route({
  url: "/api/v1/sql/schema",
  summary: "The tables, columns and functions of SQL",
  tag: "SQL",
  answer: SqlSchema,
  handle: async () => ({
    tables: SQL_TABLES.map(({ name, doc, columns }) => ({
      name,
      doc,
      columns: columns.map(({ name, type, doc }) => ({ name, type, doc })),
    })),
    functions: [...ALLOWED_FUNCTIONS, ...ALLOWED_AGGREGATES].filter((name) => !name.startsWith("_")),
  }),
});

const PARAMETER_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** Throws an ApiError when there is anything but texts, numbers and lists of either. */
function readParams(params: Readonly<Record<string, unknown>>): QueryParams {
  for (const [name, value] of Object.entries(params)) {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    const isPlain = ["string", "number"].some((type) => values.every((one) => typeof one === type));
    if (PARAMETER_NAME.test(name) && isPlain) continue;
    throw new ApiError(
      "bad_request",
      `The parameter ${name} must have a plain name, and be a text, a number or a list.`,
    );
  }
  return params as QueryParams;
}

/** Aborts when the one who asked is gone. */
function hungUp(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.on("close", () => {
    if (!reply.raw.writableFinished) controller.abort(new Error("The client hung up"));
  });
  return controller.signal;
}

/** SQL for readers. */
export const SQL_ROUTES: readonly Route[] = [query, schema];
