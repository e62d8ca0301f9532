/**
 * Rows of cells from CSV files as people save them, and records under known columns.
 *
 * The same as `partnership/spreadsheets.py`, for CSV: nothing is guessed; what is not clear is a
 * fault, what is ignored is a note. Workbooks are left to the command line: to open them here would
 * weigh more than all the rest of the planner.
 */

import { hint, nearest, quoted, shown } from "./faults.js";
import { grouped, length, strip, words } from "./text.js";

const ERROR = /^#(N\/A|[\p{L}\p{N}_/]{3,12}[!?])$/u;
// Programs that take ; for the separator of a CSV file begin a cell after it, quoted or not.
const FORMULA = "(?='*[=+\\-@\\t\\r\\uff1d\\uff0b\\uff0d\\uff20])";
const GUARDED = new RegExp(`(^|[;\\t\\r\\n] *)'${FORMULA}`, "g");
const INNER = new RegExp(`([;\\t\\r\\n] *)${FORMULA}`, "g");
const BEGINS = new RegExp(`^${FORMULA}`);
const INVISIBLE = /[\u00ad\u200b\u2060\ufeff]/g;
// What takes no room: joiners, marks of direction, fillers, selectors of variants.
const UNSEEN = new RegExp(
  "[\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180e\\u200b-\\u200f" +
    "\\u2060-\\u206f\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\u{e0000}-\\u{e0fff}]",
  "gu",
);
/** Cyrillic and Greek letters that look like Latin ones, as capitals or as small letters. */
const ALIKE = ["авекмнорстухіјѕһԁԛԝαβεζηικμορτυχ", "abekmhopctyxijshdqwabezhikmoptyx"];
const LOOKS = new Map([...ALIKE[0]].map((letter, at) => [letter, ALIKE[1][at]]));
const LETTERS = new RegExp(`[${ALIKE[0]}]`, "g");
// Direction marks make a text read otherwise than it is stored; no name of an issue needs them.
const FORBIDDEN =
  /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufff9-\uffff]/u;
/** What may separate the cells of a CSV file. */
const SIGNS = { ",": "commas", ";": "semicolons", "\t": "tabs" };
/** Signs of one cell after which a quotation mark is taken for open. */
const FIELD = 131072;
const NO_WINDOWS = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);

const TABLE = "CSV or .xlsx";
const SAVE =
  'save it as "Excel Workbook (.xlsx)" or "CSV UTF-8 (comma delimited)" and read that file.';
const SPLIT = "split it into several files.";
const AS_CSV =
  'save the sheet as "CSV UTF-8 (comma delimited)" and read that file here, or give the workbook ' +
  "to the command line: python -m partnership plan.";

/** A file, or the rest of it, cannot be read. */
class Unreadable extends Error {
  constructor(found, expected, remedy) {
    super(found);
    this.parts = [found, expected, remedy];
  }
}

/** A CSV file broke off within quotation marks, or goes on after them. */
class Broken extends Error {}

/**
 * @typedef {Object} Table Rows of cells.
 * @property {string} place  the name of the file, as faults tell it
 * @property {Map<number, string[]>} rows  by the number that a spreadsheet shows; the header first
 * @property {string} mark  what separates the cells
 * @property {string[]} [header]  what `names` gives, once it was asked
 * @property {Map<string, number>} columns  places of the known columns, once the header is read
 * @property {string[]} faults  those found so far, of all files
 * @property {function} fault  takes row, column, found, expected, remedy
 */

/**
 * Return the table of a file, null where it cannot be read.
 *
 * @param {{bytes: Uint8Array, name: string}} file
 * @param {string[]} known  names of columns by which the separator is told
 * @param {import("./faults.js").Faults} faults  where to add what is wrong
 * @param {string[]} notes  where to add what is assumed
 * @param {Object} book
 * @returns {?Table}
 */
export function table(file, known, faults, notes, book) {
  const place = shown(file.name);
  try {
    return delimited(textOf(file, place, notes, book), place, known, faults, book);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    faults.add(place, null, null, ...error.parts);
    return null;
  }
}

