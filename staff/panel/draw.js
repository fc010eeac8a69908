// How guests were drawn, and how far they differ from all customers.

import { el } from "#web/dom.js";
import { _, fill } from "#web/words.js";
import { nameOf } from "../shared/names.js";

const DIMENSIONS = { tier: _("Tier"), service: _("Service"), score: _("Score") };
const percent = (share) => `${Math.round(100 * share)} %`;

/** @param {Api.PanelWithBiasOut} panel */
export function drawDraws({ draws }) {
  return [
    el(
      "ul.draws",
      {},
      ...draws.map((draw) =>
        el(
          "li",
          {},
          fill(_("{at}: {drawn} of {pool} drawn, by {by}."), { ...draw, at: draw.at.slice(0, 16).replace("T", " ") }),
          " ",
          draw.passed_over > 0 && fill(_("Invited not long ago: {n} more."), { n: draw.passed_over }),
          el("span.soft.seed", {}, fill(_("Seed {seed}"), draw)),
        ),
      ),
    ),
    el(
      "details.how",
      {},
      el("summary", {}, _("How a draw works")),
      el(
        "p",
        {},
        _(
          "In each group the customers stand in the order of SHA-256 of the seed and their ticket: nobody can choose. The group that is furthest below its aim gives the next customer. With the seed the draw can be repeated.",
        ),
      ),
    ),
  ];
}

/** @param {Api.BiasOut[]} bias */
export function drawBias(bias) {
  const names = [_("Group"), _("Visits"), _("Agreed to be asked"), _("Expected")];
  return [
    el("h3", {}, _("How far they differ from all customers")),
    el("p.soft", {}, _("Share in each group; in brackets the interval of 95 %. A score has cards in place of visits.")),
    el(
      "div.scroll",
      {},
      el(
        "table.bias",
        {},
        el("thead", {}, el("tr", {}, ...names.map((name) => el("th", { scope: "col" }, name)))),
        ...Object.keys(DIMENSIONS).map((dimension) =>
          body(
            dimension,
            bias.filter((row) => row.dimension === dimension),
          ),
        ),
      ),
    ),
  ];
}

/** @param {string} dimension
    @param {Api.BiasOut[]} rows */
const body = (dimension, rows) =>
  el(
    "tbody",
    {},
    el("tr.dimension", {}, el("th", { scope: "colgroup", colspan: 4 }, DIMENSIONS[dimension])),
    ...rows.map((row) =>
      el(
        "tr",
        {},
        el("th", { scope: "row" }, group(row)),
        el("td", {}, share(row.visits)),
        el("td", {}, share(row.agreed), row.differs && el("span.pill.warn", {}, _("differs"))),
        el("td", {}, share(row.invited)),
      ),
    ),
  );

const group = ({ dimension, key }) => (dimension === "score" ? key : nameOf(dimension, key));

/** @param {Api.ShareOut | null} figure */
const share = (figure) => (figure ? `${percent(figure.value)} (${percent(figure.lo)}–${percent(figure.hi)})` : "–");
