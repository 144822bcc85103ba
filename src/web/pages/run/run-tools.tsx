import "./what-if.css";
import { computed } from "@preact/signals";
import { type Command, useCommands } from "../../base/commands.ts";
import { queryValue } from "../../base/place.ts";
import { place, setQuery } from "../../base/router.ts";
import type { OpenRun } from "../../state/open-run.ts";
import { lazyView } from "../../widgets/lazy.tsx";

const isWhatIfOpen = computed(() => queryValue(place.value.query, "whatif") !== undefined);
const WhatIfPanel = lazyView(async () => (await import("./what-if-panel.tsx")).WhatIfPanel);

function toggleWhatIf(): void {
  setQuery({ whatif: isWhatIfOpen.peek() ? undefined : "", factor: undefined }, "step");
}

function toolCommands(): Command[] {
  return [{ title: "What if something were faster", group: "Views of a run", keys: ["W"], run: toggleWhatIf }];
}

/** What stands below every view of a run while it is open. */
export function RunTools({ run }: { readonly run: OpenRun }) {
  useCommands(toolCommands);
  return isWhatIfOpen.value ? <WhatIfPanel run={run} onClose={toggleWhatIf} /> : null;
}

/** At the end of the line of tabs. */
export function RunToolButtons() {
  return (
    <div class="run-tool-buttons">
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
