import { useComputed } from "@preact/signals";
import { formatPlace, queryValue, withChanges } from "../../base/place.ts";
import { place } from "../../base/router.ts";
import { madeKey } from "../../state/keys.ts";
import { serverStatus } from "../../state/server-status.ts";
import { CopyButton } from "../../widgets/copy-button.tsx";
import { SearchField } from "../../widgets/search-field.tsx";
import { ArrivalLine } from "./arrival-line.tsx";
import { findGuides, GUIDES, type Guide, type GuideLanguage, type SendingPlace } from "./connect-guides.ts";
import { InlineCode } from "./inline-code.tsx";
import { FRAMEWORK_SEARCH } from "./settings-keys.ts";

const LANGUAGES: readonly GuideLanguage[] = ["Any program", "TypeScript", "Python"];
const [FIRST] = GUIDES;
const KEY_PLACEHOLDER = "<key>";

/** How agents are connected: a framework, and what to write for it with this server's address. */
export function ConnectSection() {
  const found = useComputed(() => findGuides(queryValue(place.value.query, "q") ?? ""));
  const asked = queryValue(place.value.query, "guide");
  const guide = GUIDES.find(({ id }) => id === asked) ?? found.value[0] ?? FIRST;
  return (
    <div class="connect">
      <aside class="connect-list">
        <SearchField command={FRAMEWORK_SEARCH} placeholder="Framework or language" />
        {LANGUAGES.map((language) => (
          <GuideLinks
            key={language}
            language={language}
            guides={found.value.filter((one) => one.language === language)}
            selected={guide?.id}
          />
        ))}
        {found.value.length === 0 && (
          <p class="muted connect-none">
            No framework of this name. Whatever sends OpenTelemetry arrives: see OpenTelemetry.
          </p>
        )}
      </aside>
      <div class="connect-guide">
        <ArrivalLine />
        {guide !== undefined && <GuideView guide={guide} />}
      </div>
    </div>
  );
}

interface GuideLinksProps {
  readonly language: GuideLanguage;
  readonly guides: readonly Guide[];
  readonly selected: string | undefined;
}

function GuideLinks({ language, guides, selected }: GuideLinksProps) {
  if (guides.length === 0) return null;
  return (
    <nav aria-label={language}>
      <h2 class="connect-language">{language}</h2>
      {guides.map(({ id, title }) => (
        <a
          key={id}
          class="connect-link cut"
          href={formatPlace({ path: "/settings/connect", query: withChanges(place.value.query, { guide: id }) })}
          {...(id === selected ? { "aria-current": "true" } : {})}
        >
          {title}
        </a>
      ))}
    </nav>
  );
}

/** Where programs send: as this page was reached, with the port of gRPC that the server tells. */
function sendingPlace(): SendingPlace {
  const status = serverStatus.data.value;
  return {
    origin: location.origin,
    grpc: `${location.hostname}:${status?.grpcPort ?? 4317}`,
    ...(status?.asksForKeys === true ? { key: madeKey.value?.secret ?? KEY_PLACEHOLDER } : {}),
  };
}

function GuideView({ guide: { title, language, about, steps, notes } }: { readonly guide: Guide }) {
  const to = sendingPlace();
  return (
    <article class="connect-body" aria-label={`${title}, ${language}`}>
      <h2 class="connect-title">
        {title} <span class="muted">{language}</span>
      </h2>
      <p>
        <InlineCode text={about} />
      </p>
      {steps.map((step) => (
        <section key={step.title} class="snippet">
          <header>
            <h2>{step.title}</h2>
            <CopyButton text={() => step.code(to)} label={`Copy: ${step.title}`} />
          </header>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, also by keys */}
          <pre tabIndex={0}>{step.code(to)}</pre>
        </section>
      ))}
      <KeyHint to={to} />
      <ul class="connect-notes muted">
        {notes.map((note) => (
          <li key={note}>
            <InlineCode text={note} />
          </li>
        ))}
      </ul>
    </article>
  );
}

function KeyHint({ to }: { readonly to: SendingPlace }) {
  if (to.key === undefined) return null;
  return (
    <p>
      {to.key === KEY_PLACEHOLDER ? (
        <>
          This server asks for a key:{" "}
          <a class="link" href="/settings/keys">
            make one
          </a>{" "}
          with the scope <code>ingest</code>, and it stands here in place of <code>{KEY_PLACEHOLDER}</code>.
        </>
      ) : (
        <>The key that you have just made stands in the code: it is shown until you leave or reload the page.</>
      )}
    </p>
  );
}
