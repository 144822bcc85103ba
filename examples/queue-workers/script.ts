import type { Script, ScriptedReply } from "../scripted-model/scripted-model.ts";

/** What lies in the letter box: the seed picks a day. The last claim of each is a large one. */
export const DAYS = [
  { name: "Monday", claims: ["a broken window", "a stolen bicycle", "a burnt kitchen"] },
  { name: "Tuesday", claims: ["a wet cellar", "a lost suitcase", "a fallen tree on a roof"] },
  { name: "Wednesday", claims: ["a cracked screen", "a bent gate", "a flooded workshop"] },
] as const;

export type Day = (typeof DAYS)[number];

/** What the model says in the office. */
export function scriptOf({ claims }: Day): Script {
  const [first, second, large] = claims;
  return {
    intake: [{ ms: 700, text: "All three are claims, none is urgent.", reasoningTokens: 40 }],
    assessor: claims.flatMap((claim, i): ScriptedReply[] => [
      { when: `look at? ${claim}`, ms: 500 + 90 * i, text: "The photos first, then the receipt." },
      { when: `Assess ${claim}`, ms: 800 + 120 * i, text: "The damage is as described and the receipt fits." },
    ]),
    clerk: [
      { when: first, ms: 600, text: `Pay for ${first} in full.` },
      { when: second, ms: 650, text: `Pay for ${second}, less the deductible.` },
      { when: large, ms: 900, text: `Pay for ${large}: a large sum.`, reasoningTokens: 120 },
    ],
  };
}
