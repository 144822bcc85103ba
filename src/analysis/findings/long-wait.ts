import { intersect, totalLength } from "../../base/intervals.ts";
import { NONE } from "../../model/run-columns.ts";
import { AGENT_STATES } from "../../model/vocabulary.ts";
import { isBetweenAgents } from "../messages.ts";
import type { AgentActivity } from "../run-analysis.ts";
import type { FindingRule } from "./finding-rule.ts";
import { formatSeconds } from "./finding-rule.ts";

const SHARE_MIN = 0.1;
const WAIT_MIN_NS = 1e9;
const IDLE = AGENT_STATES.indexOf("idle");

export const longWait: FindingRule = {
  id: "long-wait-for-idle-agent",
  doc: "A message waits for an agent that has nothing to do: at least a second and a tenth of the run.",
  find({ messages, agents, path }) {
    return messages.filter(isBetweenAgents).flatMap(({ from, to, at, transit, row, fromRow, toRow }) => {
      const receiver = agents.find(({ name }) => name === to);
      if (transit === undefined || receiver === undefined || transit < WAIT_MIN_NS) return [];
      const idle = idleWithin(receiver.activity, at, at + transit);
      if (idle < WAIT_MIN_NS || idle < SHARE_MIN * path.total) return [];
      const message = `${from}'s message to ${to} waited ${formatSeconds(transit)}, although ${to} was idle for ${formatSeconds(idle)} of it: look at the queue or the poll interval between them.`;
      return [{ message, rows: [row, fromRow, toRow].filter((at) => at !== NONE) }];
    });
  },
};

/** How long the agent was idle, or not there yet. */
function idleWithin({ bounds, states, present }: AgentActivity, from: number, until: number): number {
  const first = bounds[0] ?? until;
  const last = bounds.at(-1) ?? until;
  const idle: number[] = [];
  if (present === 0 || first > from) idle.push(from, Math.min(first, until));
  for (let i = 0; i < states.length; i++) {
    if (states[i] === IDLE) idle.push(bounds[i] as number, bounds[i + 1] as number);
  }
  if (last < until) idle.push(Math.max(last, from), until);
  return totalLength(intersect(idle, [from, until]));
}
