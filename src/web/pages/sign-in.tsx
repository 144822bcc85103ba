import "./sign-in.css";
import { useSignal } from "@preact/signals";
import { ApiFailure, signIn } from "../base/api.ts";
import { FailureNotice } from "../widgets/notices.tsx";

/** Asks for the key; the browser then keeps a cookie, the page itself keeps nothing. */
export function SignIn() {
  const failure = useSignal<ApiFailure | undefined>(undefined);
  const submit = async (form: HTMLFormElement) => {
    const key = new FormData(form).get("key");
    try {
      await signIn(typeof key === "string" ? key.trim() : "");
      location.reload();
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      failure.value = error;
    }
  };
  return (
    <main class="sign-in">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit(event.currentTarget);
        }}
      >
        <h1>Sign in to Talea</h1>
        <p class="muted">
          This server asks for a key: the one that it was started with (<code>TALEA_KEY</code> or{" "}
          <code>--key-file</code>), or one with the scope <code>read</code> that was made in Settings.
        </p>
        <label class="field">
          <span class="unseen">Key</span>
          <input name="key" type="password" autocomplete="current-password" placeholder="Key" required />
        </label>
        <button type="submit" class="button">
          Sign in
        </button>
        {failure.value && <FailureNotice failure={failure.value} />}
      </form>
    </main>
  );
}
