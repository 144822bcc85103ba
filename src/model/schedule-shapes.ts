import { type Static, Type } from "typebox";

const texts = Type.Array(Type.String());
const column = (description: string) => Type.Array(Type.Number(), { description });

/**
 * Which instants of a run wait for which: what its critical path and every what-if follow from. Rows are those of the
 * skeleton; the row after the last is the run itself, the parent of all roots. −1: none. Times are nanoseconds after t0.
 */
export const RunSchedule = Type.Object(
  {
    runId: Type.String(),
    t0: Type.String({ format: "date-time", description: "Start of the earliest span" }),
    count: Type.Integer({ description: "Spans" }),
    agents: texts,
    tools: texts,
    models: texts,
    kinds: Type.Array(Type.String(), { description: "What time on the critical path is spent on" }),
    otherIds: Type.Array(Type.Tuple([Type.Integer(), Type.String()]), {
      description: "Rows whose span id is not 16 hexadecimal digits, and their ids",
    }),
    columns: Type.Object({
      id: Type.Array(Type.String()),
      agent: column("Index into agents: whose span it is"),
      tool: column("Index into tools: whose time its own work is"),
      model: column("Index into models: likewise"),
      work: column("Index into kinds: what its own work is on a path"),
      shownAs: column("The row that stands for it in views"),
      start: column("Clipped to its parent; one more for the run"),
      end: column("Likewise"),
      parent: column("The row around it; −1 also where a span has no part in the schedule"),
      outlives: column("1: its parent does not wait for it"),
      chainFrom: column("Where the events of a row begin in `chain`; two more than rows"),
      chain: column(
        "Events in order: 4 × the child's row, + 1 where it ends; 4 × a link + 2 where the link leads away",
      ),
      linkFrom: column("The row that is linked to"),
      linkTo: column("The row that carries the link"),
      linkTransit: column("From the end of one to the start of the other"),
      linkSpawned: column("1: the linked span was still open"),
      handoverFrom: column("Messages between agents: index into agents"),
      handoverTo: column("Index into agents"),
      handoverAt: column("When it was sent"),
      handoverRow: column("The row in whose time it was sent"),
    }),
  },
  { $id: "RunSchedule" },
);
export type RunSchedule = Static<typeof RunSchedule>;
