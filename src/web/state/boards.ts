// Boards: those that are kept, the one that is open, and what is changed of it until it is saved. A draft outlives the
// page: on the way to the explorer and back nothing is lost.

import { batch, computed, effect, signal } from "@preact/signals";
import type { Board, BoardPanel } from "../../model/config-shapes.ts";
import { ApiFailure, deleteJson, getJson, putJson } from "../base/api.ts";
import { beginHistory, type EditHistory, isSame, redone, undone, withEdit } from "../base/edit-history.ts";
import { matchPath, pathOf, queryValue } from "../base/place.ts";
import { randomId } from "../base/random-id.ts";
import { Resource } from "../base/resource.ts";
import { place } from "../base/router.ts";
import { arranged, freePlace, inReadingOrder } from "../plots/board-layout.ts";
import { askedWindow } from "./asked-window.ts";
import { freeName } from "./board-words.ts";
import { BUILT_IN_BOARDS, type BuiltInBoard } from "./built-in-boards.ts";
import type { Question } from "./question.ts";
import { toPanelQuestion } from "./question.ts";
import type { Facets } from "./run-facets.ts";

const REFRESH_EVERY_MS = 10_000;

export const EMPTY_BOARD: Board = { name: "New board", panels: [] };

/** A board as the server keeps it. */
export interface KeptBoard {
  readonly id: string;
  readonly version: number;
  readonly updatedAt: string;
  readonly body: Board;
}

interface Draft {
  /** The version that it began with. */
  readonly version: number;
  readonly saved: Board;
  readonly history: EditHistory<Board>;
}

export const keptBoards = new Resource<readonly KeptBoard[]>();
export const openedBoard = new Resource<KeptBoard>();
/** Agents that ran in the window, those with most runs first. */
export const boardAgents = new Resource<readonly string[]>();
const editedId = signal<string | undefined>(undefined);
export const isSaving = signal(false);
export const saveFailure = signal<ApiFailure | undefined>(undefined);
/** Grows whenever panels are to be asked for anew. */
export const boardTick = signal(0);
const drafts = signal<ReadonlyMap<string, Draft>>(new Map());

const openId = computed(() => matchPath("/boards/:id", place.value.path)?.["id"]);
/** The built-in board that is open; undefined when one's own is. */
export const openBuiltIn = computed<BuiltInBoard | undefined>(() =>
  BUILT_IN_BOARDS.find(({ id }) => id === openId.value),
);
const openDraft = computed(() => drafts.value.get(openId.value ?? ""));
/** The open board with the changes that are made to it. */
export const board = computed<Board | undefined>(
  () => openDraft.value?.history.present ?? openedBoard.data.value?.body,
);
export const isChanged = computed(() => openDraft.value !== undefined && isDirty(openDraft.value));
export const canUndo = computed(() => (openDraft.value?.history.past.length ?? 0) > 0);
export const canRedo = computed(() => (openDraft.value?.history.future.length ?? 0) > 0);
/** Boards with changes that are not saved. */
export const changedBoards = computed<ReadonlySet<string>>(
  () => new Set([...drafts.value].filter(([, draft]) => isDirty(draft)).map(([id]) => id)),
);

/** The agent that the panels are narrowed to: the URL's, or on a board of one agent the one that ran most. */
export const boardAgent = computed<string | undefined>(() => {
  const chosen = queryValue(place.value.query, "agent");
  if (chosen !== undefined || openBuiltIn.value?.isOfOneAgent === undefined) return chosen;
  return boardAgents.data.value?.[0];
});

export const isEditing = computed(() => editedId.value !== undefined && editedId.value === openId.value);

/** Lets a board be changed, when it is open or once it will be. */
export function startEditing(id = openId.peek()): void {
  editedId.value = id;
}

export function stopEditing(): void {
  editedId.value = undefined;
}

function isDirty({ saved, history }: Draft): boolean {
  return !isSame(saved, history.present);
}

// The browser asks before it throws away what is not saved.
effect(() => {
  if (changedBoards.value.size === 0) return undefined;
  const ask = (event: BeforeUnloadEvent) => event.preventDefault();
  addEventListener("beforeunload", ask);
  return () => removeEventListener("beforeunload", ask);
});

export function loadBoards(): undefined {
  void keptBoards.load(fetchBoards);
  return undefined;
}

async function fetchBoards(abort?: AbortSignal): Promise<readonly KeptBoard[]> {
  const options = abort === undefined ? {} : { signal: abort };
  const { items } = await getJson<{ items: KeptBoard[] }>("/config/board", options);
  return items.toSorted((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1));
}

/** Opens a board and keeps its panels current until the answered function is called. */
export function loadBoard(id: string): () => void {
  const window = askedWindow(place.value.query);
  if (openedBoard.data.peek()?.id !== id) {
    batch(() => {
      openedBoard.clear();
      saveFailure.value = undefined;
    });
    void openedBoard.load((abort) => fetchBoard(id, abort));
  }
  void boardAgents.load(async (abort) => {
    const query = new Map(Object.entries(window).map(([name, value]) => [name, [value]]));
    const { facets } = await getJson<{ facets: Facets }>("/runs/facets", { query, signal: abort });
    return (facets["agent"] ?? []).map(({ value }) => value);
  });
  const refreshing = setInterval(() => {
    if (!document.hidden && window.until === undefined) boardTick.value++;
  }, REFRESH_EVERY_MS);
  return () => clearInterval(refreshing);
}