/** Return a file's text in whatever encoding spreadsheet programs write. */
function textOf({ bytes, name }, place, notes, book) {
  const begins = (...signs) => signs.every((sign, at) => bytes[at] === sign);
  const most = book.limits.bytes;
  if (bytes.length > most) {
    throw new Unreadable("a larger file", `at most ${Math.floor(most / 1e6)} MB`, SPLIT);
  }
  if (begins(0x50, 0x4b, 3, 4) || begins(0x50, 0x4b, 5, 6)) {
    throw new Unreadable("a workbook", "a CSV file", AS_CSV);
  }
  if (begins(0xd0, 0xcf, 0x11, 0xe0)) throw oldWorkbook(bytes);
  if (begins(0x25, 0x50, 0x44, 0x46)) {
    throw new Unreadable("a PDF", TABLE, `go back to the spreadsheet it was made from: ${SAVE}`);
  }
  const first = bytes.find((byte) => byte !== 0x20 && !(byte >= 9 && byte <= 13));
  if (first === 0x3c) throw new Unreadable("a web page or XML", TABLE, SAVE);
  if (name.lastIndexOf(".") > 0 && /\.xls[xm]$/i.test(name) && first !== undefined) {
    throw new Unreadable("a damaged workbook", "a whole .xlsx file", `open it, ${SAVE}`);
  }
  const text = decoded(bytes, begins, place, notes);
  if (text.includes("\0")) throw new Unreadable("bytes that are no text", TABLE, SAVE);
  return text;
}

function oldWorkbook(bytes) {
  const sought = [..."EncryptedPackage"].flatMap((letter) => [letter.charCodeAt(0), 0]);
  for (let at = bytes.indexOf(sought[0]); at !== -1; at = bytes.indexOf(sought[0], at + 1)) {
    if (sought.every((byte, place) => bytes[at + place] === byte)) {
      const remedy = "remove the password (File, Info, Protect Workbook) and save a copy.";
      return new Unreadable("a workbook with a password", "one without", remedy);
    }
  }
  return new Unreadable("a workbook in the old .xls format", TABLE, SAVE);
}

