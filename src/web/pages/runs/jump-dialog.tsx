import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useCommands } from "../../base/commands.ts";
import { queryValue } from "../../base/place.ts";
import { place, setQuery } from "../../base/router.ts";
import { jumpChanges } from "../../state/run-query.ts";
import { Dialog } from "../../widgets/dialog.tsx";
import { localTimeText } from "../../widgets/time-range.tsx";
import { JUMP_COMMANDS } from "./runs-keys.ts";

/** Asks for an instant at which the list is to begin: how one comes to the middle of a million runs. */
export function JumpToTime() {
  const isOpen = useSignal(false);
  useCommands(JUMP_COMMANDS, () => ({
    jump: () => {
      isOpen.value = true;
    },
  }));
  if (!isOpen.value) return null;
  return (
    <JumpDialog
      onClose={() => {
        isOpen.value = false;
      }}
    />
  );
}

function JumpDialog({ onClose }: { readonly onClose: () => void }) {
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => field.current?.focus(), []);
  const startMs = Date.parse(queryValue(place.peek().query, "until") ?? "") || Date.now();
  return (
    <Dialog label="Jump to time" onClose={onClose}>
      <form
        class="jump-form"
        onSubmit={(event) => {
          event.preventDefault();
          const atMs = Date.parse(field.current?.value ?? "");
          if (Number.isNaN(atMs)) return;
          setQuery(
            { ...jumpChanges(place.peek().query, atMs, Date.now()), sort: undefined, selected: undefined },
            "step",
          );
          onClose();
        }}
      >
        <label class="field grow">
          Runs before
          <input ref={field} type="datetime-local" step="1" defaultValue={localTimeText(startMs)} />
        </label>
        <button type="submit" class="button">
          Jump
        </button>
      </form>
    </Dialog>
  );
}
