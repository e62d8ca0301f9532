/** All of the planner but its pages: one door to each part. */

export { openBook, workedIssue } from "./book.js";
export { joined, planCsv, ratingsCsv } from "./csv.js";
export { nearest } from "./nearest.js";
export { deliver, fits, mapPosition, options, plan, practice, score } from "./model.js";
export { read, readWeights, weightsText } from "./ratings.js";
export { guarded, tidy, unguarded } from "./spreadsheets.js";
export * as text from "./text.js";
export * as words from "./words.js";