function decoded(bytes, begins, place, notes) {
  const [little, big] = [begins(0xff, 0xfe), begins(0xfe, 0xff)];
  const wide = little ? "utf-16le" : "utf-16be";
  try {
    return new TextDecoder(little || big ? wide : "utf-8", { fatal: true }).decode(bytes);
  } catch {
    const at = bytes.findIndex((byte) => NO_WINDOWS.has(byte));
    if (at !== -1) {
      const line = bytes.subarray(0, at).reduce((count, byte) => count + (byte === 10), 1);
      const found = `byte 0x${bytes[at].toString(16)}, in line ${line}`;
      throw new Unreadable(found, "text in UTF-8 or Windows-1252", SAVE);
    }
    const note = "is not UTF-8 and was read as Windows-1252: check letters such as é and ö";
    notes.push(`${place}: ${note}`);
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** Return the rows of a CSV file; its separator is the one under which the header reads. */
function delimited(text, place, known, faults, book) {
  const told = /^sep=([^\n])\r?\n/iu.exec(text);
  const rest = told ? text.slice(told[0].length) : text;
  const mark = told && Object.hasOwn(SIGNS, told[1]) ? told[1] : separator(rest, known, book);
  const found = { place, rows: new Map(), mark, columns: new Map(), faults: faults.found };
  found.fault = (row, column, ...parts) => faults.add(place, row, column, ...parts);
  let number = 0;
  try {
    for (const cells of rows(rest, mark)) {
      number += 1;
      if (cells.length > book.limits.columns) {
        const many = `${grouped(cells.length)} columns`;
        throw new Unreadable(many, `at most ${book.limits.columns}`, SPLIT);
      }
      if (!cells.some(strip)) continue;
      found.rows.set(number, cells);
      if (found.rows.size > book.limits.rows + 1) {
        const most = `at most ${grouped(book.limits.rows)} under the header`;
        throw new Unreadable("more rows", most, SPLIT);
      }
    }
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    const remedy = "close the quotation mark; a mark within a text is written twice.";
    const why = `a broken quotation (${shown(error.message)})`;
    found.fault(number + 1, null, why, "marks in pairs", remedy);
  }
  return found;
}

/** Return the separator under which most columns of the header are known, then most there are. */
function separator(text, known, book) {
  let chosen = { mark: null, names: -1, cells: -1 };
  for (const mark of Object.keys(SIGNS)) {
    const header = firstRow(text, mark);
    const lookedAt = header.slice(0, book.limits.columns + 1);
    const names = new Set(lookedAt.map((cell) => tidy(cell).toLowerCase()));
    const count = known.filter((name) => names.has(name)).length;
    if (count > chosen.names || (count === chosen.names && header.length > chosen.cells)) {
      chosen = { mark, names: count, cells: header.length };
    }
  }
  return chosen.mark;
}

function firstRow(text, mark) {
  try {
    for (const cells of rows(text, mark)) if (cells.some(strip)) return cells;
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
  }
  return [];
}

/**
 * Yield the rows of a CSV text, strictly: as Python's `csv` reads them.
 *
 * A cell in quotation marks may hold separators and line ends, and a mark written twice; after the
 * closing mark only a separator or the end of the line may stand.
 */
function* rows(text, mark) {
  let at = 0;
  while (at < text.length) {
    const cells = [];
    let ended = false;
    while (!ended) {
      const cell = text[at] === '"' ? quotedCell(text, at, mark) : plainCell(text, at, mark);
      cells.push(cell.text);
      at = cell.end;
      ended = text[at] !== mark;
      if (!ended) at += 1;
    }
    if (text[at] === "\r" && text[at + 1] === "\n") at += 1;
    at += 1;
    yield cells;
  }
}

function plainCell(text, from, mark) {
  let end = from;
  while (end < text.length && !ends(text[end], mark)) end += 1;
  const cell = text.slice(from, end);
  if (cell.length > FIELD) limit(length(cell));
  return { text: cell, end };
}

function quotedCell(text, from, mark) {
  let cell = "";
  for (let start = from + 1; ; ) {
    const end = text.indexOf('"', start);
    cell += text.slice(start, end === -1 ? text.length : end);
    if (cell.length > FIELD) limit(length(cell));
    if (end === -1) throw new Broken("unexpected end of data");
    if (text[end + 1] !== '"') {
      if (end + 1 < text.length && !ends(text[end + 1], mark)) {
        throw new Broken(`'${mark}' expected after '"'`);
      }
      return { text: cell, end: end + 1 };
    }
    cell += '"';
    start = end + 2;
  }
}

/** Tell whether a sign ends a cell. */
function ends(sign, mark) {
  return sign === mark || sign === "\n" || sign === "\r";
}

function limit(size) {
  if (size > FIELD) throw new Broken(`field larger than field limit (${FIELD})`);
}

// --- from rows to records ------------------------------------------------------------------------

/** Return text without invisible signs, needless blanks and the guard against formulas. */
export function tidy(text) {
  return words(unguarded(strip(text.replace(INVISIBLE, ""))).normalize("NFC")).join(" ");
}

/** Return text as it looks: two texts that look alike, capitals aside, give the same. */
export function looks(text) {
  const plain = text.replace(UNSEEN, "").normalize("NFKC").toLowerCase();
  return plain.replace(LETTERS, (letter) => LOOKS.get(letter));
}

/** Return text with a `'` wherever a spreadsheet would begin to read a formula. */
export function guarded(text) {
  return (BEGINS.test(text) ? "'" : "") + text.replace(INNER, "$1'");
}

/** Return the text that `guarded` was given. */
export function unguarded(text) {
  return text.replace(GUARDED, "$1");
}

/** Return the header in small letters. */
export function names(found) {
  const [header = []] = found.rows.values();
  found.header ??= header.map((cell) => tidy(cell).toLowerCase());
  return found.header;
}

/**
 * Yield row and cells by known column: "" for an empty cell, null for one that is at fault.
 *
 * Rows with nothing under a known column are left out. A needed column that is missing is a fault,
 * and so is each cell of it; a column that is not known is a note.
 *
 * @param {Table} found
 * @param {string[]} known
 * @param {string[]} needed
 * @param {string[]} notes
 * @param {Object} book
 */
export function* records(found, known, needed, notes, book) {
  if (!found.rows.size) return;
  const [top] = found.rows.keys();
  const header = names(found);
  readHead(found, top, header, known, needed, notes);
  const missing = needed.filter((name) => !found.columns.has(name)).map((name) => [name, null]);
  for (const [row, cells] of found.rows) {
    if (row === top || !rightLength(found, row, cells, header, top)) continue;
    header.forEach((name, at) => {
      if (name || !cells[at]) return;
      found.fault(row, letters(at), "a value", "a column with a name", "name it or empty it.");
    });
    const own = [...found.columns].map(([name, at]) => [
      name,
      cellOf(found, row, name, cells[at] ?? "", book),
    ]);
    if (own.some(([, text]) => text !== "")) yield [row, Object.fromEntries([...missing, ...own])];
  }
}

/** Tell whether a row is no longer than the header, and separated as the file is. */
function rightLength(found, row, cells, header, top) {
  if (cells.length > header.length) {
    const remedy = "a text or number that holds the separator stands in quotation marks.";
    const expected = `${header.length}, as in row ${top}`;
    found.fault(row, null, `${cells.length} cells`, expected, remedy);
    return false;
  }
  const count = (mark) => cells[0].split(mark).length - 1;
  const other = Object.keys(SIGNS).find((mark) => mark !== found.mark && count(mark) > 1);
  if (cells.length === 1 && header.length > 1 && other) {
    const both = `a row separated by ${SIGNS[other]} in a file separated by ${SIGNS[found.mark]}`;
    found.fault(row, null, both, "one separator", "save it anew from a spreadsheet.");
    return false;
  }
  return true;
}

/** Find the known columns in the header. */
function readHead(found, top, header, known, needed, notes) {
  header.forEach((name, at) => {
    if (found.columns.has(name)) {
      const remedy = "rename the column or take it away.";
      found.fault(top, name, "the column twice", "each column once", remedy);
    } else if (known.includes(name)) {
      found.columns.set(name, at);
    } else if (name) {
      const near = nearest(name, known.filter((column) => !header.includes(column)));
      const guess = near === null ? "" : `: did you mean ${quoted(near)}?`;
      notes.push(`${found.place}: column ${quoted(name)} was ignored${guess}`);
    }
  });
  for (const name of needed.filter((column) => !found.columns.has(column))) {
    const near = nearest(name, header.filter((other) => other && !known.includes(other)));
    const none = near === null ? "no such column" : `no such column, but ${quoted(near)}`;
    const remedy = "write the column names into the first row.";
    found.fault(top, name, none, "a column of that name", remedy);
  }
}

/** Return the tidy text of a cell, or null and a fault. */
function cellOf(found, row, column, cell, book) {
  const most = book.limits.signs;
  const sign = FORBIDDEN.exec(cell);
  if (cell.length > most && length(cell) > most) {
    const remedy = "shorten the text, and look for a quotation mark that is not closed.";
    const long = `${grouped(length(cell))} characters`;
    found.fault(row, column, long, `at most ${grouped(most)}`, remedy);
  } else if (sign) {
    const code = sign[0].codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    const hidden = `${quoted(cell)} with the hidden sign U+${code}`;
    found.fault(row, column, hidden, "plain text", "delete the text and type it again.");
  } else if (ERROR.test(strip(cell))) {
    const error = `the spreadsheet's error ${strip(cell)}`;
    const remedy = "correct the formula, or type the value.";
    found.fault(row, column, error, "a number or text", remedy);
  } else {
    return tidy(cell);
  }
  return null;
}

/** Return a column as a spreadsheet names it: A, B, …, Z, AA, …. */
function letters(at) {
  const last = String.fromCharCode(65 + (at % 26));
  return at < 26 ? last : letters(Math.floor(at / 26) - 1) + last;
}
