import type { Script } from "../scripted-model/scripted-model.ts";

/** The journeys: the seed picks one. */
export const JOURNEYS = [
  { to: "Lisbon", days: 4, hotel: "Casa do Rio", full: "Miradouro" },
  { to: "Kyoto", days: 9, hotel: "Hanami Inn", full: "Old Gate Ryokan" },
  { to: "Oaxaca", days: 6, hotel: "Patio Azul", full: "Hotel Zócalo" },
] as const;

export type Journey = (typeof JOURNEYS)[number];

/** What the model says while a journey is planned. */
export function scriptOf({ to, days, hotel, full }: Journey): Script {
  return {
    planner: [
      {
        ms: 1000,
        text: "Flights and hotels do not depend on each other: both at once.",
        calls: [
          { name: "ask_flight_scout", arguments: { task: `Two people to ${to} in May, as few changes as possible` } },
          { name: "ask_hotel_scout", arguments: { task: `A quiet double room in ${to} for ${days} nights` } },
        ],
        reasoningTokens: 240,
      },
      { ms: 700, calls: [{ name: "check_budget", arguments: { flights: 620, hotel: 540, budget: 1300 } }] },
      {
        ms: 800,
        calls: [
          { name: "ask_writer", arguments: { task: `${days} days in ${to}, nights at ${hotel}, 140 left over` } },
        ],
      },
      { ms: 500, text: `Here is the plan for ${to}. Flights and ${hotel} are held until tomorrow noon.` },
    ],
    "flight scout": [
      {
        ms: 600,
        calls: [
          { name: "search_flights", arguments: { to, day: "Saturday" } },
          { name: "search_flights", arguments: { to, day: "Sunday" } },
        ],
      },
      { ms: 600, text: "Saturday, one change, 310 a person. Sunday is direct but 480: not worth it." },
    ],
    "hotel scout": [
      { ms: 500, calls: [{ name: "hold_room", arguments: { hotel: full, nights: days } }] },
      {
        ms: 600,
        text: `${full} is full. The next best by its reviews is ${hotel}.`,
        calls: [{ name: "hold_room", arguments: { hotel, nights: days } }],
      },
      { ms: 450, text: `${hotel} is held: ${days} nights, a quiet room on the courtyard, 540 in all.` },
    ],
    writer: [
      {
        ms: 2200,
        text:
          `Day 1: arrive in ${to}, drop the bags at ${hotel}, an early supper nearby. Day 2: the old town on foot, ` +
          "museums after lunch when it is hot. Day 3: out of the city by the first train, back for dinner. The last " +
          "day is left free on purpose: go back to what you liked best.",
      },
    ],
  };
}
