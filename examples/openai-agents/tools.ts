import { tool } from "@openai/agents";
import { z } from "zod";
import { pause } from "../scripted-model/scripted-model.ts";

const DESK_LIMIT = 200;

export const findPayments = tool({
  name: "find_payments",
  description: "Payments of an order",
  parameters: z.object({ order: z.string() }),
  execute: async ({ order }) => {
    await pause(1300);
    return `Order ${order}: two payments, four minutes apart, by the same card`;
  },
});

export const lookUpCustomer = tool({
  name: "look_up_customer",
  description: "What is known about a customer",
  parameters: z.object({ name: z.string() }),
  execute: async ({ name }) => {
    await pause(900);
    return `${name}: since six years, 41 orders, 2 returned`;
  },
});

export const refund = tool({
  name: "refund",
  description: `Gives money back, at most ${DESK_LIMIT}`,
  parameters: z.object({ order: z.string(), amount: z.number() }),
  // A tool that fails tells the model so.
  errorFunction: (_context, error) => `Refused: ${error instanceof Error ? error.message : String(error)}`,
  execute: async ({ amount }) => {
    await pause(400);
    if (amount > DESK_LIMIT) throw new Error(`${amount} is more than the desk may give back (${DESK_LIMIT})`);
    return "done";
  },
});

export const refundWithApproval = tool({
  name: "refund_with_approval",
  description: "Gives money back, after a person has agreed",
  parameters: z.object({ order: z.string(), amount: z.number() }),
  needsApproval: true,
  execute: async ({ order, amount }) => {
    await pause(1100);
    return `${amount} were sent back for order ${order}`;
  },
});
