import { useComputed, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Turn } from "../../../model/conversation-shapes.ts";
import type { ConversationReader } from "../../state/conversation-reader.ts";
import { ConversationTurn } from "./conversation-turn.tsx";
import { highlightWords } from "./word-highlight.ts";

/** Turns are made and taken away so many at a time. */
const CHUNK = 20;
const AROUND_PX = 1_200;
/** About what a turn takes: for what was not measured yet. */
const TURN_PX = 72;
const AT_END_PX = 40;

/** The turns, of any number: only those near the place that is looked at are made. */
export function ConversationList({ reader }: { readonly reader: ConversationReader }) {
  const { conversation, run } = reader;
  const scroller = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(false);
  const turns = reader.turns.value;
  const startMs = Date.parse(run.detail.data.value?.startedAt ?? "");
  const hasMore = conversation.data.value?.nextCursor !== undefined;
  useLayoutEffect(() => {
    const element = scroller.current;
    // A run that goes on is read at its end as long as the reader is there.
    if (element !== null && isAtEnd.current && run.isOpen.peek()) element.scrollTop = element.scrollHeight;
  }, [turns]);
  useEffect(() => (scroller.current === null ? undefined : highlightWords(scroller.current, reader.words)), []);
  const chunks = Array.from({ length: Math.ceil(turns.length / CHUNK) }, (_, i) => i * CHUNK);
  return (
    <div
      ref={scroller}
      class="conversation"
      role="feed"
      aria-label="Conversation"
      aria-busy={conversation.isLoadingMore.value}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
        isAtEnd.current = scrollTop + clientHeight >= scrollHeight - AT_END_PX;
      }}
    >
      {chunks.map((first) => (
        <TurnChunk
          key={first}
          reader={reader}
          turns={turns}
          first={first}
          count={turns.length}
          startMs={startMs}
          scroller={scroller}
        />
      ))}
      {hasMore && <MoreTurns reader={reader} scroller={scroller} />}
    </div>
  );
}

interface ChunkProps {
  readonly reader: ConversationReader;
  readonly turns: readonly Turn[];
  readonly first: number;
  readonly count: number;
  readonly startMs: number;
  readonly scroller: RefObject<HTMLDivElement | null>;
}

/** Some turns: made while they are near, else a space of their height. */
function TurnChunk({ reader, turns, first, count, startMs, scroller }: ChunkProps) {
  const element = useRef<HTMLDivElement>(null);
  const height = useRef<number | undefined>(undefined);
  const isNear = useNear(element, scroller, first === 0, () => {
    height.current = element.current?.offsetHeight;
  });
  const own = turns.slice(first, first + CHUNK);
  const isWanted = useComputed(() => isAmong(reader, first - CHUNK, first + 2 * CHUNK));
  const isMade = isNear.value || isWanted.value;
  return (
    <div
      ref={element}
      class="turns"
      style={isMade ? undefined : { height: `${height.current ?? own.length * TURN_PX}px` }}
    >
      {isMade &&
        own.map((turn, i) => (
          <ConversationTurn
            key={turn.id}
            reader={reader}
            turn={turn}
            position={first + i + 1}
            count={count}
            startMs={startMs}
          />
        ))}
    </div>
  );
}

/** Whether the turn that is to be brought into sight is one of these: it is made then, with those around it. */
function isAmong({ wish, turns }: ConversationReader, from: number, to: number): boolean {
  const id = wish.value?.id;
  return id !== undefined && turns.value.slice(Math.max(0, from), to).some((turn) => turn.id === id);
}

/** Reads on when the end comes near. */
function MoreTurns({ reader, scroller }: Pick<ChunkProps, "reader" | "scroller">) {
  const element = useRef<HTMLDivElement>(null);
  const isNear = useNear(element, scroller, false);
  const { conversation } = reader;
  const shown = conversation.data.value?.turns.length;
  useEffect(() => {
    if (isNear.value) void conversation.loadMore();
  }, [isNear.value, shown]);
  return (
    <div ref={element} class="conversation-more muted" role="status">
      Loading…
    </div>
  );
}

/** Whether an element is near what is seen of its scroller. `onLeave` is called while it is still as it was. */
function useNear(
  element: RefObject<HTMLElement | null>,
  scroller: RefObject<HTMLElement | null>,
  initially: boolean,
  onLeave?: () => void,
) {
  const isNear = useSignal(initially);
  useEffect(() => {
    if (element.current === null) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        const isIntersecting = entries.at(-1)?.isIntersecting === true;
        if (isNear.peek() && !isIntersecting) onLeave?.();
        isNear.value = isIntersecting;
      },
      { root: scroller.current, rootMargin: `${AROUND_PX}px 0px` },
    );
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return isNear;
}