async function fetchBoard(id: string, abort?: AbortSignal): Promise<KeptBoard> {
  const builtIn = BUILT_IN_BOARDS.find((one) => one.id === id);
  if (builtIn !== undefined) return { id, version: 0, updatedAt: "", body: builtIn.board };
  const kept = await getJson<KeptBoard>(pathOf`/config/board/${id}`, abort === undefined ? {} : { signal: abort });
  const { panels } = kept.body;
  return { ...kept, body: { ...kept.body, panels: inReadingOrder(arranged(panels)) } };
}

/** Changes the open board; nothing is saved yet. */
export function editBoard(change: (board: Board) => Board): void {
  const opened = openedBoard.data.peek();
  if (opened === undefined || openBuiltIn.peek() !== undefined) return;
  changeDraft(opened, (history) => withEdit(history, change(history.present)));
}

export function undoEdit(): void {
  const opened = openedBoard.data.peek();
  if (opened !== undefined && openDraft.peek() !== undefined) changeDraft(opened, undone);
}

export function redoEdit(): void {
  const opened = openedBoard.data.peek();
  if (opened !== undefined && openDraft.peek() !== undefined) changeDraft(opened, redone);
}

function changeDraft(
  { id, version, body }: KeptBoard,
  change: (history: EditHistory<Board>) => EditHistory<Board>,
): void {
  const { history, ...rest } = drafts.peek().get(id) ?? { version, saved: body, history: beginHistory(body) };
  drafts.value = new Map(drafts.peek()).set(id, { ...rest, history: change(history) });
}

/** Throws the changes of the open board away. */
export function discardEdits(): void {
  dropDraft(openId.peek());
  saveFailure.value = undefined;
}

function dropDraft(id: string | undefined): void {
  drafts.value = new Map([...drafts.peek()].filter(([other]) => other !== id));
}

/** Throws the changes away and reads what the server has. */
export async function reloadBoard(): Promise<void> {
  const id = openId.peek();
  if (id === undefined) return;
  discardEdits();
  await openedBoard.load((abort) => fetchBoard(id, abort));
}

/** Saves the changes of the open board; answers whether they are saved. `saveFailure` says why not. */
export async function saveBoard(): Promise<boolean> {
  const [id, draft] = [openId.peek(), openDraft.peek()];
  if (id === undefined || draft === undefined || isSaving.peek()) return draft === undefined;
  const written = draft.history.present;
  const kept = await attempt(() => putBoard(id, draft.version, written));
  if (kept === undefined) return false;
  batch(() => {
    openedBoard.data.value = kept;
    const latest = drafts.peek().get(id);
    // What was changed while it was being saved is still to be saved.
    if (latest === undefined || isSame(latest.history.present, written)) dropDraft(id);
    else drafts.value = new Map(drafts.peek()).set(id, { ...latest, version: kept.version, saved: kept.body });
  });
  return true;
}

/** Keeps a board as a new one; answers its id, or undefined when `saveFailure` says why not. */
export async function createBoard(body: Board): Promise<string | undefined> {
  return attempt(async () => {
    const names = [
      ...(await fetchBoards()).map((kept) => kept.body.name),
      ...BUILT_IN_BOARDS.map((one) => one.board.name),
    ];
    return (await putBoard(randomId(), 0, { ...body, name: freeName(body.name, names) })).id;
  });
}

/** Keeps the changes as a board of their own beside what somebody else saved; answers its id. */
export async function keepBoth(): Promise<string | undefined> {
  const mine = board.peek();
  if (mine === undefined) return undefined;
  const id = await createBoard(mine);
  if (id !== undefined) {
    discardEdits();
    openedBoard.clear();
  }
  return id;
}

/** Deletes the open board; answers whether it is gone. */
export async function deleteBoard(): Promise<boolean> {
  const opened = openedBoard.data.peek();
  if (opened === undefined) return false;
  const { id, version } = opened;
  const query = new Map([["expectedVersion", [`${openDraft.peek()?.version ?? version}`]]]);
  const done = await attempt(async () => {
    await deleteJson(pathOf`/config/board/${id}`, { query });
    return true;
  });
  if (done === undefined) return false;
  dropDraft(id);
  openedBoard.clear();
  return true;
}

function putBoard(id: string, expectedVersion: number, body: Board): Promise<KeptBoard> {
  return putJson<KeptBoard>(pathOf`/config/board/${id}`, { expectedVersion, body });
}

async function attempt<T>(write: () => Promise<T>): Promise<T | undefined> {
  isSaving.value = true;
  saveFailure.value = undefined;
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    saveFailure.value = error;
    return undefined;
  } finally {
    isSaving.value = false;
  }
}

/** A board with one more panel. */
export function withPanel(to: Board, title: string, question: Question): Board {
  const panel: BoardPanel = {
    ...{ id: randomId(), title: title.slice(0, 200) },
    ...freePlace(to.panels),
    question: toPanelQuestion(question),
  };
  return { ...to, panels: [...to.panels, panel] };
}

/** Opens a board that is to be changed from elsewhere and changes it; answers whether it could. */
export async function editFromElsewhere(id: string, change: (board: Board) => Board): Promise<boolean> {
  const kept = await attempt(() => fetchBoard(id));
  if (kept === undefined) return false;
  openedBoard.data.value = kept;
  changeDraft(kept, (history) => withEdit(history, change(history.present)));
  startEditing(id);
  return true;
}
