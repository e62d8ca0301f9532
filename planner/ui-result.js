/**
 * The plan of an issue as the reader sees it: in short beside the sliders, in full below, on paper.
 */

import { el, fill, fresh, say, svg } from "./ui-dom.js";
import { capital } from "./words.js";

/** Width of the strip on which a score is drawn, without its margins. */
const STRIP = 112;
const NOT = [
  "It compares characters, not effects: that a form fits does not show that it makes care safer. " +
    "Scales, forms and what they are made for are judgements of the book ",
  "Co-producing Patient Safety",
  ". Take it as the start of a talk with patients and families, not as a verdict.",
];

/** Mark a box with how it stands with the issue; never by colour alone. */
export function answerBox(answer, heading = "strong") {
  return el(
    "div",
    { class: `planner-answer planner-${answer.relation}` },
    el(heading, { class: "planner-kicker" }, "In short"),
    el("p", {}, answer.short.join(" ")),
  );
}

// --- beside the sliders -------------------------------------------------------------------------

/** Make the table of fits once; it is then only told what to show. */
export function makeBars() {
  const rows = new Map();
  const body = el("tbody");
  const node = el(
    "table",
    { class: "planner-bars" },
    el("caption", {}, "Fit of every form of delivery, from 0 to 1"),
    el(
      "thead",
      { class: "planner-unseen" },
      el(
        "tr",
        {},
        ["Form", "Fit", "What it is here"].map((name) => el("th", { scope: "col" }, name)),
      ),
    ),
    body,
  );
  function rowOf(bar) {
    const filled = el("span", { class: "planner-filled" });
    const number = el("span", { class: "planner-number" });
    const marks = el("td", { class: "planner-marks" });
    const row = el(
      "tr",
      {},
      el("th", { scope: "row" }, bar.label),
      el("td", {}, el("span", { class: "planner-bar", "aria-hidden": "true" }, filled), number),
      marks,
    );
    rows.set(bar.form, { row, filled, number, marks });
    body.append(row);
    return rows.get(bar.form);
  }
  return {
    node,
    show(bars) {
      for (const bar of bars) {
        const { row, filled, number, marks } = rows.get(bar.form) ?? rowOf(bar);
        const known = bar.fit !== null;
        row.classList.toggle("planner-in", bar.fits);
        filled.style.inlineSize = known ? `${(bar.fit * 100).toFixed(2)}%` : "0";
        say(number, known ? bar.fit.toFixed(2) : "–");
        const said = [bar.fits && "fits", bar.offered && "offered", bar.enacted && "done already"];
        say(marks, said.filter(Boolean).join(", "));
      }
    },
  };
}

// --- in full ------------------------------------------------------------------------------------

/**
 * Return the plan of an issue as sections.
 *
 * @param {Object} answer
 * @param {{paper: boolean, more: boolean, level: number}} how - `paper`: for a sheet; `more`:
 *   whether the further strategies stand open; `level` of the headings.
 * @returns {Node[]}
 */
export function sections(answer, how) {
  const of = (name, ...content) => section(how.level, name, ...content);
  return [
    of("The character of this issue", character(answer)),
    of("What fits", el("p", {}, answer.fitting.text), fitting(answer)),
    el(
      "div",
      { class: "planner-columns" },
      of(answer.compared.heading, answer.compared.text ? el("p", {}, answer.compared.text) : null),
      of("What people do already", el("p", {}, answer.enacted)),
      of(
        "Who carries the load",
        el(
          "p",
          { class: answer.heavy ? "planner-warning" : null },
          [answer.burden, answer.placed].filter(Boolean).join(" "),
        ),
      ),
      of("Strategies that people have found", strategies(answer.strategies, how)),
      of("Beyond delivery: options for the organisation", phases(answer)),
      of("How sure is this?", sureness(answer, how)),
    ),
    of("What this plan is not", el("p", {}, NOT[0], el("cite", {}, NOT[1]), NOT[2])),
  ];
}

function section(level, name, ...content) {
  const id = fresh("part");
  return el("section", { "aria-labelledby": id }, el(`h${level}`, { id }, name), content);
}

/** A table that becomes a list of cards where the screen is narrow; it stays a table to all. */
function stack(caption, columns, rows) {
  return el(
    "table",
    { class: "planner-stack", role: "table" },
    el("caption", {}, caption),
    el(
      "thead",
      { role: "rowgroup" },
      el(
        "tr",
        { role: "row" },
        columns.map((name) => el("th", { scope: "col", role: "columnheader" }, name)),
      ),
    ),
    el(
      "tbody",
      { role: "rowgroup" },
      rows.map(([head, ...cells]) =>
        el(
          "tr",
          { role: "row" },
          el("th", { scope: "row", role: "rowheader" }, head),
          cells.map((cell, place) =>
            el("td", { role: "cell", "data-name": columns[place + 1] }, cell),
          ),
        ),
      ),
    ),
  );
}

function character(answer) {
  return stack(
    "Scores from 0 to 4, the middle one of all raters; for the burden the highest. ◆ score, " +
      "bar: lowest to highest rater, ○ what the best fitting form is made for.",
    ["Scale", "Score", "In words", "Raters"],
    answer.scales.map((scale) => [
      [capital(scale.name), " ", el("small", {}, scale.asks)],
      [el("strong", {}, scale.score), scale.strip ? strip(scale.strip) : null],
      scale.words,
      [
        scale.spread,
        scale.groups
          ? [" ", el("small", {}, "groups differ: ", el("bdi", {}, scale.groups))]
          : null,
      ],
    ]),
  );
}

