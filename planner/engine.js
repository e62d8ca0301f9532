/** All that a page needs of the model: one door to the modules that know nothing of pages. */

export { openBook, workedIssue } from "./book.js";
export { checkWeights } from "./fitting.js";
export { deliver, fits, mapPosition, options, plan, practice } from "./model.js";
export { raterSpread, safeguard, score } from "./model.js";
