import "./agent-state.css";
import type { AgentState } from "../../model/vocabulary.ts";
import { type AgentShade, agentColor, agentHue } from "../base/agent-color.ts";
import { isDark } from "../base/theme.ts";

/** Nearly as the timeline's strips have them: the stronger the colour, the more the agent itself works. */
const SHADES: Readonly<Partial<Record<AgentState, AgentShade>>> = {
  llm: "solid",
  tool: "medium",
  working: "soft",
  // Only its ring is drawn.
  waiting: "medium",
};
const WORDS: Readonly<Record<AgentState, string>> = {
  human: "waits for a person",
  llm: "model call",
  tool: "tool",
  working: "own work",
  waiting: "waiting",
  idle: "idle",
  done: "done",
};

/** What an agent does, as a word and a dot in its colour; hollow while it does nothing itself. */
export function AgentStateMark({ name, state }: { readonly name: string; readonly state: AgentState }) {
  const shade = SHADES[state];
  const color = shade === undefined ? undefined : agentColor(agentHue(name), shade, isDark.value);
  const isHollow = state === "waiting";
  return (
    <span class="agent-state" data-state={state}>
      <i style={{ borderColor: color, ...(isHollow ? {} : { backgroundColor: color }) }} aria-hidden="true" />
      {WORDS[state]}
    </span>
  );
}
