import { computed, useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { useCommands } from "../../base/commands.ts";
import { drawSequence } from "../../plots/draw-sequence.ts";
import { Plot } from "../../plots/plot.tsx";
import { SEQUENCE_HEAD_PX, SEQUENCE_ROW_PX, scrollToColumns, sequenceHeight } from "../../plots/sequence-layout.ts";
import type { SequenceScene } from "../../plots/sequence-scene.ts";
import { inks } from "../../state/inks.ts";
import type { OpenRun } from "../../state/open-run.ts";
import { Sequence } from "../../state/sequence.ts";
import { EmptyState, Loaded } from "../../widgets/notices.tsx";
import { scrollToRow } from "../../widgets/row-window.ts";
import { NothingInWindow } from "./run-time.tsx";
import { SequenceBar } from "./sequence-bar.tsx";
import { sequenceActions } from "./sequence-commands.ts";
import { makeSequenceFrame, type SequenceFrame } from "./sequence-frame.ts";
import { SequenceHeads } from "./sequence-heads.tsx";
import { SEQUENCE_COMMANDS } from "./sequence-keys.ts";
import { SequenceReadout } from "./sequence-readout.tsx";
import { SequenceTwin } from "./sequence-twin.tsx";

/** Agents as columns, messages between them as arrows in the order of time. */
export function SequenceView({ run }: { readonly run: OpenRun }) {
  const sequence = useSignal(new Sequence(run)).value;
  return (
    <Loaded from={run.messages}>
      {({ messages }) =>
        messages.length === 0 ? (
          <EmptyState title="No messages between agents">
            <p>
              Talea finds them in delegations, handoffs and agents used as tools, or where agents send them as RunEvents
              of type <code>message.sent</code>.
            </p>
          </EmptyState>
        ) : (
          <>
            <SequenceBar sequence={sequence} />
            {sequence.messages.value.length === 0 && <NothingInWindow run={run} noun="message" />}
            <SequenceRows run={run} sequence={sequence} />
          </>
        )
      }
    </Loaded>
  );
}

interface SequenceRowsProps {
  readonly run: OpenRun;
  readonly sequence: Sequence;
}

function SequenceRows({ run, sequence }: SequenceRowsProps) {
  const frame = useSignal(makeSequenceFrame(run, sequence)).value;
  const scroller = useRef<HTMLElement>(null);
  const scene = useScene(frame);
  const rowCount = sequence.rows.value.length;
  useCommands(SEQUENCE_COMMANDS, () => sequenceActions(frame, scroller));
  useEffect(() => followSize(scroller.current, frame), []);
  useStayAtEnd(scroller, frame, rowCount);
  const selected = sequence.selectedRow.value;
  useLayoutEffect(() => reveal(scroller.current, frame, selected), [selected, frame.height.value > 0]);
  useSignalEffect(() => revealCursor(scroller.current, frame));
  const height = SEQUENCE_HEAD_PX + sequenceHeight(rowCount);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: j and k select, on the whole page
    <section
      ref={scroller}
      class="sequence"
      aria-label="Messages between agents"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
      tabIndex={0}
      data-rows={rowCount}
      data-messages={sequence.messages.value.length}
      data-agents={sequence.agents.value.length}
      data-selected-row={selected}
      data-cursor-px={frame.cursorPx}
      onScroll={() => readScroll(scroller.current, frame)}
      onPointerMove={(event) => hover(frame, scroller.current, event)}
      onPointerLeave={() => {
        frame.hover.value = undefined;
      }}
      onClick={(event) => click(frame, scroller.current, event)}
    >
      <div class="sequence-extent" style={{ width: `${frame.columns.value.contentPx}px`, height: `${height}px` }}>
        <div class="sequence-seen">
          <SequenceHeads frame={frame} />
          <div class="sequence-plot">
            <Plot scene={scene} draw={drawSequence} />
          </div>
        </div>
      </div>
      <SequenceTwin sequence={sequence} />
      <SequenceReadout frame={frame} />
    </section>
  );
}

