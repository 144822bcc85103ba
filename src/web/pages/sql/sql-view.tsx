import { formatAgo } from "../../base/format.ts";
import { visibleLine } from "../../base/visible-text.ts";
import {
  loadSql,
  parameterValue,
  runSql,
  setParameter,
  sqlHistory,
  sqlParameters,
  sqlResult,
  sqlText,
} from "../../state/sql.ts";
import { SQL_EXAMPLES } from "../../state/sql-examples.ts";
import { Icon } from "../../widgets/icon.tsx";
import { KeyCaps } from "../../widgets/key-caps.tsx";
import { Menu } from "../../widgets/menu.tsx";
import { FailureNotice, Waiting } from "../../widgets/notices.tsx";
import type { PageBody } from "../lazy-page.tsx";
import { ResultView } from "./result-view.tsx";
import { SchemaList } from "./schema-list.tsx";
import { SqlEditor } from "./sql-editor.tsx";

export const sqlView: PageBody = { load: loadSql, View: SqlView };

function SqlView() {
  return (
    <div class="page sql-page">
      <SqlBar />
      <div class="sql-columns">
        <SchemaList />
        <div class="sql-main">
          <div class="sql-sheet">
            <SqlEditor />
          </div>
          <Parameters />
          <Outcome />
        </div>
      </div>
    </div>
  );
}

function SqlBar() {
  const isRunning = sqlResult.isLoading.value;
  return (
    <header class="page-bar">
      <h1>SQL</h1>
      <Menu label="Examples">
        {(close) => (
          <ul class="menu-list">
            {SQL_EXAMPLES.map(({ title, query }) => (
              <QueryItem key={title} title={title} query={query} close={close} />
            ))}
          </ul>
        )}
      </Menu>
      <Menu label="History">{(close) => <History close={close} />}</Menu>
      <span class="grow" />
      {isRunning ? (
        <button type="button" class="button" onClick={() => sqlResult.cancel()}>
          Stop
        </button>
      ) : (
        <button type="button" class="button" disabled={sqlText.value.trim() === ""} onClick={() => runSql()}>
          <Icon name="run" />
          Run
          <KeyCaps keys="Mod+Enter" />
        </button>
      )}
    </header>
  );
}

interface QueryItemProps {
  readonly title: string;
  readonly query: string;
  readonly note?: string;
  readonly close: () => void;
}

function QueryItem({ title, query, note, close }: QueryItemProps) {
  return (
    <li>
      <button
        type="button"
        class="menu-item"
        onClick={() => {
          close();
          runSql(query);
        }}
      >
        <span class="cut grow">{title}</span>
        {note !== undefined && <span class="muted">{note}</span>}
      </button>
    </li>
  );
}

function History({ close }: { readonly close: () => void }) {
  const past = sqlHistory.value;
  if (past.length === 0) return <p class="menu-note muted">What you run here is kept in this browser.</p>;
  const nowMs = Date.now();
  return (
    <>
      <ul class="menu-list">
        {past.map(({ query, atMs }) => (
          <QueryItem
            key={query}
            title={visibleLine(query, 80)}
            query={query}
            note={formatAgo(new Date(atMs).toISOString(), nowMs)}
            close={close}
          />
        ))}
      </ul>
      <button type="button" class="menu-item" onClick={() => (sqlHistory.value = [])}>
        Forget them
      </button>
    </>
  );
}

/** A field for each parameter of the query. */
function Parameters() {
  const parameters = sqlParameters.value;
  if (parameters.length === 0) return null;
  return (
    <form
      class="sql-parameters"
      onSubmit={(event) => {
        event.preventDefault();
        runSql();
      }}
    >
      {parameters.map(({ name, type }) => (
        <label key={name} class="field">
          <span>{name}</span>
          <input
            type="text"
            placeholder={type}
            value={parameterValue(name) ?? ""}
            onInput={(event) => setParameter(name, event.currentTarget.value)}
          />
        </label>
      ))}
      <button type="submit" class="unseen" tabIndex={-1}>
        Run
      </button>
    </form>
  );
}

/** The result, dimmed while the next one comes, and what was wrong. */
function Outcome() {
  const result = sqlResult.data.value;
  const failure = sqlResult.failure.value;
  const isRunning = sqlResult.isLoading.value;
  if (result === undefined && failure === undefined) return isRunning ? <Waiting /> : <Beginning />;
  return (
    <div class="loaded" aria-busy={isRunning}>
      {failure && <FailureNotice failure={failure} />}
      {result && (
        <div class={`sql-outcome${isRunning || failure !== undefined ? " dimmed" : ""}`}>
          <ResultView result={result} />
        </div>
      )}
    </div>
  );
}

/** What one can begin with. */
function Beginning() {
  return (
    <section class="sql-beginning">
      <h2>Ask anything</h2>
      <p class="muted">
        One SELECT over the tables that are listed here, in ClickHouse's dialect. Nothing can be changed from here.
      </p>
      <ul>
        {SQL_EXAMPLES.map(({ title, query }) => (
          <li key={title}>
            <button type="button" class="button quiet" onClick={() => runSql(query)}>
              {title}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
