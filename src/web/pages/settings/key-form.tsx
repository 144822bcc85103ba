import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { NewKey, Scope } from "../../../model/key-shapes.ts";
import { LIMITS } from "../../../model/limits.ts";
import { makeKey } from "../../state/keys.ts";

const SCOPES: readonly { readonly scope: Scope; readonly doc: string }[] = [
  { scope: "ingest", doc: "send records" },
  { scope: "read", doc: "read everything, sign in" },
  { scope: "admin", doc: "everything, keys too" },
];
const DAY_MS = 86_400_000;
const ENDS: readonly { readonly title: string; readonly days: number | undefined }[] = [
  { title: "does not end", days: undefined },
  { title: "ends in 7 days", days: 7 },
  { title: "ends in 30 days", days: 30 },
  { title: "ends in 90 days", days: 90 },
  { title: "ends in a year", days: 365 },
];

/** Makes a key. */
export function KeyForm() {
  const form = useRef<HTMLFormElement>(null);
  const hasScope = useSignal(true);
  const submit = async (element: HTMLFormElement) => {
    const wanted = readForm(new FormData(element));
    hasScope.value = wanted.scopes.length > 0;
    if (hasScope.value && (await makeKey(wanted))) element.reset();
  };
  return (
    <form
      ref={form}
      class="key-form"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
    >
      <label class="field key-name">
        <span class="unseen">Name of the key</span>
        <input
          name="name"
          placeholder="What the key is for"
          required
          maxLength={LIMITS.keyNameCharacters}
          autocomplete="off"
        />
      </label>
      <fieldset class="key-scopes" aria-label="What it may do">
        {SCOPES.map(({ scope, doc }) => (
          <label key={scope}>
            <input type="checkbox" name="scope" value={scope} defaultChecked={scope === "ingest"} />
            {scope} <span class="muted">{doc}</span>
          </label>
        ))}
      </fieldset>
      <select class="key-end" name="days" aria-label="When it ends">
        {ENDS.map(({ title, days }) => (
          <option key={title} value={days ?? ""}>
            {title}
          </option>
        ))}
      </select>
      <button type="submit" class="button">
        Make a key
      </button>
      {!hasScope.value && (
        <p class="failed" role="alert">
          Say what it may do.
        </p>
      )}
    </form>
  );
}

function readForm(data: FormData): NewKey {
  const days = Number(data.get("days"));
  return {
    name: String(data.get("name") ?? ""),
    scopes: data.getAll("scope").map((scope) => scope as Scope),
    ...(days > 0 ? { expiresAt: new Date(Date.now() + days * DAY_MS).toISOString() } : {}),
  };
}