function strip({ score, low, high, madeFor, top }) {
  const at = (value) => 8 + (value / top) * STRIP;
  const levels = Array.from({ length: top + 1 }, (_, level) => `M${at(level)} 5V11`).join("");
  return svg(
    "svg",
    {
      class: "planner-strip",
      width: 128,
      height: 16,
      viewBox: "0 0 128 16",
      "aria-hidden": "true",
    },
    svg("path", { d: `M8 8H${at(top)}${levels}`, class: "planner-strip-line" }),
    svg("path", { d: `M${at(low)} 8H${at(high)}`, class: "planner-strip-range" }),
    madeFor === null
      ? null
      : svg("circle", { cx: at(madeFor), cy: 8, r: 6.5, class: "planner-strip-made" }),
    svg("path", {
      d: `M${at(score)} 3.5l4.5 4.5l-4.5 4.5l-4.5 -4.5z`,
      class: "planner-strip-score",
    }),
  );
}

function fitting({ fitting: { rows } }) {
  if (!rows.length) return null;
  return stack(
    "Fit: 1 is alike; 0.95 is on average 0.2 of a step away on each scale.",
    ["Form", "Patients and families", "Professionals", "Fit"],
    rows.map((row) => [row.label, row.people, row.staff, row.fit]),
  );
}

function strategies(told, { paper, more }) {
  const shown = paper ? told.rows.slice(0, told.printed) : told.rows;
  const left = told.rows.length - shown.length;
  return [
    told.rows.length
      ? [
          el(
            "p",
            { class: "planner-note" },
            (told.general
              ? "General: the literature tells of these in other issues; a form that fits yours " +
                "makes room for them. Strike those that do not suit it."
              : "From the literature on this issue.") +
              " To support where people use them, never to demand.",
          ),
          el(
            "ul",
            {},
            shown.slice(0, told.open).map((item) => strategy(item, paper)),
          ),
          left ? el("p", { class: "planner-note" }, `${left} more on the page on screen.`) : null,
          shown.length > told.open
            ? el(
                "details",
                { class: "planner-further", open: more },
                el("summary", {}, `${shown.length - told.open} more`),
                el(
                  "ul",
                  {},
                  shown.slice(told.open).map((item) => strategy(item, paper)),
                ),
              )
            : null,
        ]
      : el(
          "p",
          {},
          "The catalogue names none for this issue. Ask the people concerned what they do.",
        ),
    told.hidden ? el("p", { class: "planner-note" }, unseen(told.hidden)) : null,
    el("p", { class: "planner-sub" }, "Signs to look for in the service: they are no resources"),
    el(
      "ul",
      {},
      told.signs.map(([name, tells]) => el("li", {}, `${name}. ${tells}`)),
    ),
  ];
}

function unseen(count) {
  return count === 1
    ? "1 more is done unseen. It is respected here, not exposed."
    : `${count} more are done unseen. They are respected here, not exposed.`;
}

function strategy(item, paper) {
  const judged = item.basis && item.basis !== "documented" ? "; judged usable here" : "";
  return el(
    "li",
    {},
    el("strong", {}, item.name),
    ` (${item.who}`,
    item.basis === "documented" ? ["; documented here: ", works(item.works, paper)] : judged,
    ").",
    item.room ? ` Room for it: ${item.room}` : null,
    item.risk ? [" ", el("em", {}, "Cost:"), ` ${item.risk}`] : null,
    item.cautions ? [" ", el("em", {}, "Caution"), ` on ${item.cautions}.`] : null,
  );
}

function works(list, paper) {
  return list.map(([cited, link], place) => [
    place ? "; " : null,
    link && !paper ? el("a", { href: link, rel: "noopener" }, cited) : cited,
  ]);
}

function phases({ phases: list }) {
  return el(
    "ul",
    {},
    list.map((phase) =>
      el(
        "li",
        {},
        el("strong", {}, capital(phase.name)),
        ": ",
        phase.fitting.length
          ? `${phase.fitting
              .map(([name, does]) => `${name.toLowerCase()} (${small(does)})`)
              .join("; ")}.`
          : "too little is rated.",
        phase.offered.length ? ` You offer: ${phase.offered.join(", ")}.` : null,
        phase.enacted.length ? ` People do: ${phase.enacted.join(", ")}.` : null,
      ),
    ),
  );
}

function sureness({ sureness: told }, { paper }) {
  const one = told.one ? " One rater only: how far people differ cannot be seen." : "";
  const draws =
    "How steady the answer is when judgements vary at random, the command line works out from " +
    "the saved file.";
  return [
    el("p", {}, el("bdi", {}, told.people), `.${one} ${draws}`),
    told.groups.length
      ? el(
          "p",
          {},
          told.alike
            ? "Each group alone would say the same."
            : [
                "Each group alone would say: ",
                told.groups.map(([name, relation], place) => [
                  el("bdi", {}, name),
                  `: ${relation}${place < told.groups.length - 1 ? "; " : "."}`,
                ]),
              ],
        )
      : null,
    told.warning ? el("p", { class: "planner-warning" }, told.warning) : null,
  ];
}

function small(text) {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

// --- on paper -----------------------------------------------------------------------------------

/** Return the sheet of one issue, to print. */
export function sheet(answer) {
  return el(
    "section",
    { class: "planner-sheet" },
    el("p", { class: "planner-note" }, "Partnership plan for one safety issue"),
    el("h1", {}, el("bdi", {}, answer.label)),
    answerBox(answer),
    sections(answer, { paper: true, more: false, level: 2 }),
  );
}

/** Put the plan of an issue into a node, and leave open what the reader had opened. */
export function showPlan(node, answer) {
  const more = node.querySelector(".planner-further")?.open ?? false;
  fill(node, sections(answer, { paper: false, more, level: 3 }));
}
