// Issued keys, as `/api/v1/keys` takes and answers them.

import { type Static, Type } from "typebox";
import { LIMITS } from "./limits.ts";

/** What a key may allow. */
export const SCOPES = ["ingest", "read", "admin"] as const;
/** What a key allows. */
export type Scope = (typeof SCOPES)[number];

const scopes = Type.Array(Type.Unsafe<Scope>({ type: "string", enum: [...SCOPES] }), {
  minItems: 1,
  maxItems: SCOPES.length,
  uniqueItems: true,
  description: "`ingest`: send records; `read`: read all of them, and the page; `admin`: everything, keys too",
});
const instant = (description: string) => Type.String({ format: "date-time", description });

export const NewKey = Type.Object(
  {
    name: Type.String({
      minLength: 1,
      maxLength: LIMITS.keyNameCharacters,
      pattern: "\\S",
      description: "What it is for",
    }),
    scopes,
    expiresAt: Type.Optional(Type.String({ maxLength: 40, description: "RFC 3339; without it the key does not end" })),
  },
  { $id: "NewKey", additionalProperties: false },
);
export type NewKey = Static<typeof NewKey>;

export const Key = Type.Object(
  {
    id: Type.String({ description: "Names the key; it is no secret" }),
    name: Type.String(),
    scopes,
    createdAt: instant("When it was made"),
    expiresAt: Type.Optional(instant("From then on it is refused")),
    isExpired: Type.Boolean(),
    lastUsedAt: Type.Optional(instant("When it was last used; after a restart to the hour")),
    isYours: Type.Boolean({ description: "This request was made with it" }),
  },
  { $id: "Key" },
);
export type Key = Static<typeof Key>;

export const Keys = Type.Object(
  {
    isOpen: Type.Boolean({ description: "The server was started without a main key: nobody is asked for any key" }),
    keys: Type.Array(Key, {
      description: "Newest first; the main key, which the server was started with, is none of them",
    }),
  },
  { $id: "Keys" },
);
export type Keys = Static<typeof Keys>;

export const IssuedKey = Type.Object(
  { key: Key, secret: Type.String({ description: "The key itself: it is told here and never again" }) },
  { $id: "IssuedKey" },
);
export type IssuedKey = Static<typeof IssuedKey>;
