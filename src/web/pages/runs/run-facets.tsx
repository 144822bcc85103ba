import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { place, setQuery } from "../../base/router.ts";
import { FACET_VALUES_MAX, type FacetValue, findFacetValues } from "../../state/run-facets.ts";
import { MAIN_FACETS, RUN_FACETS, type RunFacet } from "../../state/run-query.ts";
import { facets } from "../../state/runs.ts";
import { FacetMenu, FacetValues } from "../../widgets/facet-menu.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { Menu } from "../../widgets/menu.tsx";
import { Waiting } from "../../widgets/notices.tsx";

type Facet = (typeof RUN_FACETS)[number];

const MORE_FACETS = RUN_FACETS.filter(({ name }) => !MAIN_FACETS.includes(name));

/** The filters that have values to choose from. */
export function RunFacets() {
  const values = facets.data.value;
  return (
    <>
      {RUN_FACETS.filter(({ name }) => MAIN_FACETS.includes(name)).map(({ name, title }) => (
        <FacetMenu
          key={name}
          title={title}
          values={values?.[name] ?? []}
          selected={place.value.query.get(name) ?? []}
          onChange={(chosen) => setQuery({ [name]: chosen }, "step")}
          find={finder(name, values?.[name])}
        />
      ))}
      <MoreFacets />
    </>
  );
}

function finder(name: RunFacet, values: readonly FacetValue[] = []) {
  return values.length < FACET_VALUES_MAX ? undefined : (text: string) => findFacetValues(name, text);
}

/** Filters of which there may be very many values: asked for when they are chosen. */
function MoreFacets() {
  const chosen = useSignal<Facet | undefined>(undefined);
  const { query } = place.value;
  const count = MORE_FACETS.reduce((sum, { name }) => sum + (query.get(name)?.length ?? 0), 0);
  return (
    <Menu label={count === 0 ? "More" : `More ${count}`} isActive={count > 0}>
      {() =>
        chosen.value === undefined ? (
          <ul class="menu-list">
            {MORE_FACETS.map((facet) => (
              <li key={facet.name}>
                <button
                  type="button"
                  class="menu-item"
                  onClick={() => {
                    chosen.value = facet;
                  }}
                >
                  <span class="grow">{facet.title}</span>
                  <span class="muted">{query.get(facet.name)?.length}</span>
                  <Icon name="right" size={12} />
                </button>
              </li>
            ))}
          </ul>
        ) : (
          <OneFacet
            key={chosen.value.name}
            facet={chosen.value}
            onBack={() => {
              chosen.value = undefined;
            }}
          />
        )
      }
    </Menu>
  );
}

function OneFacet({ facet: { name, title }, onBack }: { readonly facet: Facet; readonly onBack: () => void }) {
  const values = useSignal<readonly FacetValue[] | undefined>(undefined);
  useEffect(() => {
    void findFacetValues(name, "").then((answer) => {
      values.value = answer;
    });
  }, []);
  return (
    <>
      <button type="button" class="menu-item muted" onClick={onBack}>
        <Icon name="up" size={12} />
        All filters
      </button>
      {values.value === undefined ? (
        <Waiting />
      ) : (
        <FacetValues
          title={title}
          values={values.value}
          selected={place.value.query.get(name) ?? []}
          onChange={(chosen) => setQuery({ [name]: chosen }, "step")}
          find={finder(name, values.value)}
        />
      )}
    </>
  );
}
