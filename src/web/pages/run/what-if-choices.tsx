import type { WhatIfTarget } from "../../../analysis/what-if.ts";
import { formatDuration, formatShare } from "../../base/format.ts";
import { encodeTarget } from "../../plots/what-if-words.ts";
import type { WhatIf } from "../../state/what-if.ts";
import { listChoices } from "../../state/what-if-list.ts";
import { TargetName } from "./what-if-target.tsx";

const LINES_MAX = 200;

/** What would help most; a click asks about it. */
export function WhatIfChoices({ state }: { readonly state: WhatIf }) {
  const measuredMs = (state.measuredPath.value?.total ?? 0) / 1e6;
  const choices = listChoices(state.choices.value, state.savings.value);
  const target = state.target.value;
  const chosen = target === undefined ? undefined : encodeTarget(target);
  const line = (of: WhatIfTarget, onPathMs: number | undefined, savedMs: number | undefined) => {
    const isChosen = encodeTarget(of) === chosen;
    return (
      <tr key={encodeTarget(of)} class={isChosen ? "selected" : ""}>
        <th scope="row" class="what-if-choice">
          <button type="button" aria-pressed={isChosen} onClick={() => state.choose(of)}>
            <TargetName target={of} />
          </button>
        </th>
        <td class="number">{onPathMs === undefined ? "" : formatDuration(onPathMs)}</td>
        <td class="number">{savedMs === undefined ? "…" : formatDuration(savedMs)}</td>
        <td class="number muted what-if-share">
          {savedMs === undefined ? "" : formatShare(savedMs / Math.max(measuredMs, 1e-9))}
        </td>
      </tr>
    );
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
    <div class="what-if-choices" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col" class="what-if-choice">
              What would help most
            </th>
            <th scope="col" class="number" data-tip="Of the critical path, how much is its own work">
              On the path
            </th>
            <th scope="col" class="number what-if-share" colSpan={2}>
              Twice as fast saves
            </th>
          </tr>
        </thead>
        <tbody>
          {choices.slice(0, LINES_MAX).map(({ target: of, onPathMs, savedMs }) => line(of, onPathMs, savedMs))}
          {line({ by: "everything" }, undefined, measuredMs / 2)}
        </tbody>
      </table>
      {choices.length > LINES_MAX && (
        <p class="muted">and {choices.length - LINES_MAX} more that help no more than the last of these</p>
      )}
    </div>
  );
}
