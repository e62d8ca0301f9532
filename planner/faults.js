/** What is wrong with a file, in the words of `partnership/faults.py`. */

import { grouped, length, printable } from "./text.js";

export { nearest } from "./nearest.js";

/** There are so many faults that reading ended. */
export class Full extends Error {}

/** The faults found so far, each in words; when there are too many, reading ends. */
export class Faults {
  /** @param {number} most  faults after which reading ends */
  constructor(most) {
    this.most = most;
    this.found = [];
  }

  /**
   * Keep a fault.
   *
   * @param {string} file
   * @param {?number} row  as a spreadsheet numbers it; null: the whole file
   * @param {?string} column  null: the whole row
   * @param {string} found
   * @param {string} expected
   * @param {string} remedy
   */
  add(file, row, column, found, expected, remedy) {
    this.found.push(said(file, row, column, found, expected, remedy));
    if (this.found.length >= this.most) {
      const many = `${grouped(this.most)} faults`;
      const last = "put these right and read the file again.";
      this.found.push(said(file, null, null, many, "fewer", last));
      throw new Full();
    }
  }
}

function said(file, row, column, found, expected, remedy) {
  const inRow = row === null ? "" : `, row ${row}`;
  const inColumn = column === null ? "" : `, column ${column}`;
  return `${file}${inRow}${inColumn}: found ${found}; expected ${expected}; ${remedy}`;
}

/** Return a cell as a fault shows it: in quotation marks, on one line, long texts cut. */
export function quoted(text) {
  return text === null ? "an empty cell" : `"${shown(text)}"`;
}

/** Return text as a fault shows it, without quotation marks. */
export function shown(text) {
  const line = printable(text);
  return length(line) <= 80 ? line : `${[...line].slice(0, 77).join("")}…`;
}

/** Return a remedy that begins with a guess, if there is one. */
export function hint(guess, action) {
  if (guess) return `did you mean ${quoted(guess)}? ${action}`;
  return action[0].toLowerCase() + action.slice(1);
}
