import "./filter-chips.css";
import { place, setQuery } from "../base/router.ts";
import { visibleLine } from "../base/visible-text.ts";
import { Icon } from "./icon.tsx";

export interface ChipFilter {
  readonly name: string;
  readonly title: string;
  /** How a value reads, when not as it stands in the URL. */
  readonly show?: (value: string) => string;
}

interface FilterChipsProps {
  /** Filters of the URL, by the names that they have there. */
  readonly filters: readonly ChipFilter[];
  readonly onClear: () => void;
}

/** The values that the URL filters by, each to be taken away. */
export function FilterChips({ filters, onClear }: FilterChipsProps) {
  const { query } = place.value;
  const chips = filters.flatMap(({ name, title, show = visibleValue }) =>
    (query.get(name) ?? []).map((value) => ({ name, title, value, text: show(value) })),
  );
  if (chips.length === 0) return null;
  return (
    <div class="filter-chips">
      {chips.map(({ name, title, value, text }) => (
        <span key={`${name} ${value}`} class="chip">
          <span class="muted">{visibleLine(title, 60)}</span>
          <span class="foreign cut">{text}</span>
          <button
            type="button"
            aria-label={`Remove the filter ${title} ${text}`}
            onClick={() => setQuery({ [name]: (query.get(name) ?? []).filter((other) => other !== value) }, "step")}
          >
            <Icon name="close" size={12} />
          </button>
        </span>
      ))}
      <button type="button" class="button quiet small" onClick={onClear}>
        Clear
      </button>
    </div>
  );
}

function visibleValue(value: string): string {
  return visibleLine(value, 60);
}
