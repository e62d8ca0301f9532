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
  const values = fitted(scores, phase, checkWeights(weights, book), book);
  return new Map(book.inPhase.get(phase).map((form, place) => [form.form, values[place]]));
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
  const values = fitted(scores, "delivery", checkWeights(weights, book), book);
  return delivered(values, inLayers(practised, book), book);
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
  return optional(fitted(scores, phase, checkWeights(weights, book), book), phase, book);
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
 * @param {import("./raters.js").Named[]} practised
 * @param {Object} book
 * @param {{weights?: ?Object<string, number>}} [choices]
 * @returns {Object} `table`: four rows an issue, with the columns of `plan.csv`; `scores`,
 *   `practice`, `spread`: what `score`, `practice` and `raterSpread` give; `groups`: what each
 *   group of raters alone would say; `fits`: by issue, the fit of every form of every phase, by
 *   name; `weights`
 */
export function plan(ratings, practised, book, { weights = null } = {}) {
  const weighed = checkWeights(weights, book);
  const scores = score(ratings, book);
  const counting = practice(practised, book);
  const rows = byIssue(counting);
  const known = new Set(scores.map((row) => row.issue));
  const stray = [...rows.keys()].find((issue) => !known.has(issue));
  if (stray !== undefined) throw new Error(`Not an issue that is rated: ${stray}.`);
  const of = (row) => rows.get(row.issue) ?? [];
  return {
    table: scores.flatMap((row) => planned(row, of(row), weighed, book)),
    scores,
    practice: counting,
    weights,
    // An overview of many issues does without these: they are found when they are asked for.
    get spread() {
      return raterSpread(ratings, book);
    },
    get groups() {
      return byGroup(ratings, practised, weighed, book);
    },
    get fits() {
      return new Map(scores.map((row) => [row.issue, allFits(row, weighed, book)]));
    },
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
    const sum = known.reduce((total, value) => total + value, 0);
    return known.length ? sum / known.length / top : null;
  };
  return { x: mean(scales.slice(0, 2)), y: mean(scales.slice(2)) };
}

/** Return the four rows of one issue. */
function planned(scores, practised, weights, book) {
  const { issue, label, scales_rated, burden, who } = scores;
  const carried_by = safeguard(burden, who, scores.interaction, book)?.carried_by ?? null;
  const layers = inLayers(practised, book);
  return book.model.phases.map((phase) => {
    const values = fitted(scores, phase, weights, book);
    const told =
      phase === "delivery"
        ? delivered(values, layers, book)
        : organised(optional(values, phase, book), layers, phase, book);
    return {
      issue,
      label,
      phase,
      scales_rated,
      fitting: told.fitting,
      best_fit: told.best_fit,
      offered: told.offered,
      offered_fit: told.offered_fit,
      relation: told.relation,
      gap: told.gap,
      enacted: told.enacted,
      enacted_fitting: told.enacted_fitting,
      unsupported: told.unsupported,
      burden,
      who,
      carried_by,
    };
  });
}

/** Return what `deliver` does, of the fits of all delivery forms. */
function delivered(values, layers, book) {
  const forms = book.inPhase.get("delivery");
  const [offered, enacted] = layers.map((names) => forms.map((form) => names.has(form.form)));
  const found = relate(values, offered, enacted, book);
  const both = enacted.map((does, place) => does && found.fitting[place]);
  return {
    fitting: bestFirst(values, found.fitting, book).map((place) => forms[place].form),
    best_fit: found.best_fit,
    offered: picked(forms, offered),
    offered_fit: found.offered_fit,
    relation: found.relation,
    gap: found.gap,
    enacted: picked(forms, enacted),
    enacted_fitting: picked(forms, both),
    unsupported: found.unsupported,
  };
}

/** Return what `options` does, of the fits of all forms of the phase. */
function optional(all, phase, book) {
  const forms = book.inPhase.get(phase);
  const values = all.map((value, place) => (forms[place].recommendable ? value : null));
  const order = bestFirst(values, fittingSet(values, book), book);
  return { fitting: order.map((place) => forms[place].form), best_fit: best(values) };
}

/** Return what each group alone would say of each issue. */
function byGroup(ratings, practised, weights, book) {
  const own = practised.map(person);
  const groups = new Set(ratings.map((row) => row.group).filter(Boolean));
  return [...groups].flatMap((group) => {
    const rated = ratings.filter((row) => row.group === group);
    // Whose form it is tells the rater: a practice file need not repeat the groups.
    const people = new Set(rated.map(person));
    const issues = new Set(rated.map((row) => row.issue));
    const theirs = practised.filter(
      (row, place) => people.has(own[place]) || (row.group === group && issues.has(row.issue)),
    );
    const told = rated.filter((row) => book.model.rated.some((scale) => isScore(row[scale])));
    const raters = byIssue([...told, ...theirs]);
    const counting = byIssue(practice(theirs, book));
    return score(rated, book)
      .filter(({ issue }) => raters.has(issue))
      .map((row) => {
        const values = fitted(row, "delivery", weights, book);
        const layers = inLayers(counting.get(row.issue) ?? [], book);
        const { relation } = delivered(values, layers, book);
        const count = new Set(raters.get(row.issue).map(({ rater }) => rater)).size;
        const { label, who, scales_rated, ...scores } = row;
        return { ...scores, group, raters: count, relation };
      });
  });
}

/** Return a name for a rater of an issue that no other has; no text holds the sign between. */
function person({ issue, rater }) {
  return `${issue}\0${rater}`;
}

/** Return the fits of all forms of a phase to an issue. */
function fitted(scores, phase, weights, book) {
  const values = book.model.scales.map((scale) => scores[scale] ?? null);
  return fit(values, book.prototypes.get(phase), weights, book);
}

/** Return, for each layer, the names of the forms that count in an issue. */
function inLayers(practised, book) {
  return book.model.layers.map(
    (layer) => new Set(practised.filter((row) => row.layer === layer).map((row) => row.form)),
  );
}

/** Return options with what is offered and enacted: nothing is compared with them. */
function organised({ fitting, best_fit }, layers, phase, book) {
  const names = book.inPhase.get(phase).map((form) => form.form);
  const [offered, enacted] = layers.map((own) => names.filter((name) => own.has(name)));
  return {
    fitting,
    best_fit,
    offered,
    offered_fit: null,
    relation: null,
    gap: null,
    enacted,
    enacted_fitting: [],
    unsupported: null,
  };
}

/** Return the fit of every form of every phase by name. */
function allFits(scores, weights, book) {
  const found = new Map();
  for (const phase of book.model.phases) {
    const values = fitted(scores, phase, weights, book);
    book.inPhase.get(phase).forEach((form, place) => found.set(form.form, values[place]));
  }
  return found;
}

/** Return the names of the forms that are marked. */
function picked(forms, marked) {
  return forms.filter((_, place) => marked[place]).map((form) => form.form);
}
