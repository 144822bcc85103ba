import "./json-tree.css";
import { useSignal } from "@preact/signals";
import { formatCounted } from "../base/format.ts";
import { visibleLine } from "../base/visible-text.ts";
import { Icon } from "./icon.tsx";
import { LongText } from "./long-text.tsx";

const ENTRIES_FIRST = 50;
const OPEN_ENTRIES_MAX = 12;
const LINE_MAX = 120;

interface JsonTreeProps {
  readonly value: unknown;
  /** Levels that are open at first. */
  readonly open?: number;
}

/** A JSON value as a tree; what is closed is not made. */
export function JsonTree({ value, open = 2 }: JsonTreeProps) {
  return (
    <div class="json-tree">
      <JsonNode value={value} open={open} />
    </div>
  );
}

interface JsonNodeProps extends JsonTreeProps {
  readonly name?: string;
}

function JsonNode({ name, value, open = 0 }: JsonNodeProps) {
  if (typeof value === "object" && value !== null) return <JsonBranch {...label(name)} value={value} open={open} />;
  return (
    <div class="json-line">
      <JsonName {...label(name)} />
      <JsonLeaf value={value} />
    </div>
  );
}

interface JsonBranchProps {
  readonly name?: string;
  readonly value: object;
  readonly open: number;
}

function JsonBranch({ name, value, open }: JsonBranchProps) {
  const isList = Array.isArray(value);
  const entries = Object.entries(value);
  const isOpen = useSignal(
    open > 0 && entries.length > 0 && (name === undefined || entries.length <= OPEN_ENTRIES_MAX),
  );
  const shown = useSignal(ENTRIES_FIRST);
  if (entries.length === 0) {
    return (
      <div class="json-line">
        <JsonName {...label(name)} />
        <span class="muted">{isList ? "[]" : "{}"}</span>
      </div>
    );
  }
  const size = formatCounted(entries.length, isList ? "item" : "field");
  return (
    <div>
      <button
        type="button"
        class="json-line json-toggle"
        aria-expanded={isOpen.value}
        onClick={() => (isOpen.value = !isOpen.value)}
      >
        <Icon name={isOpen.value ? "down" : "right"} size={12} />
        <JsonName {...label(name)} />
        <span class="muted">{isList ? `[ ${size} ]` : `{ ${size} }`}</span>
      </button>
      {isOpen.value && (
        <div class="json-children">
          {entries.slice(0, shown.value).map(([key, child]) => (
            <JsonNode key={key} name={key} value={child} open={open - 1} />
          ))}
          {entries.length > shown.value && (
            <button type="button" class="button small" onClick={() => (shown.value *= 4)}>
              Show more of the other {entries.length - shown.value}
            </button>
          )}
        </div>
      )}
    </div>
  );
}

function JsonName({ name }: { readonly name?: string }) {
  if (name === undefined) return null;
  return (
    <>
      <span class="json-name foreign">{visibleLine(name, LINE_MAX)}</span>
      <span class="muted">:</span>
    </>
  );
}

function JsonLeaf({ value }: { readonly value: unknown }) {
  if (typeof value !== "string") return <span class="json-value">{String(value)}</span>;
  if (value.length <= LINE_MAX && !value.includes("\n")) {
    return <span class="json-text foreign">{visibleLine(value)}</span>;
  }
  return (
    <div class="json-text">
      <LongText text={value} first={600} isCode />
    </div>
  );
}

/** With exactOptionalPropertyTypes an absent name must be absent. */
function label(name: string | undefined): { readonly name?: string } {
  return name === undefined ? {} : { name };
}
