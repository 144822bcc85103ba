import { useSignal } from "@preact/signals";
import type { Key, Keys } from "../../../model/key-shapes.ts";
import { visibleText } from "../../base/visible-text.ts";
import { keyFailure, keys, madeKey, revokeKey } from "../../state/keys.ts";
import { Ago } from "../../widgets/ago.tsx";
import { CopyButton } from "../../widgets/copy-button.tsx";
import { FailureNotice, Loaded } from "../../widgets/notices.tsx";
import { KeyForm } from "./key-form.tsx";
import { SettingsTable } from "./settings-table.tsx";

/** The keys that were issued: who may send and read. */
export function KeysSection() {
  const failure = keys.failure.value;
  if (failure?.code === "scope_missing") {
    return (
      <div class="settings-body">
        <p>
          Keys are made and revoked with a key that has the scope <code>admin</code>. Yours may only read.
        </p>
      </div>
    );
  }
  return (
    <div class="settings-body">
      <Loaded from={keys}>{(loaded) => <KeyList loaded={loaded} />}</Loaded>
    </div>
  );
}

function KeyList({ loaded }: { readonly loaded: Keys }) {
  return (
    <>
      {loaded.isOpen && <OpenNotice />}
      <KeyForm />
      {keyFailure.value && <FailureNotice failure={keyFailure.value} />}
      <MadeKey isOpen={loaded.isOpen} />
      <SettingsTable
        title="Keys"
        isTitleUnseen
        heads={["Name", "May", "Made", "Last used", "Ends", { title: "Revoke", kind: "unseen" }]}
      >
        {!loaded.isOpen && (
          <tr>
            <td>Main key</td>
            <td>everything</td>
            <td colSpan={4} class="muted">
              given to the server when it starts (<code>TALEA_KEY</code>, <code>--key-file</code>): it ends when it
              starts with another one
            </td>
          </tr>
        )}
        {loaded.keys.map((key) => (
          <KeyRow key={key.id} of={key} />
        ))}
      </SettingsTable>
      {loaded.keys.length === 0 && (
        <p class="muted">No key was issued yet: a key for each sender can be taken from it alone.</p>
      )}
    </>
  );
}

function OpenNotice() {
  return (
    <p class="settings-notice">
      This server asks nobody for a key: it listens for this machine only, and whoever is on it may do everything. Keys
      that you make now change nothing. They begin to count when the server is started with a main key:{" "}
      <code>TALEA_KEY=… talea serve</code>.
    </p>
  );
}

/** A key that was just made, with the secret that nobody will see again. */
function MadeKey({ isOpen }: { readonly isOpen: boolean }) {
  const made = madeKey.value;
  if (made === undefined) return null;
  return (
    <section class="made-key" aria-label="The key that was made">
      <p>
        <strong class="foreign">{visibleText(made.key.name)}</strong> is made. Copy it now: it is shown this once, and
        kept nowhere.
      </p>
      <p class="made-key-secret">
        <code>{made.secret}</code>
        <CopyButton text={() => made.secret} label="Copy the key" />
        <span class="grow" />
        {!isOpen && made.key.scopes.some((scope) => scope !== "read") && (
          <a class="button" href="/settings/connect">
            Connect with it
          </a>
        )}
        <button
          type="button"
          class="button"
          onClick={() => {
            madeKey.value = undefined;
          }}
        >
          I have it
        </button>
      </p>
    </section>
  );
}

function KeyRow({ of: key }: { readonly of: Key }) {
  const { name, scopes, createdAt, lastUsedAt, expiresAt, isExpired, isYours } = key;
  return (
    <tr class={isExpired ? "muted" : ""}>
      <td class="foreign">
        {visibleText(name)}
        {isYours && <span class="muted"> (yours)</span>}
      </td>
      <td>{scopes.includes("admin") ? "everything" : scopes.join(", ")}</td>
      <td>
        <Ago instant={createdAt} />
      </td>
      <td>{lastUsedAt === undefined ? <span class="muted">never</span> : <Ago instant={lastUsedAt} />}</td>
      <td>
        {expiresAt === undefined ? <span class="muted">never</span> : isExpired ? "has ended" : expiresAt.slice(0, 10)}
      </td>
      <td class="number">
        <Revoke of={key} />
      </td>
    </tr>
  );
}

/** Asks once more: whoever uses the key is cut off at once. */
function Revoke({ of: { id, name, isYours } }: { readonly of: Key }) {
  const isAsking = useSignal(false);
  const ask = (asking: boolean) => {
    isAsking.value = asking;
  };
  if (!isAsking.value) {
    return (
      <button type="button" class="button quiet small" aria-label={`Revoke ${name}`} onClick={() => ask(true)}>
        Revoke
      </button>
    );
  }
  return (
    <span class="revoke-sure">
      {isYours ? "You will be signed out." : "Whoever uses it is cut off."}
      <button type="button" class="button small failed" onClick={() => void revokeKey(id)}>
        Revoke it
      </button>
      <button type="button" class="button quiet small" onClick={() => ask(false)}>
        Keep it
      </button>
    </span>
  );
}
