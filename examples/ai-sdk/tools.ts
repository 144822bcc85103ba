import { tool } from "ai";
import { z } from "zod";
import { pause } from "../scripted-model/scripted-model.ts";

export const searchFlights = tool({
  description: "Finds flights to a city on a day of the week",
  inputSchema: z.object({ to: z.string(), day: z.string() }),
  execute: async ({ to, day }) => {
    await pause(day === "Sunday" ? 1900 : 1200);
    return day === "Sunday" ? { to, price: 480, changes: 0 } : { to, price: 310, changes: 1 };
  },
});

/** A hotel system that has no room in the first house it is asked for. */
export function holdRoomUnless(full: string) {
  return tool({
    description: "Holds a room in a hotel until tomorrow",
    inputSchema: z.object({ hotel: z.string(), nights: z.number() }),
    execute: async ({ hotel, nights }) => {
      await pause(hotel === full ? 500 : 1300);
      if (hotel === full) throw new Error(`${hotel} has no room for ${nights} nights`);
      return { hotel, nights, price: 540, heldUntil: "noon" };
    },
  });
}

export const checkBudget = tool({
  description: "Says what is left of a budget",
  inputSchema: z.object({ flights: z.number(), hotel: z.number(), budget: z.number() }),
  execute: async ({ flights, hotel, budget }) => {
    await pause(60);
    return { left: budget - flights - hotel };
  },
});
