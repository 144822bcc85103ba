// A support desk on the OpenAI Agents SDK: a guardrail reads along, the front desk hands over to billing, billing asks
// an agent that stands behind a tool, is refused a refund, and hands over to the shift lead, who waits for a person.

import { setSession, setUser } from "@arizeai/openinference-core";
import { OpenAIAgentsInstrumentation } from "@arizeai/openinference-instrumentation-openai-agents";
import * as agents from "@openai/agents";
import { context } from "@opentelemetry/api";
import { NodeSDK } from "@opentelemetry/sdk-node";
import { TaleaSpanProcessor } from "@talea/sdk";
import { z } from "zod";
import { pause, pick, startScriptedModel } from "../scripted-model/scripted-model.ts";
import { LETTERS, scriptOf } from "./script.ts";
import { findPayments, lookUpCustomer, refund, refundWithApproval } from "./tools.ts";

// What connects a program on the Agents SDK with Talea: these four lines, and OTEL_EXPORTER_OTLP_ENDPOINT.
const live = new TaleaSpanProcessor({ exportSpans: true });
const sdk = new NodeSDK({ serviceName: "support-desk", spanProcessors: [live] });
sdk.start();
new OpenAIAgentsInstrumentation().manuallyInstrument(agents);

const letter = pick(LETTERS);
const provider = await startScriptedModel(scriptOf(letter));
const { Agent, OpenAIProvider, Runner, withTrace } = agents;
const modelProvider = new OpenAIProvider({ baseURL: provider.url, apiKey: "none", useResponses: true });
const runner = new Runner({ modelProvider, workflowName: "support desk" });
const filter = new Runner({ modelProvider, workflowName: "polite filter" });

const politeFilter = new Agent({
  name: "Polite filter",
  model: "gpt-4o-mini",
  instructions: "You are Polite filter. Say whether a letter is rude.",
  outputType: z.object({ rude: z.boolean() }),
});
const fraudCheck = new Agent({
  name: "Fraud check",
  model: "gpt-4o-mini",
  instructions: "You are Fraud check. Look people up.",
  tools: [lookUpCustomer],
});
const shiftLead = new Agent({
  name: "Shift lead",
  model: "gpt-5.1",
  instructions: "You are Shift lead. Decide what the desk may not.",
  tools: [refundWithApproval],
});
const billing = new Agent({
  name: "Billing",
  model: "gpt-4o",
  instructions: "You are Billing. Find out what was paid, give back what is due.",
  tools: [
    findPayments,
    refund,
    fraudCheck.asTool({
      toolName: "ask_fraud_check",
      toolDescription: "Asks about a customer",
      runConfig: { modelProvider },
    }),
  ],
  handoffs: [agents.handoff(shiftLead, { toolNameOverride: "transfer_to_shift_lead" })],
});
const frontDesk = new Agent({
  name: "Front desk",
  model: "gpt-4o-mini",
  instructions: "You are Front desk. Hand every letter to who can help.",
  handoffs: [agents.handoff(billing, { toolNameOverride: "transfer_to_billing" })],
  inputGuardrails: [
    {
      name: "polite",
      execute: async ({ input }) => {
        const { finalOutput } = await filter.run(politeFilter, input);
        return { tripwireTriggered: finalOutput?.rude === true, outputInfo: finalOutput };
      },
    },
  ],
});

async function answer(): Promise<string> {
  let result = await runner.run(frontDesk, letter.text);
  while (result.interruptions.length > 0) {
    await pause(1800); // The shift lead's chief reads it and agrees.
    for (const interruption of result.interruptions) result.state.approve(interruption);
    result = await runner.run(frontDesk, result.state);
  }
  return String(result.finalOutput);
}

const customer = setSession(setUser(context.active(), { userId: letter.customer }), { sessionId: "letters-of-today" });
try {
  console.log(await context.with(customer, () => withTrace("support desk", answer)));
} catch (error) {
  if (!(error instanceof agents.InputGuardrailTripwireTriggered)) throw error;
  console.log("The letter is rude: nobody answers it.");
}
await sdk.shutdown();
await provider.close();
