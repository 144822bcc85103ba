import type { Script } from "../scripted-model/scripted-model.ts";

/** What the reports are about: the seed picks one. */
export const SUBJECTS = [
  { subject: "heat pumps in old houses", first: "costs", second: "noise" },
  { subject: "night trains", first: "demand", second: "rolling stock" },
  { subject: "seaweed as food", first: "farming", second: "taste" },
] as const;

export type Subject = (typeof SUBJECTS)[number];

/** What the model says in the three processes. */
export function scriptOf({ subject, first, second }: Subject): Script {
  return {
    coordinator: [
      {
        ms: 800,
        text: `Two questions about ${subject}: ${first}, and ${second}. Then one page.`,
        reasoningTokens: 130,
      },
      { ms: 600, text: "Too long for one page: the first part says things twice. Please shorten." },
      { ms: 500, text: "Fit to print, if the editor agrees." },
    ],
    researcher: [
      { when: first, ms: 700, text: `search: ${subject} ${first} statistics` },
      { when: second, ms: 650, text: `search: ${subject} ${second} studies` },
      {
        when: `${first} notes`,
        ms: 900,
        text: `On ${first}: three sources agree, one is from before 2015 and left out.`,
      },
      {
        when: `${second} notes`,
        ms: 850,
        text: `On ${second}: two good studies. Both say that it depends on the place.`,
      },
    ],
    writer: [
      {
        when: "Write",
        ms: 1900,
        text:
          `What is to be said about ${subject}? First, ${first}: three sources agree on the direction, if not on the ` +
          `size, and it pays to look at each of them in turn, for they agree. Second, ${second}: it depends on the place.`,
      },
      {
        when: "shorten",
        ms: 1200,
        text: `${subject}: three sources agree on ${first}; ${second} depends on the place.`,
      },
    ],
  };
}
