import type { Script } from "../scripted-model/scripted-model.ts";

/** What customers write: the seed picks one. */
export const LETTERS = [
  { customer: "Imani", text: "You charged me twice for order 7301, 249 each time. Please give one back." },
  { customer: "Someone", text: "You are thieves, all of you. Order 1180. 220. Now." },
  { customer: "Piotr", text: "Order 5518 never came, and yet 310 were taken from my card. I want them back." },
  { customer: "Mei", text: "I sent order 9042 back three weeks ago. Where are my 275?" },
] as const;

export type Letter = (typeof LETTERS)[number];

/** The guardrail stops the run while the front desk still reads. */
const RUDE: Script = {
  "Polite filter": [{ ms: 350, text: '{"rude":true}' }],
  "Front desk": [{ ms: 2500, text: "This is about money.", calls: [{ name: "transfer_to_billing", arguments: {} }] }],
};

/** What the model says at the support desk. */
export function scriptOf({ customer, text }: Letter): Script {
  if (customer === "Someone") return RUDE;
  const order = /order (\d+)/.exec(text.toLowerCase())?.[1] ?? "0";
  const amount = Number(/\b(\d{3})\b(?!\d)/.exec(text.replace(order, ""))?.[1] ?? "250");
  return {
    "Polite filter": [{ ms: 350, text: '{"rude":false}' }],
    "Front desk": [{ ms: 700, text: "This is about money.", calls: [{ name: "transfer_to_billing", arguments: {} }] }],
    Billing: [
      {
        ms: 800,
        calls: [
          { name: "find_payments", arguments: { order } },
          {
            name: "ask_fraud_check",
            arguments: { input: `Is ${customer} with order ${order} who they say they are?` },
          },
        ],
        reasoningTokens: 90,
      },
      { ms: 600, calls: [{ name: "refund", arguments: { order, amount } }] },
      {
        ms: 650,
        text: "More than 200 is not mine to give back.",
        calls: [{ name: "transfer_to_shift_lead", arguments: {} }],
      },
    ],
    "Fraud check": [
      { ms: 500, calls: [{ name: "look_up_customer", arguments: { name: customer } }] },
      { ms: 550, text: `${customer} has been a customer for six years. Nothing speaks against it.` },
    ],
    "Shift lead": [
      { ms: 900, calls: [{ name: "refund_with_approval", arguments: { order, amount } }], reasoningTokens: 120 },
      {
        ms: 800,
        text: `Dear ${customer}, ${amount} are on their way back to your card. It was our mistake: please forgive us.`,
      },
    ],
  };
}
