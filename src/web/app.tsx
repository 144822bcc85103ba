import "./app.css";
import { computed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { isSignedOut } from "./base/api.ts";
import { actionsByName } from "./base/command-table.ts";
import { type PaletteEntry, useCommands } from "./base/commands.ts";
import { focusMain, focusNewPage } from "./base/focus.ts";
import { connection } from "./base/page-stream.ts";
import { isSidebarCramped } from "./base/phone.ts";
import { matchPath, type PathValues } from "./base/place.ts";
import { isPrinting } from "./base/printing.ts";
import { go, place } from "./base/router.ts";
import { isBoolean, storedSetting } from "./base/stored-setting.ts";
import { isDark, toggleTheme } from "./base/theme.ts";
import { EVERYWHERE_COMMANDS, goCommands } from "./pages/everywhere-keys.ts";
import type { Page } from "./pages/page.ts";
import { findFor, namedEntries, viewEntries } from "./pages/palette-finds.ts";
import { PAGES } from "./pages/registry.ts";
import { SignIn } from "./pages/sign-in.tsx";
import { Help } from "./widgets/help.tsx";
import { Icon } from "./widgets/icon.tsx";
import { lazyView } from "./widgets/lazy.tsx";
import { EmptyState } from "./widgets/notices.tsx";
import { Palette } from "./widgets/palette.tsx";
import { TooltipLayer } from "./widgets/tooltip.tsx";

/** Pages that a phone's bar shows at once; the others come with its last button. */
const PHONE_FIRST: ReadonlySet<string> = new Set(["/now", "/runs", "/agents", "/errors"]);

const GO_COMMANDS = goCommands(PAGES);
const HelpLists = lazyView(async () => (await import("./pages/help-lists.tsx")).HelpLists);
const isSidebarNarrow = storedSetting("sidebar.narrow", false, isBoolean);
/** By the reader's choice, or for want of room. */
const hasIconsAlone = computed(() => isSidebarNarrow.value || isSidebarCramped.value);

type OpenDialog = "palette" | "help" | undefined;

/** The frame of all pages: sidebar, the page that the URL names, palette and help. */
export function App() {
  const dialog = useSignal<OpenDialog>(undefined);
  useCommands(EVERYWHERE_COMMANDS, () => ({
    palette: () => {
      dialog.value = "palette";
    },
    help: () => {
      dialog.value = "help";
    },
    theme: toggleTheme,
    sidebar: () => {
      isSidebarNarrow.value = !isSidebarNarrow.peek();
    },
  }));
  useCommands(GO_COMMANDS, () => actionsByName(GO_COMMANDS, go));
  if (isSignedOut.value) return <SignIn />;
  const close = () => {
    dialog.value = undefined;
  };
  const Print = isPrinting.value ? findPage(place.value.path)?.page.Print : undefined;
  return (
    <>
      <div class="app">
        <SkipLink />
        <Sidebar onOpen={(open) => (dialog.value = open)} />
        <CurrentPage />
        <PageAnnouncement />
        {dialog.value === "palette" && (
          <Palette onClose={close} suggest={suggest} entries={viewEntries} onText={findFor} />
        )}
        {dialog.value === "help" && (
          <Help onClose={close}>
            <HelpLists />
          </Help>
        )}
        <TooltipLayer />
      </div>
      {Print !== undefined && (
        <article class="print-sheet">
          <Print />
        </article>
      )}
    </>
  );
}

/** The first stop of the Tab key: past the sidebar. */
function SkipLink() {
  return (
    // biome-ignore lint/a11y/useValidAnchor: it leads to a part of the page; the router does not know fragments
    <a
      class="skip-link"
      href="#main"
      onClick={(event) => {
        event.preventDefault();
        focusMain();
      }}
    >
      Skip to the page
    </a>
  );
}

/** Names come with the page's data a moment later. */
const ANNOUNCED_AFTER_MS = 400;

/** Says the page's title when the reader came to another one. */
function PageAnnouncement() {
  const { path } = place.value;
  const text = useSignal("");
  const last = useRef(path);
  useEffect(() => {
    if (last.current === path) return undefined;
    last.current = path;
    focusNewPage();
    const timer = setTimeout(() => {
      text.value = document.title;
    }, ANNOUNCED_AFTER_MS);
    return () => clearTimeout(timer);
  }, [path]);
  return (
    <div class="unseen" role="status" aria-label="Page">
      {text.value}
    </div>
  );
}

function CurrentPage() {
  const { path } = place.value;
  const found = findPage(path);
  useSignalEffect(() => {
    const current = findPage(place.value.path);
    document.title = current === undefined ? "Talea" : `${current.page.title(current.values)} · Talea`;
  });
  if (found === undefined) {
    return (
      <main id="main" tabIndex={-1} class="main">
        <EmptyState title="There is no such page">
          <p>
            <a class="button" href="/runs">
              To the runs
            </a>
          </p>
        </EmptyState>
      </main>
    );
  }
  const { page, values } = found;
  return (
    <main id="main" tabIndex={-1} class="main" key={path}>
      <LoadedPage page={page} values={values} />
    </main>
  );
}

function LoadedPage({ page, values }: { readonly page: Page; readonly values: PathValues }) {
  useSignalEffect(() => page.load(values));
  return <page.View values={values} />;
}

function findPage(path: string): { readonly page: Page; readonly values: PathValues } | undefined {
  for (const page of PAGES) {
    for (const pattern of page.paths) {
      const values = matchPath(pattern, path);
      if (values !== undefined) return { page, values };
    }
  }
  return undefined;
}

function Sidebar({ onOpen }: { readonly onOpen: (dialog: OpenDialog) => void }) {
  const current = findPage(place.value.path)?.page;
  const isOpen = useSignal(false);
  useSignalEffect(() => {
    void place.value.path;
    isOpen.value = false;
  });
  return (
    <nav class={`sidebar${hasIconsAlone.value ? " narrow" : ""}${isOpen.value ? " open" : ""}`} aria-label="Pages">
      <a class="brand" href="/now" aria-label="Talea">
        <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
          <path d="M2 4h8M5 8h9M3 12h5" />
        </svg>
        <span>Talea</span>
      </a>
      <PageLinks current={current} isLast={false} />
      <span class="grow" />
      <ConnectionState />
      <PageLinks current={current} isLast />
      <SidebarButton icon="search" title="Commands" tip="Commands (Ctrl K)" onClick={() => onOpen("palette")} />
      <SidebarButton icon="help" title="Help" tip="What keys do (?)" onClick={() => onOpen("help")} />
      <SidebarButton
        icon={isDark.value ? "sun" : "moon"}
        title={isDark.value ? "Light" : "Dark"}
        tip="Light or dark (t)"
        onClick={toggleTheme}
      />
      <button
        type="button"
        class="sidebar-item sidebar-more"
        aria-expanded={isOpen.value}
        onClick={() => {
          isOpen.value = !isOpen.value;
        }}
      >
        <Icon name={isOpen.value ? "down" : "up"} size={16} />
        <span>{isOpen.value ? "Less" : "More"}</span>
      </button>
    </nav>
  );
}

function PageLinks({ current, isLast }: { readonly current: Page | undefined; readonly isLast: boolean }) {
  const pages = PAGES.filter(({ navigation }) => navigation !== undefined && (navigation.isLast ?? false) === isLast);
  return (
    <>
      {pages.map(({ paths: [path], navigation }) => (
        <a
          key={path}
          class={PHONE_FIRST.has(path) ? "sidebar-item" : "sidebar-item rare"}
          href={path}
          {...(current?.paths[0].startsWith(path) ? { "aria-current": "page" } : {})}
          data-tip={hasIconsAlone.value ? navigation?.title : undefined}
        >
          <Icon name={navigation?.icon ?? "other"} size={16} />
          <span>{navigation?.title}</span>
        </a>
      ))}
    </>
  );
}

const CONNECTION_WORDS = { live: "Live", connecting: "Connecting", away: "No connection" } as const;
const CONNECTION_TIPS = {
  live: "What is shown changes as it happens",
  connecting: "What is shown may be old",
  away: "What is shown may be old; the page comes back by itself",
} as const;

/** Whether what is shown is current; the place stays when nothing has to be. */
function ConnectionState() {
  const state = connection.value;
  return (
    <div class={`connection ${state ?? "unused"}`} role="status" data-tip={state && CONNECTION_TIPS[state]}>
      <i aria-hidden="true" />
      <span>{state && CONNECTION_WORDS[state]}</span>
    </div>
  );
}

interface SidebarButtonProps {
  readonly icon: "search" | "help" | "sun" | "moon";
  readonly title: string;
  readonly tip: string;
  readonly onClick: () => void;
}

function SidebarButton({ icon, title, tip, onClick }: SidebarButtonProps) {
  return (
    <button type="button" class="sidebar-item rare" aria-label={title} data-tip={tip} onClick={onClick}>
      <Icon name={icon} size={16} />
      <span>{title}</span>
    </button>
  );
}

/** What the palette offers for any text. */
function suggest(text: string): PaletteEntry[] {
  if (text === "") return [];
  const query = `?q=${encodeURIComponent(text)}`;
  return [
    ...namedEntries(text),
    { title: `Search runs for “${text}”`, group: "Search", run: () => go(`/runs${query}`) },
    { title: `Search spans for “${text}”`, group: "Search", run: () => go(`/search${query}`) },
  ];
}
