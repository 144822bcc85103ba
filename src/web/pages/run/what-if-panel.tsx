import { useEffect, useMemo } from "preact/hooks";
import { assumptionOf, type WhatIfTarget } from "../../../analysis/what-if.ts";
import { formatDuration, formatShare } from "../../base/format.ts";
import { FACTOR_MAX, factorInWords } from "../../plots/what-if-words.ts";
import type { OpenRun } from "../../state/open-run.ts";
import { WhatIf } from "../../state/what-if.ts";
import { Icon } from "../../widgets/icon.tsx";
import { Loaded } from "../../widgets/notices.tsx";
import { WhatIfChoices } from "./what-if-choices.tsx";
import { WhatIfPaths } from "./what-if-paths.tsx";
import { TargetName } from "./what-if-target.tsx";

const FACTOR_STEP = 0.05;

interface WhatIfPanelProps {
  readonly run: OpenRun;
  readonly onClose: () => void;
}

/** A slider makes an agent, a tool or a model faster or slower, and says what the run would have taken. */
export function WhatIfPanel({ run, onClose }: WhatIfPanelProps) {
  const state = useMemo(() => new WhatIf(run), []);
  useEffect(() => state.open(), []);
  return (
    <section class="what-if" aria-label="What if">
      <Loaded from={state.schedule}>
        {() => (
          <div class="what-if-parts">
            <WhatIfQuestion state={state} />
            <WhatIfPaths state={state} />
            <WhatIfChoices state={state} />
          </div>
        )}
      </Loaded>
      <button
        type="button"
        class="button quiet small only-icon what-if-close"
        aria-label="Close what-if"
        data-tip="Close (W)"
        onClick={onClose}
      >
        <Icon name="close" />
      </button>
    </section>
  );
}

function WhatIfQuestion({ state }: { readonly state: WhatIf }) {
  const target = state.target.value;
  const factor = state.factor.value;
  if (target === undefined) return null;
  return (
    <div class="what-if-question">
      <h2>
        What if <TargetName target={target} /> were
      </h2>
      <div class="what-if-slider">
        <input
          type="range"
          min={0}
          max={FACTOR_MAX}
          step={FACTOR_STEP}
          value={factor}
          list="what-if-factors"
          aria-label="Factor of its time"
          aria-valuetext={factorInWords(factor)}
          onInput={(event) => state.slide(event.currentTarget.valueAsNumber)}
          onChange={(event) => state.settle(event.currentTarget.valueAsNumber)}
          // The page's keys would be the slider's for as long as it has the focus.
          onPointerUp={(event) => event.currentTarget.blur()}
        />
        <datalist id="what-if-factors">
          <option value={1} />
        </datalist>
        <output>{factorInWords(factor)}</output>
      </div>
      <Answer state={state} target={target} />
    </div>
  );
}

function Answer({ state, target }: { readonly state: WhatIf; readonly target: WhatIfTarget }) {
  const prediction = state.prediction.value;
  if (prediction === undefined) {
    return <p class="muted">The run has no such {target.by}. Choose another in the list.</p>;
  }
  const { measuredMs, predictedMs, savedMs } = prediction;
  const share = measuredMs === 0 ? 0 : Math.abs(savedMs) / measuredMs;
  return (
    <>
      <p class="what-if-answer" aria-live="polite" data-predicted-ms={predictedMs} data-measured-ms={measuredMs}>
        <strong>{formatDuration(predictedMs)}</strong> instead of {formatDuration(measuredMs)}
        <span class={savedMs < 0 ? "failed" : "what-if-saved"}>
          {savedMs === 0
            ? "no difference"
            : `${formatDuration(Math.abs(savedMs))} (${formatShare(share)}) ${savedMs < 0 ? "lost" : "saved"}`}
        </span>
      </p>
      <p class="muted">{assumptionOf(target)}</p>
    </>
  );
}
