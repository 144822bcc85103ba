import { visibleLine } from "../../base/visible-text.ts";
import { columnX, TOKENS_PX, TRANSIT_PX } from "../../plots/sequence-layout.ts";
import { USER } from "../../plots/sequence-messages.ts";
import { AgentName } from "../../widgets/agent-name.tsx";
import type { SequenceFrame } from "./sequence-frame.ts";

/** The agents over their lifelines: only those in sight are made. A click leaves only an agent's messages. */
export function SequenceHeads({ frame }: { readonly frame: SequenceFrame }) {
  const { sequence, columns, scrollX } = frame;
  const { gutterPx, timesPx, columnPx, figuresLeft } = columns.value;
  const chosen = sequence.between.value;
  const room = figuresLeft - gutterPx;
  const heads = sequence.agents.value
    .map((name, i) => ({ name, left: columnX(columns.value, i) - columnPx / 2 - scrollX.value - gutterPx }))
    .filter(({ left }) => left > -columnPx && left < room);
  return (
    <div class="sequence-heads">
      <span class="sequence-head-time" style={{ width: `${timesPx}px` }}>
        At
      </span>
      <div class="sequence-head-agents" style={{ left: `${gutterPx}px`, width: `${room}px` }}>
        {heads.map(({ name, left }) => (
          <button
            key={name}
            type="button"
            class="sequence-head"
            style={{ transform: `translateX(${left}px)`, width: `${columnPx}px` }}
            aria-pressed={chosen.includes(name)}
            data-agent={name}
            data-tip={`${visibleLine(name, 200)}\nClick for its messages only, then another agent for those between both`}
            onClick={() => sequence.toggleAgent(name)}
          >
            {name === USER ? <span class="muted">user</span> : <AgentName name={name} />}
          </button>
        ))}
      </div>
      {columns.value.hasFigures && <FigureHeads left={figuresLeft} />}
    </div>
  );
}

function FigureHeads({ left }: { readonly left: number }) {
  return (
    <>
      <span class="sequence-head-figure" style={{ left: `${left}px`, width: `${TOKENS_PX}px` }}>
        Tokens
      </span>
      <span
        class="sequence-head-figure"
        style={{ left: `${left + TOKENS_PX}px`, width: `${TRANSIT_PX}px` }}
        data-tip="From sending to the receiver's first own work; of rounds that repeat the median"
      >
        Transit
      </span>
    </>
  );
}
