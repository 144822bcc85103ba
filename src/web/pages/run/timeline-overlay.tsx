import { SPAN_KINDS, SPAN_STATUSES } from "../../../model/vocabulary.ts";
import { formatDuration, formatExactCount, formatMoney, formatOffset } from "../../base/format.ts";
import { visibleLine } from "../../base/visible-text.ts";
import type { Series } from "../../plots/repeats.ts";
import { breaksInSight } from "../../plots/time-ticks.ts";
import type { TimelineModel } from "../../plots/timeline-model.ts";
import { AgentName } from "../../widgets/agent-name.tsx";
import { Readout } from "../../widgets/readout.tsx";
import { barsWidth, barsXOf, type TimelineFrame } from "./timeline-frame.ts";

/** Over all parts: the line at the pointer's instant, the range that is being drawn, and what the pointer is over. */
export function TimelineOverlay({ frame }: { readonly frame: TimelineFrame }) {
  const { timeline, width, leftPx, drawnRange } = frame;
  const hover = timeline.hover.value;
  const range = drawnRange.value;
  const x = (ms: number) => leftPx.value + barsXOf(frame, ms);
  return (
    <>
      <Breaks frame={frame} />
      {timeline.built.value !== undefined && hover !== undefined && Number.isFinite(hover.ms) && (
        <div class="timeline-cursor" style={{ transform: `translateX(${x(hover.ms)}px)` }}>
          <span class={x(hover.ms) > width.value - 80 ? "before" : ""}>{formatDuration(hover.ms)}</span>
        </div>
      )}
      {range !== undefined && (
        <div
          class="timeline-range"
          style={{
            left: `${Math.min(x(range.fromMs), x(range.toMs))}px`,
            width: `${Math.abs(x(range.toMs) - x(range.fromMs))}px`,
          }}
        >
          <span>{formatDuration(Math.abs(range.toMs - range.fromMs))}</span>
        </div>
      )}
      <Playhead frame={frame} />
      <PredictedEnd frame={frame} />
      <SpanReadout frame={frame} />
    </>
  );
}

/** Folded gaps, each with how long it is. */
function Breaks({ frame }: { readonly frame: TimelineFrame }) {
  const { timeline, leftPx } = frame;
  return (
    <>
      {breaksInSight(timeline.scale.value, timeline.view.value, barsWidth(frame)).map(({ gap, ms, x, width }) => (
        <div key={gap.startMs} class="timeline-break" style={{ left: `${leftPx.value + x}px`, width: `${width}px` }}>
          <span>{formatDuration(ms)}</span>
        </div>
      ))}
    </>
  );
}

/** The time cursor; while a run is played back, what had not happened then is veiled. */
function Playhead({ frame }: { readonly frame: TimelineFrame }) {
  const { timeline, width, leftPx } = frame;
  const cursorMs = timeline.cursorMs.value;
  if (cursorMs === undefined) return null;
  const x = barsXOf(frame, cursorMs);
  const seen = leftPx.value + Math.min(Math.max(x, 0), barsWidth(frame));
  return (
    <>
      {timeline.isPlaybackOpen.value && <div class="timeline-future" style={{ left: `${seen}px` }} />}
      {x >= 0 && x <= barsWidth(frame) && (
        <div class="timeline-playhead" style={{ transform: `translateX(${seen}px)` }}>
          <span class={seen > width.value - 80 ? "before" : ""}>{formatOffset(cursorMs)}</span>
        </div>
      )}
    </>
  );
}

/** When the run would end, by the what-if that is open; at the edge when that is out of sight. */
function PredictedEnd({ frame }: { readonly frame: TimelineFrame }) {
  const { timeline, width, leftPx } = frame;
  const endMs = timeline.ghost.value?.endMs;
  if (endMs === undefined) return null;
  const x = barsXOf(frame, endMs);
  const isSeen = x >= 0 && x <= barsWidth(frame);
  const seen = leftPx.value + Math.min(Math.max(x, 0), barsWidth(frame) - 1);
  return (
    <div
      class={isSeen ? "timeline-predicted" : "timeline-predicted outside"}
      style={{ transform: `translateX(${seen}px)` }}
    >
      <span class={seen > width.value - 130 ? "before" : ""}>{`predicted end ${formatOffset(endMs)}`}</span>
    </div>
  );
}

/** What the pointer is over, in words and figures. */
function SpanReadout({ frame: { timeline } }: { readonly frame: TimelineFrame }) {
  const hover = timeline.hover.value;
  const model = timeline.model.value;
  if (hover === undefined || model === undefined || hover.position < 0 || Number.isNaN(hover.ms)) return null;
  const series =
    hover.isInRows && timeline.isSeriesFoldedAt(hover.position)
      ? timeline.repeats.value.series.get(hover.position)
      : undefined;
  return (
    <Readout x={hover.x} y={hover.y}>
      {series === undefined ? (
        <ReadoutBody model={model} row={model.tree.rows[hover.position] as number} />
      ) : (
        <SeriesBody model={model} series={series} />
      )}
    </Readout>
  );
}

interface SeriesBodyProps {
  readonly model: TimelineModel;
  readonly series: Series;
}

/** Spans that repeat, folded to one line. */
function SeriesBody({ model: { columns, tree }, series }: SeriesBodyProps) {
  const { members, length, count, totalMs, longestMs, failed } = series;
  const names = Array.from(members.subarray(0, length), (member) => {
    return columns.strings[columns.name[tree.rows[member] as number] as number] ?? "";
  });
  return (
    <>
      <p class="readout-name">
        <span class="foreign">{visibleLine(names.join(", "), 120)}</span>
      </p>
      <dl>
        <dt>Times</dt>
        <dd>{formatExactCount(count)}</dd>
        <dt>In all</dt>
        <dd>{formatDuration(totalMs)}</dd>
        <dt>Longest</dt>
        <dd>{formatDuration(longestMs)}</dd>
        {failed > 0 && (
          <>
            <dt>Failed</dt>
            <dd class="failed">{formatExactCount(failed)}</dd>
          </>
        )}
      </dl>
    </>
  );
}

function ReadoutBody({ model: { columns }, row }: { readonly model: TimelineModel; readonly row: number }) {
  const agent = columns.strings[columns.agent[row] as number];
  const duration = columns.duration[row] as number;
  const isFailed = SPAN_STATUSES[columns.status[row] as number] === "error";
  const tokens = (columns.tokensIn[row] as number) + (columns.tokensOut[row] as number);
  const cost = columns.cost[row] as number;
  return (
    <>
      <p class={isFailed ? "readout-name failed" : "readout-name"}>
        <span class="foreign">{visibleLine(columns.strings[columns.name[row] as number] ?? "", 120)}</span>
      </p>
      <p class="readout-line muted">
        {SPAN_KINDS[columns.kind[row] as number]}
        {agent !== undefined && <AgentName name={agent} />}
        {isFailed && <span class="failed">failed</span>}
      </p>
      <dl>
        <dt>Duration</dt>
        <dd>{duration < 0 ? "open" : formatDuration(duration)}</dd>
        <dt>Own time</dt>
        <dd>{formatDuration(columns.own[row])}</dd>
        <dt>Begins at</dt>
        <dd>{formatDuration(columns.start[row])}</dd>
        {tokens > 0 && (
          <>
            <dt>Tokens</dt>
            <dd>
              {columns.tokensIn[row]} in, {columns.tokensOut[row]} out
            </dd>
          </>
        )}
        {cost > 0 && (
          <>
            <dt>Cost</dt>
            <dd>{formatMoney(cost)}</dd>
          </>
        )}
      </dl>
    </>
  );
}
