import { Type } from "typebox";
import { present } from "../../base/present.ts";
import { ErrorDetail, ErrorGroup, ErrorWindow } from "../../model/error-shapes.ts";
import { LIMITS } from "../../model/limits.ts";
import { page } from "../../model/shapes.ts";
import { SPAN_KINDS } from "../../model/vocabulary.ts";
import type { ErrorFilter } from "../../store/queries/error-rows.ts";
import { ERROR_SORTS, type ErrorSort } from "../../store/queries/errors.ts";
import { found } from "../error-answers.ts";
import { ApiError } from "../errors.ts";
import {
  decodeCursor,
  encodeCursor,
  pageParameters,
  readWindow,
  text,
  texts,
  windowParameters,
} from "../query-values.ts";
import { type Route, route } from "../route.ts";
import { errorDetail } from "../runs/error-detail.ts";
import { errorPage, errorSteps, presentSteps } from "../runs/error-groups.ts";

const filterParameters = {
  agent: texts("Errors of these agents"),
  service: texts("Errors in these services"),
  name: texts("Errors in runs of these names"),
  kind: Type.Optional(
    Type.Array(Type.Unsafe<(typeof SPAN_KINDS)[number]>({ type: "string", enum: [...SPAN_KINDS] }), {
      description: "Errors of these kinds of spans",
    }),
  ),
  ...windowParameters,
};

const TREND_STEPS = 24;
const DETAIL_STEPS = 48;
const EXAMPLES = 3;
const DETAIL_EXAMPLES = 20;

type FilterQuery = { readonly q?: string; readonly since?: string; readonly until?: string } & Pick<
  ErrorFilter,
  "agent" | "service" | "name" | "kind"
>;

function readErrorFilter({ q, agent, service, name, kind, ...window }: FilterQuery, nowMs: number): ErrorFilter {
  return { ...readWindow(window, nowMs), ...present({ text: q, agent, service, name, kind }) };
}

/** `field` or `-field`; the most frequent first when nothing is said. Throws ApiError. */
function readErrorSort(sort = "-count"): ErrorSort {
  const descending = sort.startsWith("-");
  const field = ERROR_SORTS.find((known) => known === sort.replace(/^-/, ""));
  if (field !== undefined) return { field, descending };
  throw new ApiError(
    "bad_request",
    `sort must be one of ${ERROR_SORTS.join(", ")}, with - before it for the largest first.`,
  );
}

const listErrors = route({
  url: "/api/v1/errors",
  summary: "Kinds of errors over a window, the most frequent first",
  description:
    "Errors are of one kind when their class and message are equal but for numbers, ids and quoted text. An error that " +
    "goes up through several spans counts once, where it began; every attempt at a model call or tool counts; control " +
    "flow is no error. The errors of one kind of a run count to the time of the last of them.",
  tag: "Errors",
  query: Type.Object({
    q: text("Text in class or message"),
    ...filterParameters,
    ...pageParameters,
    sort: text(`${ERROR_SORTS.join(", ")}; with - before it the largest first`),
  }),
  answer: Type.Object({ ...page("errors", ErrorGroup).properties, window: ErrorWindow }),
  handle: async ({ parts, project, query }) => {
    const nowMs = parts.clock.nowMs();
    const filter = readErrorFilter(query, nowMs);
    const steps = errorSteps(filter, TREND_STEPS, nowMs);
    const { errors, next } = await errorPage(
      parts,
      project,
      { filter, steps, examples: EXAMPLES },
      {
        sort: readErrorSort(query.sort),
        limit: query.limit ?? LIMITS.pageSize,
        cursor: decodeCursor(query.cursor, "value", "id"),
      },
    );
    return { errors, ...present({ nextCursor: next && encodeCursor(next) }), window: presentSteps(steps) };
  },
});

const oneError = route({
  url: "/api/v1/errors/:fingerprint",
  summary: "One kind of error over a window: who meets it, at what, and in which runs",
  tag: "Errors",
  params: Type.Object({ fingerprint: Type.String() }),
  query: Type.Object(filterParameters),
  answer: ErrorDetail,
  errors: ["error_kind_not_found"],
  handle: async ({ parts, project, params, query, request }) => {
    const nowMs = parts.clock.nowMs();
    const filter = readErrorFilter(query, nowMs);
    const question = { filter, steps: errorSteps(filter, DETAIL_STEPS, nowMs), examples: DETAIL_EXAMPLES };
    const detail = await errorDetail(parts, project, params.fingerprint, question);
    return found(detail, "error_kind_not_found", request);
  },
});

/** Errors over many runs. */
export const ERROR_ROUTES: readonly Route[] = [listErrors, oneError];
