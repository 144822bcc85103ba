// The saved views of everybody: read once, written under the version that was read, so that nobody overwrites another.

import { computed, signal } from "@preact/signals";
import type { View } from "../../model/config-shapes.ts";
import { ApiFailure, deleteJson, getJson, putJson } from "../base/api.ts";
import { pathOf } from "../base/place.ts";
import { randomId } from "../base/random-id.ts";
import { Resource } from "../base/resource.ts";
import { place } from "../base/router.ts";
import { isSameQuery, viewHref, viewQuery } from "./view-query.ts";

export interface SavedView {
  readonly id: string;
  readonly version: number;
  readonly body: View;
}

export const savedViews = new Resource<readonly SavedView[]>();
/** Why the last change was not made, in words. */
export const changeFailure = signal<string | undefined>(undefined);
export const isChanging = signal(false);

const leading = computed(() => (savedViews.data.value ?? []).filter(({ body }) => viewHref(body) !== undefined));
const byName = (a: SavedView, b: SavedView) => a.body.name.localeCompare(b.body.name, "en");
export const allViews = computed(() => leading.value.toSorted(byName));
export const viewsHere = computed(() => allViews.value.filter(({ body }) => body.path === place.value.path));
export const viewsElsewhere = computed(() => allViews.value.filter(({ body }) => body.path !== place.value.path));
const queryHere = computed(() => viewQuery(place.value.query));

/** The view that is shown as it was saved. */
export const currentView = computed(() => viewsHere.value.find(({ body }) => isSameQuery(body.query, queryHere.value)));

export function loadViews(): Promise<void> {
  return savedViews.load(async (signal) => {
    const { items } = await getJson<{ items: SavedView[] }>("/config/view", { signal });
    return items;
  });
}

/** Saves what is shown under a name: into the view of this page that has it, or a new one. */
export function saveShown(name: string): Promise<boolean> {
  const known = viewsHere.peek().find(({ body }) => body.name === name);
  return known === undefined ? write(randomId(), 0, shownAs(name)) : overwrite(known);
}

/** Saves what is shown into a view. */
export function overwrite({ id, version, body: { name } }: SavedView): Promise<boolean> {
  return write(id, version, shownAs(name));
}

export function rename({ id, version, body }: SavedView, name: string): Promise<boolean> {
  return write(id, version, { ...body, name });
}

export function remove({ id, version }: SavedView): Promise<boolean> {
  const query = new Map([["expectedVersion", [String(version)]]]);
  return change(async () => {
    await deleteJson(pathOf`/config/view/${id}`, { query });
    savedViews.data.value = (savedViews.data.peek() ?? []).filter((view) => view.id !== id);
  });
}

function shownAs(name: string): View {
  return { name, path: place.peek().path, query: queryHere.peek() };
}

function write(id: string, expectedVersion: number, body: View): Promise<boolean> {
  return change(async () => {
    const written = await putJson<SavedView>(pathOf`/config/view/${id}`, { expectedVersion, body });
    savedViews.data.value = [...(savedViews.data.peek() ?? []).filter((view) => view.id !== id), written];
  });
}

async function change(make: () => Promise<void>): Promise<boolean> {
  isChanging.value = true;
  changeFailure.value = undefined;
  try {
    await make();
    return true;
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    changeFailure.value = failureWords(error);
    if (error.code === "version_conflict") await savedViews.refresh();
    return false;
  } finally {
    isChanging.value = false;
  }
}

function failureWords({ code, message }: ApiFailure): string {
  if (code === "version_conflict") {
    return "Somebody else changed this view meanwhile. The list is as it is now: look at it, and do it again if you still want to.";
  }
  if (code === "scope_missing")
    return "Your key may read, but not save: views are written with a key of the scope admin.";
  return message;
}
