// How the server itself does, besides `Status`: what is stored and for how long, and the settings in force.

import { type Static, Type } from "typebox";

const count = (description: string) => Type.Integer({ minimum: 0, description });

export const ShownSetting = Type.Object(
  {
    name: Type.String({ description: "As in talea.config.json" }),
    flag: Type.String(),
    environment: Type.String(),
    value: Type.String({ description: "As it could be written; of a secret only whether it is set" }),
    isDefault: Type.Boolean(),
    doc: Type.String(),
  },
  { $id: "ShownSetting" },
);
export type ShownSetting = Static<typeof ShownSetting>;

const Counted = Type.Object({ reason: Type.String(), count: count("How often") }, { $id: "CountedReason" });

/** What was not taken as it came, since the start of the process. */
export const Losses = Type.Object(
  {
    rejected: Type.Array(Counted, { description: "Items that were refused, by reason" }),
    changed: Type.Array(Counted, {
      description: "Items that were taken otherwise than they came: what was cut or left out",
    }),
    refusedRequests: Type.Array(Counted, { description: "Whole requests of senders over HTTP, by HTTP status" }),
  },
  { $id: "Losses" },
);
export type Losses = Static<typeof Losses>;

export const StoredDay = Type.Object(
  {
    day: Type.String({ description: "Of receipt, in UTC" }),
    rows: count("Over all tables"),
    bytes: count("On disk"),
    expiresAt: Type.String({ format: "date-time", description: "When its age is over" }),
  },
  { $id: "StoredDay" },
);
export type StoredDay = Static<typeof StoredDay>;

export const StoredTable = Type.Object(
  { name: Type.String(), doc: Type.String(), rows: count("Stored"), bytes: count("On disk") },
  { $id: "StoredTable" },
);
export type StoredTable = Static<typeof StoredTable>;

export const DroppedDay = Type.Object(
  {
    day: Type.String(),
    droppedAt: Type.String({ format: "date-time" }),
    reason: Type.Optional(Type.Union([Type.Literal("age"), Type.Literal("disk")])),
    bytes: Type.Optional(count("That it took on disk")),
  },
  { $id: "DroppedDay" },
);
export type DroppedDay = Static<typeof DroppedDay>;

/** What is stored, and what goes when. */
export const Storage = Type.Object(
  {
    keepMs: Type.Number({ description: "Days older than this are dropped: --retention" }),
    bytesMax: count("Disk that the store may take: --max-disk"),
    bytesAllowed: count("The same, or less while the volume is fuller than it may be"),
    bytes: count("What it takes"),
    volume: Type.Optional(
      Type.Object({ bytes: count("Size of the volume of the data directory"), freeBytes: count("Of it free") }),
    ),
    days: Type.Array(StoredDay, { description: "Oldest first: in this order they go" }),
    tables: Type.Array(StoredTable, { description: "Largest first" }),
    dropped: Type.Array(DroppedDay, { description: "Newest first; reason and size since the start of the process" }),
  },
  { $id: "Storage" },
);
export type Storage = Static<typeof Storage>;
