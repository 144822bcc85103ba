// Names of model providers, in the spelling of OpenTelemetry's registry where there is one.

/** Dotted names of the registry; elsewhere what follows a dot is an API of the provider (`openai.responses`). */
const DOTTED = /^(?:aws|azure|gcp|ibm)\./;
const NAMES: ReadonlyMap<string, string> = new Map([
  ["az.ai.openai", "azure.ai.openai"],
  ["az.ai.inference", "azure.ai.inference"],
  ["azure", "azure.ai.openai"],
  ["azure-openai", "azure.ai.openai"],
  ["azure_openai", "azure.ai.openai"],
  ["amazon-bedrock", "aws.bedrock"],
  ["bedrock", "aws.bedrock"],
  ["aws", "aws.bedrock"],
  ["mistralai", "mistral_ai"],
  ["mistral", "mistral_ai"],
  ["xai", "x_ai"],
  ["vertexai", "gcp.vertex_ai"],
  ["google_vertexai", "gcp.vertex_ai"],
  ["vertex", "gcp.vertex_ai"],
  ["gemini", "gcp.gemini"],
  ["google_genai", "gcp.gemini"],
  ["google", "gcp.gemini"],
  ["moonshot", "moonshot_ai"],
]);
/** Words that emitters write where the provider is due, but that name a framework. */
const FRAMEWORKS = new Set([
  ...["langchain", "langgraph", "crewai", "autogen", "llamaindex", "strands-agents", "gcp.vertex.agent", "agno"],
  ...["microsoft.agent_framework", "agent_framework", "haystack", "pydantic-ai", "_other", "unknown", "none"],
]);
const NAME_LENGTH_MAX = 128;

/** The provider that a word means: `OpenAI`, `openai.responses` → `openai`; "" where it names none. */
export function providerOf(word: string): string {
  if (word === "" || word.length > NAME_LENGTH_MAX) return "";
  const known = NAMES.get(word);
  if (known !== undefined) return known;
  const lower = word.toLowerCase();
  if (FRAMEWORKS.has(lower)) return "";
  const dot = lower.indexOf(".");
  const name = dot <= 0 || lower.startsWith("az.") || DOTTED.test(lower) ? lower : lower.slice(0, dot);
  return NAMES.get(name) ?? name;
}