function useScene({ run, sequence, columns, times, lanes, scrollX, scrollY, cursorPx, hover }: SequenceFrame) {
  const hovered = useComputed(() => hover.value?.row ?? -1);
  const ref = useRef(
    computed<SequenceScene>(() => {
      void run.timeline.model.value;
      const [ms, y] = [run.timeline.cursorMs.value, cursorPx.value];
      return {
        rows: sequence.rows.value,
        agents: sequence.agents.value,
        columns: columns.value,
        times: times.value,
        lanes: lanes.value,
        inks: inks.value,
        scrollX: scrollX.value,
        scrollY: scrollY.value,
        cursor: ms === undefined || y === undefined ? undefined : { ms, y },
        selected: sequence.selectedRow.value,
        hovered: hovered.value,
      };
    }),
  );
  return ref.current;
}

function followSize(element: HTMLElement | null, frame: SequenceFrame): (() => void) | undefined {
  if (element === null) return undefined;
  const observer = new ResizeObserver(() => {
    frame.width.value = element.clientWidth;
    frame.height.value = element.clientHeight;
  });
  observer.observe(element);
  return () => observer.disconnect();
}

/** Whoever has scrolled to the end of a run that goes on stays there. */
function useStayAtEnd(
  scroller: { readonly current: HTMLElement | null },
  frame: SequenceFrame,
  rowCount: number,
): void {
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element !== null && frame.isAtEnd && frame.run.isOpen.peek()) element.scrollTop = element.scrollHeight;
  }, [rowCount]);
}

function readScroll(element: HTMLElement | null, frame: SequenceFrame): void {
  if (element === null) return;
  frame.scrollX.value = element.scrollLeft;
  frame.scrollY.value = element.scrollTop;
  const wasScrolled = element.scrollTop > 0;
  frame.isAtEnd = wasScrolled && element.scrollTop + element.clientHeight >= element.scrollHeight - SEQUENCE_ROW_PX;
}

function reveal(element: HTMLElement | null, { sequence, columns }: SequenceFrame, index: number): void {
  const row = sequence.rows.peek()[index];
  if (element === null || row?.type !== "message") return;
  const view = { top: element.scrollTop, height: element.clientHeight - SEQUENCE_HEAD_PX };
  const top = scrollToRow(index, SEQUENCE_ROW_PX, view);
  if (top !== undefined) element.scrollTop = top;
  const { from, to } = row.first.message;
  const places = [from, to].map((name) => sequence.agents.peek().indexOf(name));
  const left = scrollToColumns(columns.peek(), element.scrollLeft, places);
  if (left !== undefined) element.scrollLeft = left;
}

function revealCursor(element: HTMLElement | null, { height, cursorPx }: SequenceFrame): void {
  const y = cursorPx.value;
  if (element === null || y === undefined || height.value === 0) return;
  const room = height.value - SEQUENCE_HEAD_PX;
  if (y < element.scrollTop || y > element.scrollTop + room) element.scrollTop = y - room / 2;
}

function hover(frame: SequenceFrame, element: HTMLElement | null, event: PointerEvent): void {
  const { row, isOnRounds } = hit(frame, element, event);
  frame.hover.value = row < 0 ? undefined : { row, isOnRounds, x: event.clientX, y: event.clientY };
}

function click(frame: SequenceFrame, element: HTMLElement | null, event: MouseEvent): void {
  const { row: index, isOnRounds } = hit(frame, element, event);
  const row = frame.sequence.rows.peek()[index];
  if (row?.type !== "message") return;
  if (isOnRounds) {
    frame.sequence.toggleRounds(row);
    return;
  }
  frame.sequence.select(row);
  frame.run.timeline.isPanelOpen.value = true;
}

interface SequenceHit {
  /** −1: none. */
  readonly row: number;
  /** On the mark of rounds that repeat. */
  readonly isOnRounds: boolean;
}

function hit({ sequence, columns }: SequenceFrame, element: HTMLElement | null, event: MouseEvent): SequenceHit {
  const box = element?.getBoundingClientRect();
  const y = event.clientY - (box?.top ?? 0) - SEQUENCE_HEAD_PX;
  const x = event.clientX - (box?.left ?? 0);
  const index = y < 0 ? -1 : Math.floor((y + (element?.scrollTop ?? 0)) / SEQUENCE_ROW_PX);
  const row = sequence.rows.peek()[index];
  if (row?.type !== "message") return { row: -1, isOnRounds: false };
  const { timesPx, gutterPx } = columns.peek();
  return { row: index, isOnRounds: row.rounds !== undefined && x >= timesPx && x < gutterPx };
}
