import { computed, useComputed } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { useCommands } from "../../base/commands.ts";
import { formatCount, formatMoney, formatOffset } from "../../base/format.ts";
import { visibleLine } from "../../base/visible-text.ts";
import { drawMinimap, type MinimapScene } from "../../plots/draw-minimap.ts";
import { Plot } from "../../plots/plot.tsx";
import { lastHappening } from "../../plots/replay.ts";
import { spanIdAt, textAt } from "../../plots/skeleton.ts";
import { drawnOf, realOf } from "../../plots/time-scale.ts";
import { fit } from "../../plots/viewport.ts";
import { inks } from "../../state/inks.ts";
import type { OpenRun } from "../../state/open-run.ts";
import { Playback, SPEEDS } from "../../state/playback.ts";
import { Icon } from "../../widgets/icon.tsx";
import { FailureNotice } from "../../widgets/notices.tsx";
import { PlaybackAgents } from "./playback-agents.tsx";
import { PLAYBACK_COMMANDS } from "./run-keys.ts";

const NS_PER_MS = 1e6;

interface PlaybackStripProps {
  readonly run: OpenRun;
  readonly onClose: () => void;
}

/** A scrubber: at any instant of the run, what each agent did and what had been counted. */
export function PlaybackStrip({ run, onClose }: PlaybackStripProps) {
  const playback = useMemo(() => new Playback(run), []);
  useEffect(() => playback.open(), []);
  useCommands(PLAYBACK_COMMANDS, () => ({
    toggle: () => playback.toggle(),
    faster: () => playback.changeSpeed(1),
    slower: () => playback.changeSpeed(-1),
  }));
  const failure = playback.past.activity.failure.value;
  return (
    <section class="playback" aria-label="Playback" data-at-ns={playback.at.value}>
      {failure && <FailureNotice failure={failure} onRetry={() => playback.past.activity.retry()} />}
      <div class="playback-line">
        <Controls playback={playback} />
        <Scrubber run={run} playback={playback} />
        <SpeedMenu playback={playback} />
        <button
          type="button"
          class="button quiet small only-icon"
          aria-label="Close playback"
          data-tip="Close (P)"
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
      </div>
      <Counters run={run} playback={playback} />
      <PlaybackAgents playback={playback} />
    </section>
  );
}

function Controls({ playback }: { readonly playback: Playback }) {
  const isPlaying = playback.isPlaying.value;
  const button = (label: string, key: string, icon: "before" | "after" | "run" | "pause", run: () => void) => (
    <button
      type="button"
      class="button quiet small only-icon"
      aria-label={label}
      data-tip={`${label} (${key})`}
      onClick={run}
    >
      <Icon name={icon} />
    </button>
  );
  return (
    <div class="playback-controls">
      {button("Step back", ",", "before", () => playback.step(-1))}
      {button(isPlaying ? "Pause" : "Play", "Space", isPlaying ? "pause" : "run", () => playback.toggle())}
      {button("Step on", ".", "after", () => playback.step(1))}
    </div>
  );
}

/** The whole run as the minimap has it, under a slider. */
function Scrubber({ run: { timeline }, playback }: { readonly run: OpenRun; readonly playback: Playback }) {
  const scene = useMemo(() => computed<MinimapScene>(() => ({ model: timeline.drawn.value, inks: inks.value })), []);
  const { startMs, endMs } = fit(timeline.drawnBounds());
  const scale = timeline.scale.value;
  const ms = playback.at.value / NS_PER_MS;
  return (
    <>
      <output class="playback-time number">{formatOffset(ms)}</output>
      <div class="playback-scrubber">
        <Plot scene={scene} draw={drawMinimap} />
        <input
          type="range"
          min={startMs}
          max={endMs}
          step="any"
          value={drawnOf(scale, ms)}
          aria-label="Instant"
          aria-valuetext={formatOffset(ms)}
          onInput={(event) => playback.seek(realOf(scale, event.currentTarget.valueAsNumber))}
          // The page's keys would be the slider's for as long as it has the focus.
          onPointerUp={(event) => event.currentTarget.blur()}
        />
      </div>
      <span class="playback-time muted">{formatOffset(timeline.bounds().endMs)}</span>
    </>
  );
}

function SpeedMenu({ playback }: { readonly playback: Playback }) {
  return (
    <select
      class="button quiet small"
      aria-label="Speed"
      data-tip="Times as fast as it was (< >)"
      value={playback.speed.value}
      onChange={(event) => {
        playback.setSpeed(Number(event.currentTarget.value));
        event.currentTarget.blur();
      }}
    >
      {SPEEDS.map((speed) => (
        <option key={speed} value={speed}>
          {speed}×
        </option>
      ))}
    </select>
  );
}

function Counters({ run, playback }: { readonly run: OpenRun; readonly playback: Playback }) {
  const counters = playback.counters.value;
  if (counters === undefined) return null;
  const { spansStarted, spansEnded, llmCalls, toolCalls, tokensIn, tokensOut, cost, errors } = counters;
  return (
    <div class="playback-counters">
      <dl aria-label="So far">
        <Counter name="spans open" value={formatCount(spansStarted - spansEnded)} />
        <Counter name="ended" value={formatCount(spansEnded)} />
        <Counter name="model calls" value={formatCount(llmCalls)} />
        <Counter name="tool calls" value={formatCount(toolCalls)} />
        <Counter name="tokens" value={`${formatCount(tokensIn)} → ${formatCount(tokensOut)}`} />
        <Counter name="cost" value={formatMoney(cost > 0 ? cost : undefined)} />
        <Counter name="errors" value={formatCount(errors)} isFailure={errors > 0} />
      </dl>
      <LastHappening run={run} playback={playback} />
    </div>
  );
}

interface CounterProps {
  readonly name: string;
  readonly value: string;
  readonly isFailure?: boolean;
}

function Counter({ name, value, isFailure = false }: CounterProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class={isFailure ? "failed" : ""}>{value}</dd>
    </div>
  );
}

/** The span that began or ended last; a click selects it. */
function LastHappening({ run, playback }: { readonly run: OpenRun; readonly playback: Playback }) {
  const last = useComputed(() => {
    const replay = playback.replay.value;
    const happening = replay === undefined ? undefined : lastHappening(replay, playback.at.value);
    if (replay === undefined || happening === undefined) return undefined;
    const { row, isEnd } = happening;
    const { columns } = replay;
    return { id: spanIdAt(columns, row), name: textAt(columns, columns.name[row] as number), isEnd };
  }).value;
  if (last === undefined) return null;
  return (
    <button type="button" class="playback-last" onClick={() => run.timeline.selectSpan(last.id)}>
      <span class="foreign cut">{visibleLine(last.name, 80)}</span>
      <span class="muted">{last.isEnd ? "ended" : "began"}</span>
    </button>
  );
}
