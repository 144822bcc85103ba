import "./playback.css";
import "./what-if.css";
import { computed } from "@preact/signals";
import { useCommands } from "../../base/commands.ts";
import { queryValue } from "../../base/place.ts";
import { place, setQuery } from "../../base/router.ts";
import type { OpenRun } from "../../state/open-run.ts";
import { lazyView } from "../../widgets/lazy.tsx";
import { RUN_TIME_COMMANDS, RUN_TOOL_COMMANDS } from "./run-keys.ts";
import { timeActions } from "./run-time.tsx";

const isWhatIfOpen = computed(() => queryValue(place.value.query, "whatif") !== undefined);
const PlaybackStrip = lazyView(async () => (await import("./playback-strip.tsx")).PlaybackStrip);
const WhatIfPanel = lazyView(async () => (await import("./what-if-panel.tsx")).WhatIfPanel);

function toggleWhatIf(): void {
  setQuery({ whatif: isWhatIfOpen.peek() ? undefined : "", factor: undefined }, "step");
}

/** Begins at the time cursor, which stays where it is when the playback is closed. */
function togglePlayback({ timeline }: OpenRun): void {
  if (timeline.cursorMs.peek() === undefined) timeline.placeCursorAtSelection();
  timeline.isPlaybackOpen.value = !timeline.isPlaybackOpen.peek();
  setQuery({ speed: undefined }, "quiet");
}

/** What stands below every view of a run while it is open. */
export function RunTools({ run }: { readonly run: OpenRun }) {
  useCommands(RUN_TIME_COMMANDS, () => timeActions(run));
  useCommands(RUN_TOOL_COMMANDS, () => ({ play: () => togglePlayback(run), whatIf: toggleWhatIf }));
  return (
    <>
      {run.timeline.isPlaybackOpen.value && <PlaybackStrip run={run} onClose={() => togglePlayback(run)} />}
      {isWhatIfOpen.value && <WhatIfPanel run={run} onClose={toggleWhatIf} />}
    </>
  );
}

/** At the end of the line of tabs. */
export function RunToolButtons({ run }: { readonly run: OpenRun }) {
  return (
    <div class="run-tool-buttons">
      <button
        type="button"
        class="button quiet"
        aria-pressed={run.timeline.isPlaybackOpen.value}
        data-tip="At any instant, what each agent did (P)"
        onClick={() => togglePlayback(run)}
      >
        Play back
      </button>
      <button
        type="button"
        class="button quiet"
        aria-pressed={isWhatIfOpen.value}
        data-tip="What if an agent, a tool or a model were faster (W)"
        onClick={toggleWhatIf}
      >
        What if
      </button>
    </div>
  );
}
