/**
 * How well each form of partnership fits an issue, and what that makes of what is offered.
 *
 * The same arithmetic as `partnership/fitting.py`, step by step, so that both round alike. What is
 * not known is `null`. Fits are compared with a tolerance, so that rounding decides nothing.
 */

/**
 * Return weights as an array in order of the scales, the largest 1.
 *
 * @param {?Object<string, number>} weights  by scale; scales not named weigh 1; null: all equal
 * @param {Object} book
 * @returns {number[]}
 */
export function checkWeights(weights, book) {
  const { scales } = book.model;
  if (weights === null || weights === undefined) return scales.map(() => 1);
  const stray = Object.keys(weights).filter((name) => !scales.includes(name));
  if (stray.length) throw new Error(`Not weights of scales: ${stray.join(", ")}.`);
  const found = scales.map((scale) => (Object.hasOwn(weights, scale) ? weights[scale] : 1));
  if (!found.every((weight) => Number.isFinite(weight) && weight >= 0)) {
    throw new Error(`Weights must be finite and not below 0; found ${found.join(", ")}.`);
  }
  const largest = Math.max(...found);
  if (!(largest > 0)) throw new Error("At least one scale must have a weight above 0.");
  return found.map((weight) => weight / largest);
}

/**
 * Return how well each form fits an issue: Gower's similarity of its scores and the prototype.
 *
 * @param {Array<?number>} scores  in order of the scales; null where not rated
 * @param {number[][]} prototypes
 * @param {number[]} weights  as `checkWeights` gives them
 * @param {Object} book
 * @returns {Array<?number>} from 0 to 1; all null where too few scales are rated or none that is
 *   rated has a weight
 */
export function fit(scores, prototypes, weights, book) {
  const { top, leastScales } = book.model;
  const counted = weights.map((weight, scale) => (scores[scale] === null ? 0 : weight));
  const total = counted.reduce((sum, weight) => sum + weight, 0);
  const rated = scores.filter((score) => score !== null).length;
  if (rated < leastScales || !(total > 0)) return prototypes.map(() => null);
  const shares = counted.map((weight) => weight / (top * total));
  return prototypes.map((prototype) => {
    let found = 1;
    for (let scale = 0; scale < shares.length; scale += 1) {
      found -= shares[scale] * Math.abs((scores[scale] ?? 0) - prototype[scale]);
    }
    return Math.max(found, 0); // rounding may leave -1e-17
  });
}

/**
 * Return the best of some fits, null where there is none.
 *
 * @param {Array<?number>} fits
 * @returns {?number}
 */
export function best(fits) {
  let found = null;
  for (const value of fits) {
    if (value !== null && (found === null || value > found)) found = value;
  }
  return found;
}

/**
 * Return which forms fit best or almost.
 *
 * @param {Array<?number>} fits  null for forms that do not count
 * @param {Object} book
 * @param {number} [width]  how far below the best a form may be; 0: those that share the best fit
 * @returns {boolean[]}
 */
export function fittingSet(fits, book, width = book.model.width) {
  const highest = best(fits);
  if (highest === null) return fits.map(() => false);
  const least = highest - width - book.model.tolerance;
  return fits.map((value) => value !== null && value >= least);
}

/**
 * Return the places of the forms in a set, best first; equal fits in file order, for display.
 *
 * @param {Array<?number>} fits
 * @param {boolean[]} fitting
 * @param {Object} book
 * @returns {number[]}
 */
export function bestFirst(fits, fitting, book) {
  const places = [...fits.keys()].filter((place) => fitting[place]);
  places.sort((one, other) => fits[other] - fits[one] || one - other);
  // Fits that differ by rounding alone share a rank.
  const ranks = [];
  places.forEach((place, order) => {
    const before = places[order - 1];
    const step = order && fits[before] - fits[place] > book.model.tolerance ? 1 : 0;
    ranks[place] = order ? ranks[before] + step : 0;
  });
  return places.sort((one, other) => ranks[one] - ranks[other] || one - other);
}

/**
 * Compare what fits with what services offer and what people enact, in delivery.
 *
 * @param {Array<?number>} fits  of all delivery forms, in file order
 * @param {boolean[]} offered  which of them are offered; none where nothing is known
 * @param {boolean[]} enacted
 * @param {Object} book
 * @returns {{fitting: boolean[], best_fit: ?number, offered_fit: ?number, relation: string,
 *   gap: ?number, unsupported: ?boolean}}
 */
export function relate(fits, offered, enacted, book) {
  const forms = book.inPhase.get("delivery");
  const recommended = fits.map((value, place) =>
    forms[place].form === book.model.unheard ? null : value,
  );
  const fitting = fittingSet(recommended, book);
  const bestFit = best(recommended);
  const counted = recommended.map((value, place) => (offered[place] ? value : null));
  const offeredFit = best(counted);
  const relation = relationOf();
  const unknown = relation === "unknown";
  const alone = some(fitting, enacted) && !some(fitting, offered);
  return {
    fitting,
    best_fit: bestFit,
    offered_fit: offeredFit,
    relation,
    gap: bestFit === null || offeredFit === null ? null : bestFit - offeredFit,
    unsupported: unknown ? null : alone,
  };

  function relationOf() {
    if (bestFit === null || !offered.includes(true)) return "unknown";
    if (offeredFit === null) return "unheard";
    if (some(fitting, offered)) return "fits";
    const activities = forms.map((form) => form.activity);
    const within = activities.filter((_, place) => fitting[place]);
    const closest = fittingSet(counted, book, 0);
    // On equal fit the more active form counts.
    const active = Math.max(...activities.filter((_, place) => closest[place]));
    if (active < Math.min(...within)) return "untapped";
    return active > Math.max(...within) ? "overreach" : "misfit";
  }
}

/** Tell whether two lists of booleans are true in one place. */
function some(one, other) {
  return one.some((value, place) => value && other[place]);
}
