import { useSignal } from "@preact/signals";
import { ApiFailure } from "../../base/api.ts";
import { setQuery } from "../../base/router.ts";
import { CopyButton } from "../../widgets/copy-button.tsx";
import { EmptyState, FailureNotice } from "../../widgets/notices.tsx";

const PYTHON = `pip install opentelemetry-distro opentelemetry-exporter-otlp
opentelemetry-bootstrap -a install
OTEL_EXPORTER_OTLP_ENDPOINT=${location.origin} \\
OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf \\
opentelemetry-instrument python agents.py`;

const TYPESCRIPT = `npm install @opentelemetry/api @opentelemetry/auto-instrumentations-node
OTEL_EXPORTER_OTLP_ENDPOINT=${location.origin} \\
node --import @opentelemetry/auto-instrumentations-node/register agents.ts`;

/** Says why there is nothing, and the exact way to something. */
export function NoRuns({ isFiltered }: { readonly isFiltered: boolean }) {
  if (isFiltered) {
    return (
      <EmptyState title="No run passes these filters">
        <p>Take a filter away (Shift+X clears all of them), or look further back.</p>
        <p>
          <LookBack />
        </p>
      </EmptyState>
    );
  }
  return (
    <EmptyState title="No runs in this window of time">
      <p>
        Talea shows what agents send by OpenTelemetry. Point any instrumented program at <code>{location.origin}</code>{" "}
        and its runs appear here within a second or two.
      </p>
      <Snippet title="Python" code={PYTHON} />
      <Snippet title="TypeScript" code={TYPESCRIPT} />
      <p>
        <a class="button" href="/settings/connect">
          Connect another framework
        </a>
      </p>
      <SampleRuns />
      <p>
        <LookBack />
      </p>
    </EmptyState>
  );
}

/** Runs to look at for who has no agents at hand. */
function SampleRuns() {
  const isSending = useSignal(false);
  const failure = useSignal<ApiFailure | undefined>(undefined);
  const send = async () => {
    isSending.value = true;
    failure.value = undefined;
    try {
      // Loaded when it is asked for: it is larger than most pages.
      const { loadSampleRuns } = await import("../../state/sample-runs.ts");
      await loadSampleRuns();
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      failure.value = error;
    } finally {
      isSending.value = false;
    }
  };
  return (
    <>
      <p>
        Without agents at hand, look at runs that were recorded, or let <code>npm run demo</code> start a few real
        agents that need no key and no network.
      </p>
      {failure.value && <FailureNotice failure={failure.value} onRetry={send} />}
      <p>
        <button type="button" class="button" disabled={isSending.value} onClick={send}>
          {isSending.value ? "Loading sample runs…" : "Load sample runs"}
        </button>
      </p>
    </>
  );
}

function LookBack() {
  return (
    <button type="button" class="button" onClick={() => setQuery({ since: "-30d", until: undefined }, "step")}>
      Look at the last 30 days
    </button>
  );
}

function Snippet({ title, code }: { readonly title: string; readonly code: string }) {
  return (
    <section class="snippet">
      <header>
        <h2>{title}</h2>
        <CopyButton text={() => code} label={`Copy the commands for ${title}`} />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, also by keys */}
      <pre tabIndex={0}>{code}</pre>
    </section>
  );
}
