/**
 * The partnership model: which part for patients and families fits a safety issue.
 *
 * The same results as `partnership/model.py` and `partnership/plan.py`, proved so by a test that
 * runs thousands of plans through both.
 */

import { best, bestFirst, checkWeights, fit, fittingSet, relate } from "./fitting.js";
import { byIssue, isScore, practice, raterSpread, score } from "./raters.js";

export { practice, score } from "./raters.js";

/**
 * Return the fit of each form of a phase to an issue, also of those never recommended.
 *
 * @param {Object} scores  a row of `score`
 * @param {Object} book
 * @param {string} [phase]
 * @param {?Object<string, number>} [weights]
 * @returns {Map<string, ?number>} by form, in file order
 */
export function fits(scores, book, phase = "delivery", weights = null) {
  const forms = book.inPhase.get(phase);
  const values = fitted(scores, forms, checkWeights(weights, book), book);
  return new Map(forms.map((form, place) => [form.form, values[place]]));
}

/**
 * Compare what fits an issue in delivery with what is offered and enacted.
 *
 * @param {Object} scores  a row of `score`
 * @param {Object[]} practised  rows of `practice` of this issue
 * @param {Object} book
 * @param {?Object<string, number>} [weights]
 * @returns {Object} `fitting` (best first, equal fits in file order), `best_fit`, `offered`,
 *   `offered_fit`, `relation`, `gap`, `enacted`, `enacted_fitting`, `unsupported` (null where the
 *   relation is unknown)
 */
export function deliver(scores, practised, book, weights = null) {
  return delivered(scores, practised, checkWeights(weights, book), book);
}

/**
 * Return which forms of a phase fit an issue: options for the organisation.
 *
 * @param {Object} scores  a row of `score`
 * @param {Object} book
 * @param {string} phase
 * @param {?Object<string, number>} [weights]
 * @returns {{fitting: string[], best_fit: ?number}}
 */
export function options(scores, book, phase, weights = null) {
  return optional(scores, phase, checkWeights(weights, book), book);
}

/**
 * Return who carries the load of an issue where the burden is heavy.
 *
 * @param {?number} burden  the highest that any rater gave
 * @param {?string} who  who is best placed; unless it is one value, it counts as `both`
 * @param {?number} interaction  the issue's score; null counts as 0
 * @param {Object} book
 * @returns {?Object} the row of `safeguards.csv`: `carried_by`, `reason`; null where the burden is
 *   not heavy or not known
 */
export function safeguard(burden, who, interaction, book) {
  if (!isScore(burden) || burden < book.model.burdened) return null;
  const placed = book.safeguards.some((row) => row.who === who) ? who : "both";
  let found = null;
  for (const row of book.safeguards) {
    const reached = row.who === placed && row.interaction_from <= (interaction ?? 0);
    if (reached && !(found && found.interaction_from >= row.interaction_from)) found = row;
  }
  return found;
}

/**
 * Return the plan of each issue in each phase, and all that a page about it shows.
 *
 * Issues stand alone: a plan of some of them holds the same rows as a plan of all.
 *
 * @param {import("./raters.js").Rating[]} ratings
 * @param {import("./raters.js").Named[]} named
 * @param {Object} book
 * @param {{weights?: ?Object<string, number>}} [choices]
 * @returns {Object} `table`: four rows an issue, with the columns of `plan.csv`; `scores`,
 *   `practice`, `spread`: what the functions of these names give; `groups`: what each group of
 *   raters alone would say; `fits`: by issue, the fit of every form of every phase by name;
 *   `weights`
 */
export function plan(ratings, named, book, { weights = null } = {}) {
  const weighed = checkWeights(weights, book);
  const scores = score(ratings, book);
  const practised = practice(named, book);
  const rows = byIssue(practised);
  const known = new Set(scores.map((row) => row.issue));
  const stray = [...rows.keys()].find((issue) => !known.has(issue));
  if (stray !== undefined) throw new Error(`Not an issue that is rated: ${stray}.`);
  const parts = scores.map((row) => planned(row, rows.get(row.issue) ?? [], weighed, book));
  return {
    table: parts.flatMap((part) => part.table),
    scores,
    practice: practised,
    spread: raterSpread(ratings, book),
    groups: byGroup(ratings, named, weighed, book),
    fits: new Map(scores.map((row, place) => [row.issue, parts[place].fits])),
    weights,
  };
}

/**
 * Return where an issue, or the prototype of a form, lies on the map.
 *
 * @param {Object<string, ?number>} scores  by scale
 * @param {Object} book
 * @returns {{x: ?number, y: ?number}} relational character, and what patients and families bring,
 *   from 0 to 1; null where no scale of it is rated
 */
