// Shapes of SQL over the API.

import { type Static, Type } from "typebox";
import { LIMITS } from "./limits.ts";

export const SqlBody = Type.Object({
  query: Type.String({ minLength: 1, maxLength: LIMITS.sqlBytes, description: "One SELECT of ClickHouse's dialect" }),
  params: Type.Optional(
    // Not said more narrowly: what is checked is also made to fit, a number a text.
    Type.Record(Type.String(), Type.Unknown(), {
      description: "Values of `{name:Type}` in the query: texts, numbers, lists of either",
    }),
  ),
});

export const SqlAnswer = Type.Object({
  columns: Type.Array(Type.Object({ name: Type.String(), type: Type.String() })),
  rows: Type.Array(Type.Record(Type.String(), Type.Unknown()), {
    description: "By column; NULL, NaN and infinity are null",
  }),
  totals: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: "Of WITH TOTALS" })),
  statistics: Type.Object({
    elapsedMs: Type.Number(),
    rows: Type.Integer({ description: "Rows of the result" }),
    rowsRead: Type.Integer(),
    bytesRead: Type.Integer(),
  }),
});
export type SqlAnswer = Static<typeof SqlAnswer>;

export const SqlSchema = Type.Object({
  tables: Type.Array(
    Type.Object({
      name: Type.String(),
      doc: Type.String(),
      columns: Type.Array(Type.Object({ name: Type.String(), type: Type.String(), doc: Type.String() })),
    }),
  ),
  functions: Type.Array(Type.String(), { description: "What a query may call, but for combinations such as countIf" }),
});
export type SqlSchema = Static<typeof SqlSchema>;
