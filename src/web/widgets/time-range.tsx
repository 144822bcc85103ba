import "./time-range.css";
import { useSignal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import { useCommands } from "../base/commands.ts";
import { queryValue } from "../base/place.ts";
import { place, setQuery } from "../base/router.ts";
import { parseTypedRange } from "../base/typed-range.ts";
import { visibleLine } from "../base/visible-text.ts";
import { Menu } from "./menu.tsx";
import { TIME_RANGE_COMMANDS } from "./time-range-keys.ts";

const RANGES = [
  { since: "-15m", title: "15m" },
  { since: "-1h", title: "1h" },
  { since: "-24h", title: "24h" },
  { since: "-7d", title: "7d" },
  { since: "-30d", title: "30d" },
];
const DEFAULT = "-24h";

/** The window of time in the URL: `since` and `until`, relative or absolute. */
export function TimeRange() {
  const since = queryValue(place.value.query, "since") ?? DEFAULT;
  const until = queryValue(place.value.query, "until");
  const isCustom = until !== undefined || !RANGES.some((range) => range.since === since);
  const isOpen = useSignal(false);
  useCommands(TIME_RANGE_COMMANDS, () => ({
    type: () => {
      isOpen.value = true;
    },
  }));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset brings a frame and a legend of its own
    <div class="time-range" role="group" aria-label="Time range">
      {RANGES.map((range) => (
        <button
          key={range.since}
          type="button"
          class="button quiet"
          aria-pressed={!isCustom && range.since === since}
          onClick={() =>
            setQuery({ since: range.since === DEFAULT ? undefined : range.since, until: undefined }, "step")
          }
        >
          {range.title}
        </button>
      ))}
      <Menu label={isCustom ? customTitle(since, until) : "Custom"} isActive={isCustom} isOpen={isOpen}>
        {(close) => (
          <>
            <TypedRange close={close} />
            <CustomRange close={close} />
          </>
        )}
      </Menu>
    </div>
  );
}

/** A range in words; Enter shows it. */
function TypedRange({ close }: { readonly close: () => void }) {
  const isRefused = useSignal(false);
  const hint = useId();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <form
      class="custom-range"
      onSubmit={(event) => {
        event.preventDefault();
        const text = String(new FormData(event.currentTarget).get("range") ?? "");
        const range = parseTypedRange(text, Date.now());
        isRefused.value = range === undefined;
        if (range === undefined) return;
        setQuery({ since: range.since, until: range.until }, "step");
        close();
      }}
    >
      <label class="field">
        <input
          ref={field}
          name="range"
          aria-label="Range in words"
          aria-describedby={hint}
          aria-invalid={isRefused.value}
          placeholder="3h, yesterday, 2026-11-20 10:00 – 12:30"
          autocomplete="off"
          onInput={() => {
            isRefused.value = false;
          }}
        />
      </label>
      <p id={hint} class={isRefused.value ? "failed" : "muted"} role="status">
        {isRefused.value
          ? "That is no time before now. Write 3h, today, a date, or two times with – between them."
          : `Times are of ${zoneName()}`}
      </p>
    </form>
  );
}

/** Such as `Europe/Berlin (GMT+1)`. */
function zoneName(): string {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const parts = new Intl.DateTimeFormat("en", { timeZoneName: "shortOffset" }).formatToParts();
  const offset = parts.find(({ type }) => type === "timeZoneName")?.value;
  return offset === undefined || offset === timeZone ? timeZone : `${timeZone} (${offset})`;
}

function CustomRange({ close }: { readonly close: () => void }) {
  const now = Date.now();
  const { query } = place.peek();
  const from = useSignal(localTimeText(Date.parse(queryValue(query, "since") ?? "") || now - 86_400_000));
  const to = useSignal(localTimeText(Date.parse(queryValue(query, "until") ?? "") || now));
  const isValid = Date.parse(from.value) < Date.parse(to.value);
  return (
    <form
      class="custom-range"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isValid) return;
        const instant = (text: string) => new Date(Date.parse(text)).toISOString();
        setQuery({ since: instant(from.peek()), until: instant(to.peek()) }, "step");
        close();
      }}
    >
      {(["From", "To"] as const).map((title) => {
        const value = title === "From" ? from : to;
        return (
          <label key={title} class="field">
            {title}
            <input
              type="datetime-local"
              step="1"
              value={value.value}
              onInput={(event) => {
                value.value = event.currentTarget.value;
              }}
            />
          </label>
        );
      })}
      <button type="submit" class="button" disabled={!isValid}>
        Show
      </button>
    </form>
  );
}

/** As a field for times wants it: the reader's zone, no zone in the text. */
export function localTimeText(ms: number): string {
  const at = new Date(ms);
  const two = (part: number) => String(part).padStart(2, "0");
  const day = [String(at.getFullYear()).padStart(4, "0"), two(at.getMonth() + 1), two(at.getDate())].join("-");
  return `${day}T${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(":")}`;
}

function customTitle(since: string, until: string | undefined): string {
  const short = (text: string) => {
    const ms = Date.parse(text);
    // Whatever else a link says is shown as it is: the answer says what is wrong with it.
    if (text.startsWith("-") || Number.isNaN(ms)) return visibleLine(text, 20);
    return localTimeText(ms).slice(5, 16).replace("T", " ");
  };
  return until === undefined ? `Since ${short(since)}` : `${short(since)} – ${short(until)}`;
}
