import { MESSAGE_KINDS, type MessageKind } from "../../../model/vocabulary.ts";
import { formatCounted } from "../../base/format.ts";
import { ARROW_LOOKS } from "../../plots/draw-arrow.ts";
import { USER } from "../../plots/sequence-messages.ts";
import type { Sequence } from "../../state/sequence.ts";
import { AgentName } from "../../widgets/agent-name.tsx";
import { Icon } from "../../widgets/icon.tsx";

/** Whose messages are shown, how many, and what their arrows mean. */
export function SequenceBar({ sequence }: { readonly sequence: Sequence }) {
  const chosen = sequence.between.value;
  const messages = sequence.messages.value;
  const silent = sequence.silentCount.value;
  const isUnfolded = sequence.unfolded.value === "all";
  return (
    <div class="sequence-bar">
      {chosen.length > 0 && (
        <button
          type="button"
          class="chip"
          aria-label="Show the messages of all agents"
          data-tip="Show the messages of all agents (a)"
          onClick={() => sequence.showBetween([])}
        >
          <Icon name="filter" size={12} />
          {chosen.map((name, i) => (
            <span key={name} class="sequence-chosen">
              {i > 0 && <span class="muted">and</span>}
              {name === USER ? "user" : <AgentName name={name} />}
            </span>
          ))}
          <Icon name="close" size={12} />
        </button>
      )}
      <span class="muted">{formatCounted(messages.length, "message")}</span>
      {silent > 0 && (
        <span class="muted" data-tip="They neither send nor receive anything">
          {formatCounted(silent, "agent")} without messages left out
        </span>
      )}
      {(sequence.hasRounds.value || isUnfolded) && (
        <button
          type="button"
          class="button quiet small"
          aria-pressed={isUnfolded}
          data-tip="Rounds that repeat stand there once, with how often (z)"
          onClick={() => sequence.toggleAllRounds()}
        >
          All rounds
        </button>
      )}
      <span class="grow" />
      <Legend kinds={MESSAGE_KINDS.filter((kind) => messages.some(({ message }) => message.kind === kind))} />
    </div>
  );
}

function Legend({ kinds }: { readonly kinds: readonly MessageKind[] }) {
  return (
    <ul class="sequence-legend" aria-label="Kinds of messages">
      {kinds.map((kind) => {
        const { dash, width, head, foot } = ARROW_LOOKS[kind];
        return (
          <li key={kind}>
            <svg width="26" height="10" viewBox="0 0 26 10" aria-hidden="true">
              <path d="M2 5h20" stroke-width={width} stroke-dasharray={dash.join(" ")} />
              <path d="M18 2l5 3-5 3" class={head} />
              {foot !== "none" && <circle cx="4" cy="5" r="2.5" class={foot} />}
            </svg>
            {kind}
          </li>
        );
      })}
    </ul>
  );
}
