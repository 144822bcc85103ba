import { present } from "../../base/present.ts";
import { formatInstant } from "../../base/time.ts";
import type { ErrorDetail, ErrorShare, ErrorThing } from "../../model/error-shapes.ts";
import type { ErrorExample } from "../../store/queries/error-examples.ts";
import { errorExamples, failureMessage } from "../../store/queries/error-examples.ts";
import type { ErrorChoice, ErrorFilter } from "../../store/queries/error-rows.ts";
import { type ErrorSide, errorShares, failedSpans } from "../../store/queries/error-shares.ts";
import { type ErrorSums, errorSums } from "../../store/queries/errors.ts";
import { type ErrorQuestion, openErrors, presentGroups, presentSteps } from "./error-groups.ts";
import { addExamples, addShares, addSums, type OpenError, passesErrorFilter } from "./open-errors.ts";
import type { RunListParts } from "./run-list.ts";

const SHARES_MAX = 50;
const EXAMPLE_CHARACTERS_MAX = 20_000;
const ANY_ORDER = { sort: { field: "count", descending: true }, limit: 1 } as const;

/** One kind of error in a window; undefined when it was never met. */
export async function errorDetail(
  parts: RunListParts,
  project: string,
  fingerprint: string,
  question: ErrorQuestion,
): Promise<ErrorDetail | undefined> {
  const { store } = parts;
  const { filter, steps } = question;
  const open = await openErrors(parts, project);
  const everywhere = open.errors.filter((error) => error.fingerprint === fingerprint);
  const here = everywhere.filter((error) => passesErrorFilter(error, filter));
  const choice: ErrorChoice = { exceptRunIds: open.exceptRunIds, only: [fingerprint] };
  const [settled] = await errorSums(store, project, filter, choice, ANY_ORDER);
  const sums = addSums(settled, here);
  const latest = await latestError(parts, project, sums && filter, choice, sums ? here : everywhere);
  if (latest === undefined) return undefined;
  const [group] = await presentGroups(parts, project, question, [sums ?? nothing(fingerprint, latest)], open);
  if (group === undefined) return undefined;
  return {
    ...present({ type: latest.type, message: latest.message }),
    ...group,
    window: presentSteps(steps),
    ...(await wholeMessage(parts, project, latest)),
    ...(await sidesOf(parts, project, filter, choice, here)),
    failedSpans: await spansOf(parts, project, filter, choice, everywhere),
  };
}

/** Without a filter, of all time. */
async function latestError(
  { store }: RunListParts,
  project: string,
  filter: ErrorFilter | undefined,
  choice: ErrorChoice,
  open: readonly OpenError[],
): Promise<ErrorExample | undefined> {
  const [[settled] = []] = [...(await errorExamples(store, project, filter, choice, 1)).values()];
  const origins = open.filter(({ origins }) => origins > 0);
  return addExamples(settled && [settled], origins, 1)[0];
}

/** A kind that was not met in the window, but before it or after. */
function nothing(fingerprint: string, { lastNs }: ErrorExample): ErrorSums {
  return { fingerprint, count: 0, swallowed: 0, runs: 0, firstNs: lastNs, lastNs };
}

async function wholeMessage(
  { store }: RunListParts,
  project: string,
  example: ErrorExample,
): Promise<Pick<ErrorDetail, "example" | "exampleCharacters">> {
  const found = await failureMessage(store, project, example, EXAMPLE_CHARACTERS_MAX);
  // A record may have said what the span does not.
  if (found === undefined) return present({ example: example.message });
  const isCut = found.characters > EXAMPLE_CHARACTERS_MAX;
  return { example: found.text, ...(isCut ? { exampleCharacters: found.characters } : {}) };
}

async function sidesOf(
  { store }: RunListParts,
  project: string,
  filter: ErrorFilter,
  choice: ErrorChoice,
  here: readonly OpenError[],
): Promise<Pick<ErrorDetail, "byAgent" | "byThing" | "byRunName" | "byService">> {
  const by = async (side: ErrorSide) => {
    const settled = await errorShares(store, project, filter, choice, side, SHARES_MAX);
    return addShares(settled, here, side, SHARES_MAX);
  };
  const [agents, things, runNames, services] = await Promise.all([
    by("agent"),
    by("thing"),
    by("runName"),
    by("service"),
  ]);
  return {
    byAgent: agents.map(presentShare),
    byThing: things.map((share) => ({ kind: share.kind as ErrorThing["kind"], ...presentShare(share) })),
    byRunName: runNames.map(presentShare),
    byService: services.map(presentShare),
  };
}

function presentShare({ value, count, swallowed, runs, lastNs }: ReturnType<typeof addShares>[number]): ErrorShare {
  return { ...{ value, count, swallowed, runs }, lastSeen: formatInstant(lastNs) };
}

async function spansOf(
  { store }: RunListParts,
  project: string,
  filter: ErrorFilter,
  choice: ErrorChoice,
  everywhere: readonly OpenError[],
): Promise<number> {
  const open = everywhere.filter((error) => passesErrorFilter({ ...error, origins: 1 }, filter));
  return open.reduce((sum, { spans }) => sum + spans, await failedSpans(store, project, filter, choice));
}
