/**
 * What the book knows, opened from the data block of the page.
 *
 * The block is made from `data/` by `partnership/planner.py`. All numbers of the model are in it:
 * none is written in these modules. Rows keep the names that the columns have in the book's files
 * (`best_fit`, `scales_rated`), so that the modules and the Python read side by side.
 */

/**
 * @typedef {Object} Form A form of partnership, as in `partnership_forms.csv`.
 * @property {string} form
 * @property {string} label
 * @property {string} phase
 * @property {number} activity
 * @property {boolean} recommendable
 * @property {number[]} prototype  in order of the scales
 * @property {string} people  what patients and families do
 * @property {string} staff  what professionals do
 */

/**
 * Open the data block.
 *
 * @param {Object} block  what `partnership.planner.block` gives, parsed
 * @returns {Object} the block with, beyond its own parts: `forms` numbered (`place`); `inPhase`
 *   (forms) and `prototypes`, by phase; `form`, `scale`, `issue` and `strategy`, by name; `labels`
 *   (form by label)
 */
export function openBook(block) {
  const forms = block.forms.map((form, place) => ({ ...form, place }));
  const inPhase = new Map(block.model.phases.map((phase) => [phase, []]));
  for (const form of forms) inPhase.get(form.phase).push(form);
  const prototypes = [...inPhase].map(([phase, own]) => [phase, own.map((form) => form.prototype)]);
  return Object.freeze({
    ...block,
    forms,
    inPhase,
    prototypes: new Map(prototypes),
    form: new Map(forms.map((form) => [form.form, form])),
    labels: new Map(forms.map((form) => [form.label, form.form])),
    scale: new Map(block.scales.map((scale) => [scale.scale, scale])),
    issue: new Map(block.issues.map((issue) => [issue.issue, issue])),
    strategy: new Map(block.strategies.map((strategy) => [strategy.id, strategy])),
  });
}

/**
 * Return one of the book's issues as inputs of `plan`: the headline reading of the literature.
 *
 * @param {string} issue
 * @param {Object} book
 * @param {string} [rater]
 * @returns {{ratings: Object[], practice: Object[]}}
 */
export function workedIssue(issue, book, rater = "literature") {
  const known = book.issue.get(issue);
  const person = { issue, rater, group: null };
  const scores = book.model.rated.map((scale, place) => [scale, known.scores[place]]);
  const practice = book.model.layers.flatMap((layer) =>
    known[layer].map((form) => ({ ...person, phase: book.form.get(form).phase, layer, form })),
  );
  const rating = { ...person, label: known.label, ...Object.fromEntries(scores), who: known.who };
  return { ratings: [rating], practice };
}
