/** From what each rater says to what holds of an issue, as in `partnership/raters.py`. */

import { compareText, strip } from "./text.js";

/**
 * @typedef {Object} Rating What one rater says of one issue.
 * @property {string} issue
 * @property {?string} label
 * @property {?string} rater  null: a rater of its own
 * @property {?string} group
 * @property {?string} who  who is best placed
 *
 * Beyond these, each scale and `burden` by name: a number from 0 to 4 or null.
 */

/**
 * @typedef {Object} Named A form that one rater names.
 * @property {string} issue
 * @property {?string} rater
 * @property {?string} group
 * @property {string} layer  `offered` or `enacted`
 * @property {string} form
 */

/**
 * Sum up the ratings of each issue over its raters.
 *
 * @param {Rating[]} ratings
 * @param {Object} book
 * @returns {Object[]} one an issue, in order of appearance: `issue`, `label`, `raters` (those who
 *   gave a score), each scale (the median), `burden` (the highest), `who`, `scales_rated`
 */
export function score(ratings, book) {
  const { scales, rated } = book.model;
  return [...byIssue(ratings)].map(([issue, rows]) => {
    const found = {
      issue,
      label: rows.find((row) => row.label)?.label ?? null,
      raters: rows.filter((row) => rated.some((scale) => isScore(row[scale]))).length,
    };
    for (const scale of scales) found[scale] = median(given(rows, scale));
    const burdens = given(rows, "burden");
    found.burden = burdens.length ? burdens.at(-1) : null;
    found.who = joined(rows.map((row) => row.who), book);
    found.scales_rated = scales.filter((scale) => found[scale] !== null).length;
    return found;
  });
}

/**
 * Return how far the raters of an issue lie apart on each scale that anybody rated.
 *
 * @param {Rating[]} ratings
 * @param {Object} book
 * @returns {Object[]} `issue`, `scale`, `raters`, `lowest`, `median`, `highest`, `spread`
 */
export function raterSpread(ratings, book) {
  const found = [];
  for (const [issue, rows] of byIssue(ratings)) {
    for (const scale of book.model.rated) {
      const scores = given(rows, scale);
      if (!scores.length) continue;
      const [lowest, highest] = [scores[0], scores.at(-1)];
      const spread = { median: median(scores), highest, spread: highest - lowest };
      found.push({ issue, scale, raters: scores.length, lowest, ...spread });
    }
  }
  return found;
}

/**
 * Return the forms that an issue's raters together name as offered and as enacted.
 *
 * A form counts when at least half of the raters who named any offered (enacted) form in its phase
 * named it; if none reaches half, all that were named.
 *
 * @param {Named[]} named
 * @param {Object} book
 * @returns {Object[]} `issue`, `phase`, `layer`, `form`, `named_by` and `raters` (those who named
 *   any); issues in order of appearance, phases in theirs, `offered` first, forms in file order
 */
export function practice(named, book) {
  const { phases, layers } = book.model;
  const found = [];
  for (const [issue, rows] of byIssue(named)) {
    const inLayer = layers.map((layer) => whoNamed(rows, layer, book));
    for (const phase of phases) {
      layers.forEach((layer, at) => {
        const people = inLayer[at];
        const named = book.inPhase.get(phase).filter(({ place }) => people[place]);
        const raters = new Set(named.flatMap(({ place }) => [...people[place]])).size;
        const half = named.filter(({ place }) => 2 * people[place].size >= raters);
        for (const { form, place } of half.length ? half : named) {
          found.push({ issue, phase, layer, form, named_by: people[place].size, raters });
        }
      });
    }
  }
  return found;
}

/** Return who named each form in a layer: sets of raters, by the place of the form. */
function whoNamed(rows, layer, book) {
  const found = [];
  rows.forEach((row, place) => {
    if (row.layer !== layer) return;
    const form = book.form.get(row.form).place;
    found[form] ??= new Set();
    found[form].add(row.rater ?? place); // without a name, a rater of its own
  });
  return found;
}

/**
 * Return rows by issue, in order of appearance.
 *
 * @template {{issue: string}} Row
 * @param {Row[]} rows
 * @returns {Map<string, Row[]>}
 */
export function byIssue(rows) {
  const found = new Map();
  for (const row of rows) {
    const known = found.get(row.issue);
    if (known) known.push(row);
    else found.set(row.issue, [row]);
  }
  return found;
}

/** Tell whether a cell holds a score. */
export function isScore(value) {
  return value !== null && value !== undefined;
}

/** Return the scores given on a scale, lowest first. */
function given(rows, scale) {
  return rows
    .map((row) => row[scale])
    .filter(isScore)
    .sort((one, other) => one - other);
}

/** Return the median of sorted scores, null where there is none. */
function median(sorted) {
  if (!sorted.length) return null;
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Return all values given, joined by `;`, in an order that does not depend on the rows'. */
function joined(cells, book) {
  const values = new Set(
    cells.flatMap((cell) => (cell ?? "").split(";").map(strip)),
  );
  values.delete("");
  const known = book.model.who.filter((value) => values.has(value));
  const others = [...values].filter((value) => !known.includes(value)).sort(compareText);
  return [...known, ...others].join(";") || null;
}