export function mapPosition(scores, book) {
  const { scales, top } = book.model;
  const mean = (names) => {
    const known = names.map((name) => scores[name]).filter(isScore);
    return known.length ? known.reduce((sum, value) => sum + value, 0) / known.length / top : null;
  };
  return { x: mean(scales.slice(0, 2)), y: mean(scales.slice(2)) };
}

/** Return the four rows of one issue, and the fit of every form. */
function planned(scores, practised, weights, book) {
  const { issue, label, scales_rated, burden, who } = scores;
  const carriedBy = safeguard(burden, who, scores.interaction, book)?.carried_by ?? null;
  const found = new Map();
  const table = book.model.phases.map((phase) => {
    const forms = book.inPhase.get(phase);
    const values = fitted(scores, forms, weights, book);
    forms.forEach((form, place) => found.set(form.form, values[place]));
    const told =
      phase === "delivery"
        ? delivered(scores, practised, weights, book)
        : { ...NOT_COMPARED, ...optional(scores, phase, weights, book), ...both(phase) };
    return {
      ...{ issue, label, phase, scales_rated },
      ...{ fitting: told.fitting, best_fit: told.best_fit },
      ...{ offered: told.offered, offered_fit: told.offered_fit },
      ...{ relation: told.relation, gap: told.gap },
      ...{ enacted: told.enacted, enacted_fitting: told.enacted_fitting },
      ...{ unsupported: told.unsupported, burden, who, carried_by: carriedBy },
    };
  });
  return { table, fits: found };

  function both(phase) {
    const mark = (layer) => inLayer(practised, book.inPhase.get(phase), layer);
    const names = (layer) => picked(book.inPhase.get(phase), mark(layer));
    return { offered: names("offered"), enacted: names("enacted"), enacted_fitting: [] };
  }
}

const NOT_COMPARED = { offered_fit: null, relation: null, gap: null, unsupported: null };

/** Return what `deliver` does, of weights checked. */
function delivered(scores, practised, weights, book) {
  const forms = book.inPhase.get("delivery");
  const values = fitted(scores, forms, weights, book);
  const [offered, enacted] = book.model.layers.map((layer) => inLayer(practised, forms, layer));
  const found = relate(values, offered, enacted, book);
  return {
    fitting: bestFirst(values, found.fitting, book).map((place) => forms[place].form),
    best_fit: found.best_fit,
    offered: picked(forms, offered),
    offered_fit: found.offered_fit,
    relation: found.relation,
    gap: found.gap,
    enacted: picked(forms, enacted),
    enacted_fitting: picked(forms, enacted.map((does, place) => does && found.fitting[place])),
    unsupported: found.unsupported,
  };
}

/** Return what `options` does, of weights checked. */
function optional(scores, phase, weights, book) {
  const forms = book.inPhase.get(phase);
  const all = fitted(scores, forms, weights, book);
  const values = all.map((value, place) => (forms[place].recommendable ? value : null));
  const order = bestFirst(values, fittingSet(values, book), book);
  return { fitting: order.map((place) => forms[place].form), best_fit: best(values) };
}

/** Return what each group alone would say of each issue. */
function byGroup(ratings, named, weights, book) {
  const pair = ({ issue, rater }) => JSON.stringify([issue, rater]);
  const groups = new Set(ratings.map((row) => row.group).filter(Boolean));
  return [...groups].flatMap((group) => {
    const rated = ratings.filter((row) => row.group === group);
    // Whose form it is tells the rater: a practice file need not repeat the groups.
    const people = new Set(rated.map(pair));
    const issues = new Set(rated.map((row) => row.issue));
    const own = named.filter(
      (row) => people.has(pair(row)) || (row.group === group && issues.has(row.issue)),
    );
    const told = rated.filter((row) => book.model.rated.some((scale) => isScore(row[scale])));
    const raters = byIssue([...told, ...own]);
    const practised = byIssue(practice(own, book));
    return score(rated, book)
      .filter(({ issue }) => raters.has(issue))
      .map((row) => ({
        issue: row.issue,
        group,
        raters: new Set(raters.get(row.issue).map(pair)).size,
        ...Object.fromEntries(book.model.rated.map((scale) => [scale, row[scale]])),
        relation: delivered(row, practised.get(row.issue) ?? [], weights, book).relation,
      }));
  });
}

/** Return the fits of forms to an issue. */
function fitted(scores, forms, weights, book) {
  const values = book.model.scales.map((scale) => scores[scale] ?? null);
  return fit(values, forms.map((form) => form.prototype), weights, book);
}

/** Return which of some forms are offered or enacted. */
function inLayer(practised, forms, layer) {
  const names = new Set(practised.filter((row) => row.layer === layer).map((row) => row.form));
  return forms.map((form) => names.has(form.form));
}

/** Return the names of the forms that are marked. */
function picked(forms, marked) {
  return forms.filter((_, place) => marked[place]).map((form) => form.form);
}
