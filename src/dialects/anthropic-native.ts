import type { Dialect } from "./dialect.ts";
import { providerOf } from "./extract/providers.ts";
import { readGenAi } from "./otel-genai.ts";

export const anthropicNative: Dialect = {
  id: "anthropic-native",
  doc: "Spans that Anthropic's SDKs and its API make themselves, in OpenTelemetry's words: usage includes cached tokens, no content. They repeat the spans of an instrumentation of the SDK; of two calls with one response id only one counts. Known from the sources, not from a capture.",
  detect: { scopes: ["com.anthropic.sdk*", "com.anthropic.claude-platform*"] },
  map(span, draft) {
    readGenAi(span, draft);
    if (draft.kind === "llm" && providerOf(draft.provider) === "") draft.provider = "anthropic";
  },
};
