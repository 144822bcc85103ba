// The answers that panels of boards show: a few questions at once, the others wait for their turn.

import { Turns } from "../../base/turns.ts";
import type { PanelQuestion } from "../../model/config-shapes.ts";
import { ApiFailure } from "../base/api.ts";
import { formatPlace, type Query, withChanges } from "../base/place.ts";
import type { AskedWindow } from "./asked-window.ts";
import { fromPanelQuestion, type Question, questionChanges } from "./question.ts";
import { type Answer, askQuestion } from "./question-answer.ts";

const AT_ONCE = 4;
const turns = new Turns(AT_ONCE);

/** The question of a panel, narrowed to an agent unless it names agents itself. */
export function panelQuestion(kept: PanelQuestion, agent: string | undefined): Question | undefined {
  const question = fromPanelQuestion(kept);
  if (question === undefined || agent === undefined) return question;
  const label = "figure" in question.about ? "agent" : "agentId";
  if (question.where.has(label)) return question;
  return { ...question, where: new Map(question.where).set(label, [agent]) };
}

/** Asks the server when it is the panel's turn. Throws ApiFailure. */
export function askPanel(question: Question | undefined, window: AskedWindow, signal: AbortSignal): Promise<Answer> {
  if (question === undefined) {
    return Promise.reject(
      new ApiFailure("bad_request", "This panel has no question: choose a metric in the explorer."),
    );
  }
  return turns.run(signal, () => askQuestion(question, window, signal));
}

/** The explorer with a question, in the window of time that a query has. */
export function exploreHref(
  question: Question | undefined,
  query: Query,
  more: Readonly<Record<string, string>> = {},
): string {
  const window = new Map([...query].filter(([name]) => name === "since" || name === "until"));
  const changes = { ...(question === undefined ? {} : questionChanges(question)), ...more };
  return formatPlace({ path: "/explore", query: withChanges(window, changes) });
}
