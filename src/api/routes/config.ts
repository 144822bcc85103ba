import { type Static, type TSchema, Type } from "typebox";
import { formatInstant, nsFromMs } from "../../base/time.ts";
import { CONFIG_KINDS, type ConfigKind } from "../../model/config-shapes.ts";
import { LIMITS } from "../../model/limits.ts";
import {
  appendConfig,
  type ConfigKey,
  type ConfigVersion,
  configOfKind,
  newestConfig,
} from "../../store/queries/config.ts";
import type { ApiParts } from "../api-parts.ts";
import { found } from "../error-answers.ts";
import { ApiError } from "../errors.ts";
import { type Route, route } from "../route.ts";

const params = Type.Object({
  id: Type.String({ pattern: "^[A-Za-z0-9_-]{1,64}$", description: "The writer's choice: letters, digits, - and _" }),
});
const expectedVersion = Type.Integer({
  minimum: 0,
  description: "The version that was read; 0: it is new. Another one is answered with `version_conflict`",
});
const VERSIONED = "Kept for ever, apart from the days of telemetry; every writing is a new version.";

/** List, read, write and delete what is kept of one kind. */
function routesOf(kind: ConfigKind, title: string): readonly Route[] {
  const body: TSchema = CONFIG_KINDS[kind];
  const item = Type.Object({
    id: Type.String(),
    version: Type.Integer(),
    updatedAt: Type.String({ format: "date-time" }),
    body,
  });
  const common = { tag: "Config", params, answer: item } as const;
  const url = `/api/v1/config/${kind}`;
  return [
    route({
      url,
      summary: `All ${title}s, by id`,
      tag: "Config",
      answer: Type.Object({ items: Type.Array(item) }),
      handle: async ({ parts, project }) => ({
        items: (await configOfKind(parts.store, { project, kind }, LIMITS.configItems)).map(present),
      }),
    }),
    route({
      ...common,
      url: `${url}/:id`,
      summary: `One ${title}`,
      errors: ["config_not_found"],
      handle: async ({ parts, project, params: { id }, request }) =>
        present(found(await current(parts, { project, kind, id }), "config_not_found", request)),
    }),
    route({
      ...common,
      method: "PUT",
      url: `${url}/:id`,
      summary: `Writes a ${title}`,
      description: VERSIONED,
      scope: "admin",
      body: Type.Object({ expectedVersion, body }),
      errors: ["bad_request", "body_too_large", "version_conflict", "store_unavailable"],
      handle: async ({ parts, project, params: { id }, body: written }) => {
        const text = JSON.stringify(written.body);
        if (Buffer.byteLength(text) > LIMITS.configBodyBytes) {
          throw new ApiError("body_too_large", `A ${title} may have ${LIMITS.configBodyBytes} bytes.`);
        }
        const key = { project, kind, id };
        if (written.expectedVersion === 0) await refuseTooMany(parts, key);
        return present(await append(parts, key, written.expectedVersion, { isDeleted: false, body: text }));
      },
    }),
    route({
      method: "DELETE",
      url: `${url}/:id`,
      summary: `Deletes a ${title}`,
      tag: "Config",
      scope: "admin",
      params,
      query: Type.Object({ expectedVersion }),
      answer: Type.Object({ deleted: Type.String() }),
      errors: ["config_not_found", "version_conflict", "store_unavailable"],
      handle: async ({ parts, project, params: { id }, query, request }) => {
        const key = { project, kind, id };
        found(await current(parts, key), "config_not_found", request);
        await append(parts, key, query.expectedVersion, { isDeleted: true, body: "" });
        return { deleted: id };
      },
    }),
  ];
}

/** Boards and saved views. */
export const CONFIG_ROUTES: readonly Route[] = [...routesOf("board", "board"), ...routesOf("view", "saved view")];

async function current({ store }: ApiParts, key: ConfigKey): Promise<ConfigVersion | undefined> {
  const newest = await newestConfig(store, key);
  return newest?.isDeleted ? undefined : newest;
}

/** Appends the version after the expected one. Throws ApiError when another one is the newest. */
async function append(
  { store, clock }: ApiParts,
  key: ConfigKey,
  expected: number,
  written: Pick<ConfigVersion, "isDeleted" | "body">,
): Promise<ConfigVersion> {
  const newest = await newestConfig(store, key);
  const there = newest === undefined || newest.isDeleted ? 0 : newest.version;
  if (there !== expected) throw conflict(there);
  const version = { ...written, id: key.id, version: (newest?.version ?? 0) + 1, atNs: nsFromMs(clock.nowMs()) };
  if (await appendConfig(store, key, version)) return version;
  throw conflict(version.version);
}

function conflict(version: number): ApiError {
  const message = version === 0 ? "There is no such thing any more." : `Somebody wrote version ${version} meanwhile.`;
  return new ApiError("version_conflict", `${message} Read it again and repeat your change.`, { version });
}

async function refuseTooMany({ store }: ApiParts, key: ConfigKey): Promise<void> {
  const items = await configOfKind(store, key, LIMITS.configItems);
  if (items.length < LIMITS.configItems) return;
  throw new ApiError("bad_request", `There are ${LIMITS.configItems} of this kind already: delete some first.`);
}

function present({ id, version, atNs, body }: ConfigVersion): Static<TSchema> {
  return { id, version, updatedAt: formatInstant(atNs), body: JSON.parse(body) as unknown };
}
