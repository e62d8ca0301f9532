/**
 * A team's own ratings, read from CSV by the contract of `partnership plan`.
 *
 * As `partnership/ratings.py` reads them, with its faults and notes to the letter. Nothing is
 * guessed at: what is not clear is a fault, what is ignored is a note.
 */

import { Faults, Full, hint, nearest, quoted, shown } from "./faults.js";
import { byIssue } from "./raters.js";
import { looks, names, records, table, tidy } from "./spreadsheets.js";
import { general, grouped, length, roundHalfEven, strip } from "./text.js";

const TEXTS = ["issue", "label", "rater", "group", "who"];
const LONG = [...TEXTS, "scale", "score"];
const PRACTICE = ["issue", "rater", "group", "phase", "layer", "form"];
const NUMBER = /^[+-]?([0-9]{1,12}([.,][0-9]{0,15})?|[.,][0-9]{1,15})$/;
/** What a spreadsheet makes of 1.5, 2.5 and 3.5 where numbers have a decimal comma. */
const MAY = /^0?([1-3])[-./ ](0?5|maj|may|ma[iİı])\.?$/iu;
const DATED =
  "The spreadsheet took it for a date: set the cells to General or Text and type it again.";

/**
 * Read a team's ratings.
 *
 * @param {Uint8Array} bytes  of a CSV file with a row an issue and rater, or an issue, rater and
 *   scale (columns `scale` and `score`)
 * @param {string} name  of the file, as faults call it
 * @param {Object} book
 * @param {?{bytes: Uint8Array, name: string}} [practice]  a file with a row a form
 * @returns {{ratings: import("./raters.js").Rating[], practice: import("./raters.js").Named[],
 *   notes: string[], faults: string[]}} with faults there are neither ratings nor practice
 */
export function read(bytes, name, book, practice = null) {
  const faults = new Faults(book.limits.faults);
  const notes = [];
  const none = { ratings: [], practice: [], notes, faults: faults.found };
  try {
    const found = readAll({ bytes, name }, practice, faults, notes, book);
    if (faults.found.length) return none;
    const frame = labelled(found.rows.map((row) => rated(row, book)), shown(name), notes, book);
    checkSize(frame, shown(name), faults, book);
    const more = notes.length - book.limits.notes;
    if (more > 0) {
      const left = more === 1 ? "note" : "notes";
      notes.splice(book.limits.notes, more, `… and ${grouped(more)} ${left} more`);
    }
    return faults.found.length ? none : { ...none, ratings: frame, practice: once(found.forms) };
  } catch (error) {
    if (!(error instanceof Full)) throw error;
    return none;
  }
}

/**
 * Return weights of the five scales from text such as `interaction=2,presence=0.5`.
 *
 * @param {string} text
 * @param {Object} book
 * @returns {{weights: ?Object<string, number>, faults: string[]}} scales not named weigh 1
 */
export function readWeights(text, book) {
  const faults = new Faults(book.limits.faults);
  const from = { mark: "," };
  from.fault = (row, column, ...parts) => faults.add("--weights", row, column, ...parts);
  const most = book.limits.signs;
  const entries = [];
  for (const item of [...text].slice(0, most).join("").split(/[,;]/).map(strip).filter(Boolean)) {
    const at = item.indexOf("=");
    const [scale, weight] = [strip(item.slice(0, at)), strip(item.slice(at + 1))];
    if (at !== -1 && scale && weight) entries.push([scale, weight]);
    else {
      const remedy = "write interaction=2,presence=0.5 (with a decimal point).";
      from.fault(null, null, quoted(item), "scale=weight", remedy);
    }
  }
  if (length(text) > most) {
    const found = `${grouped(length(text))} characters`;
    from.fault(null, null, found, `at most ${grouped(most)}`, "name each scale once.");
  }
  if (!entries.length && !faults.found.length) {
    const remedy = "write for instance interaction=2.";
    from.fault(null, null, quoted(text), "scale=weight", remedy);
  }
  const weights = weighed(from, entries, book);
  return { weights: faults.found.length ? null : weights, faults: faults.found };
}

/** Return weights as `readWeights` takes them, null where there are none. */
export function weightsText(weights, book) {
  if (weights === null) return null;
  return book.model.scales.map((scale) => `${scale}=${general(weights[scale], 12)}`).join(",");
}

/** Read all that can be read, so that all faults are told at once. */
function readAll(file, practiceFile, faults, notes, book) {
  const wide = [...TEXTS, ...book.model.rated, ...book.model.layers];
  const main = table(file, [...new Set([...wide, ...LONG])], faults, notes, book);
  const beside = practiceFile && table(practiceFile, PRACTICE, faults, notes, book);
  let found = { rows: [], forms: [] };
  if (main) {
    found = isLong(main, book) ? readLong(main, notes, book) : readWide(main, wide, notes, book);
  }
  if (!beside) return found;
  const issues = new Set(found.rows.map((row) => row.issue).filter(Boolean));
  return { ...found, forms: found.forms.concat(practiceOf(beside, issues, notes, book)) };
}

// --- cells ---------------------------------------------------------------------------------------

/** Return a score or weight; null where there is none, or a fault. */
function numberOf(found, row, column, text, top) {
  if (!text) return null;
  const isScore = column !== "weight";
  const expected = `a number from 0 to ${top}${isScore ? ", halves allowed" : ""}`;
  if (!NUMBER.test(text)) {
    found.fault(row, column, quoted(text), expected, remedyFor(text, isScore));
    return null;
  }
  const value = Number(text.replace(",", "."));
  if (text.includes(",") && found.mark === ",") {
    const remedy = `write ${general(value)}, or separate the columns by semicolons.`;
    found.fault(row, column, quoted(text), "a decimal point", remedy);
  } else if (!(value >= 0 && value <= top)) {
    found.fault(row, column, quoted(text), expected, "correct the number.");
  } else if (isScore && !Number.isInteger(value * 2)) {
    const remedy = `halves only: the nearest is ${general(roundHalfEven(value * 2) / 2)}.`;
    found.fault(row, column, quoted(text), expected, remedy);
  } else {
    return value + 0; // no -0
  }
  return null;
}

/** Return what to do about a score or weight that is no number. */
function remedyFor(text, isScore) {
  const day = isScore && MAY.exec(text);
  if (day) return hint(`${day[1]}.5`, DATED);
  if (isScore && /^[0-3] ?½$/.test(text)) return hint(`${text[0]}.5`, "Write it so.");
  return "type a number, or leave the cell empty.";
}

/** Return one of the options, "" where there is none, null where it is at fault. */
function choice(found, row, column, text, options, meant = new Map()) {
  if (!text) return text ?? null;
  const lower = text.toLowerCase();
  if (options.includes(lower)) return lower;
  const near = nearest(text, [...options, ...meant.keys()]);
  const guess = hint(meant.get(near) ?? near, "Correct the word.");
  found.fault(row, column, quoted(text), `one of ${options.join(", ")}`, guess);
  return null;
}

/** Return the forms named in one cell. */
function formsIn(found, row, layer, text, book) {
  const named = [];
  const known = [...book.form.keys()];
  for (const part of (text ?? "").split(";").map(strip).filter(Boolean)) {
    const pieces = part.toLowerCase().split(/[,/| ]+/);
    if (pieces.length > 1 && pieces.every((piece) => book.form.has(piece))) {
      const remedy = `write ${quoted(pieces.join("; "))}.`;
      found.fault(row, layer, quoted(part), "forms separated by semicolons", remedy);
    } else {
      const form = choice(found, row, layer, part, known, book.labels);
      if (form) named.push(form);
    }
  }
  return named;
}

/** Return the weights of all scales, null if none is given. */
function weighed(found, entries, book) {
  const { scales } = book.model;
  const given = new Map();
  for (const [scale, weight] of entries) {
    const name = choice(found, null, "scale", scale, scales);
    const value = numberOf(found, null, "weight", weight, book.limits.weight);
    if (name && given.has(name)) {
      const remedy = "take one of them away.";
      found.fault(null, "scale", quoted(name), "each scale once", remedy);
    } else if (name && value !== null) given.set(name, value);
  }
  if (given.size === scales.length && ![...given.values()].some(Boolean)) {
    const remedy = "give at least one scale a weight above 0.";
    found.fault(null, "weight", "only zeros", "a weight above 0", remedy);
  }
  if (!given.size) return null;
  return Object.fromEntries(scales.map((scale) => [scale, given.get(scale) ?? 1]));
}

// --- from records to ratings ---------------------------------------------------------------------

/** Tell whether scores stand under `scale` and `score`; half of each form is a fault. */
function isLong(found, book) {
  const header = names(found);
  const long = ["scale", "score"].filter((name) => header.includes(name));
  const wide = book.model.rated.filter((name) => header.includes(name));
  if (long.length && wide.length) {
    const [first] = found.rows.keys();
    const both = [...long, ...wide].join(" and ");
    const remedy = "give scores either in a column a scale, or under scale and score.";
    found.fault(first, both, "both forms", "one form", remedy);
  }
  return long.length > 0;
}

/** Yield the records with issue and rater filled in and `who` checked. */
function* people(found, known, needed, notes, book) {
  if (!found.rows.size && !found.faults.length) {
    found.fault(null, null, "nothing in it", "a header and rows", "fill in the template.");
  }
  const first = new Map();
  let empty = true;
  for (const [row, cell] of records(found, known, needed, notes, book)) {
    empty = false;
    if (cut(found, row, cell, notes, book)) continue;
    if (cell.issue === "") {
      const remedy = "name the issue in every row; a merged cell fills only its first row.";
      found.fault(row, "issue", quoted(null), "the name of an issue", remedy);
    }
    const issue = cell.issue ?? "";
    const rater = issue && cell.rater;
    noteAlike(found, row, ["issue"], issue, first, notes);
    noteAlike(found, row, ["group"], cell.group, first, notes);
    noteAlike(found, row, ["rater", issue], rater, first, notes);
    const who = choice(found, row, "who", cell.who, book.model.who);
    yield [row, { ...cell, rater: rater || `(row ${row})`, who }];
  }
  if (empty && !found.faults.length) {
    const remedy = "write a row for each issue and rater.";
    found.fault(null, null, "a header without rows", "at least one row", remedy);
  }
}

/** Note once where a name differs from an earlier one only in capitals, or only to machines. */
function noteAlike(found, row, [column, ...within], text, first, notes) {
  const key = JSON.stringify([column, ...within, looks(text ?? "")]);
  if (!first.has(key)) first.set(key, new Map());
  const spelt = first.get(key);
  if (!text || spelt.has(text)) return;
  if (spelt.size) {
    const [[other, at]] = spelt;
    const inCapitals = other.toLowerCase() === text.toLowerCase();
    const alike = `alike but for ${inCapitals ? "capitals" : "signs that look the same"},`;
    let pair = `${quoted(other)} (row ${at}) and ${quoted(text)} (row ${row})`;
    if (!inCapitals) pair += `, ${alike}`;
    // Notes go into the plan, where no rater is named.
    if (column === "rater") pair = `the raters of row ${at} and row ${row}, ${alike}`;
    notes.push(`${found.place}: ${pair} count as two ${column}s`);
  }
  spelt.set(text, row);
}

/**
 * Tell whether a cell of several forms, not in quotation marks, was cut by its semicolon.
 *
 * Where that is all but sure it is a fault; where it may be so, a note.
 */
function cut(found, row, cell, notes, book) {
  if (found.mark !== ";") return false;
  const { layers, rated } = book.model;
  const [header, cells] = [names(found), found.rows.get(row)];
  for (const layer of layers) {
    const at = (found.columns.get(layer) ?? header.length) + 1;
    if (!cell[layer] || at >= Math.min(cells.length, header.length)) continue;
    const forms = [cells[at - 1], cells[at]].map((text) => tidy(text).toLowerCase());
    if (!forms.every((form) => book.form.has(form))) continue;
    const column = header[at];
    const inLayer = layers.includes(column);
    let remedy = `several forms in a cell stand in quotation marks: "${forms.join("; ")}"`;
    if (rated.includes(column) || column === "who" || (inLayer && cells.length < header.length)) {
      if (inLayer) remedy += `; else write the row to its end, ${header.length} cells`;
      const place = `${layer} and ${column}`;
      found.fault(row, place, forms.join(";"), "one form a cell", `${remedy}.`);
      return true;
    }
    if (!inLayer) {
      const where = `${found.place}, row ${row}, column ${shown(column)}`;
      notes.push(`${where}: ${quoted(forms[1])}; ${remedy}`);
    }
  }
  return false;
}

function twice(found, row, first, columns, cells) {
  const remedy = `row ${first} has the same: change or delete one of the two rows.`;
  found.fault(row, columns, cells.map(quoted).join(", "), "what no other row has", remedy);
}

/** Return ratings and practice of a table with a row an issue and rater. */
function readWide(found, known, notes, book) {
  const [rows, forms, first] = [[], [], new Map()];
  for (const [row, cell] of people(found, known, ["issue"], notes, book)) {
    const person = [cell.issue, cell.rater];
    const key = JSON.stringify(person);
    if (!first.has(key)) first.set(key, row);
    if (cell.issue && first.get(key) !== row) {
      twice(found, row, first.get(key), "issue and rater", person);
    }
    const scores = book.model.rated.map((name) => [
      name,
      numberOf(found, row, name, cell[name], book.model.top),
    ]);
    rows.push({ ...cell, ...Object.fromEntries(scores) });
    for (const layer of book.model.layers) {
      for (const form of formsIn(found, row, layer, cell[layer], book)) {
        forms.push(named(cell, layer, form, book));
      }
    }
  }
  if (rows.length && !book.model.rated.some((name) => found.columns.has(name))) {
    notes.push(`${found.place}: no column of a scale, so that all issues stay unknown`);
  }
  return { rows, forms };
}

/** Return ratings of a table with a row an issue, rater and scale; it holds no practice. */
function readLong(found, notes, book) {
  const { rated: scales, top } = book.model;
  const [persons, first] = [new Map(), new Map()];
  for (const [row, cell] of people(found, LONG, ["issue", "scale", "score"], notes, book)) {
    const key = [cell.issue, cell.rater];
    const id = JSON.stringify(key);
    if (!persons.has(id)) persons.set(id, {});
    const person = persons.get(id);
    for (const name of TEXTS) {
      const text = cell[name];
      if (!text) continue;
      person[name] ??= text;
      if (person[name] === text) continue;
      const remedy = "one rater has one group, label and who for an issue.";
      found.fault(row, name, quoted(text), `${quoted(person[name])} as before`, remedy);
    }
    const scale = choice(found, row, "scale", cell.scale, scales);
    const score = numberOf(found, row, "score", cell.score, top);
    if (scale === "" && cell.score) {
      const expected = `one of ${scales.join(", ")}`;
      found.fault(row, "scale", quoted(null), expected, "name the scale.");
    }
    if (!scale) continue;
    const own = JSON.stringify([...key, scale]);
    if (first.has(own)) {
      twice(found, row, first.get(own), "issue and rater and scale", [...key, scale]);
    } else {
      first.set(own, row);
      person[scale] = score;
    }
  }
  const rows = [...persons.values()];
  if (rows.some((person) => person.rater.startsWith("(row "))) {
    notes.push(`${found.place}: where the rater is blank, each row counts as its own rater`);
  }
  return { rows: rows.filter((person) => person.issue), forms: [] };
}

/** Return the forms of a table with a row a form. */
function practiceOf(found, issues, notes, book) {
  if (!found.rows.size) {
    if (!found.place.includes(", sheet ")) {
      found.fault(null, null, "nothing in it", "a header and rows", "leave it out.");
    }
    return [];
  }
  const { limits, model } = book;
  const { layers, phases } = model;
  const forms = [];
  for (const [row, cell] of records(found, PRACTICE, ["issue", "layer", "form"], notes, book)) {
    if (issues.size && cell.issue !== null && !issues.has(cell.issue)) {
      // Guesses at long names, or among many, or for a whole wrong file, would take hours.
      const short = [...issues].filter((name) => length(name) <= limits.signsGuessed);
      const few = issues.size <= limits.guessed && found.faults.length < limits.faultsShown;
      const remedy = hint(nearest(cell.issue, few ? short : []), "Add the issue to the ratings.");
      found.fault(row, "issue", quoted(cell.issue || null), "an issue of the ratings", remedy);
    }
    for (const name of ["layer", "form"].filter((column) => cell[column] === "")) {
      found.fault(row, name, quoted(null), `a ${name}`, `name a ${name}, or delete the row.`);
    }
    const layer = choice(found, row, "layer", cell.layer, layers);
    const form = choice(found, row, "form", cell.form, [...book.form.keys()], book.labels);
    const phase = choice(found, row, "phase", cell.phase, phases);
    if (!form) continue;
    const own = book.form.get(form).phase;
    if (phase && phase !== own) {
      const remedy = "correct the phase or the form.";
      found.fault(row, "phase", quoted(phase), `${own}, the phase of ${form}`, remedy);
    }
    const rater = cell.rater || `(practice, row ${row})`;
    forms.push(named({ ...cell, rater }, layer, form, book));
  }
  return forms;
}

/** Return a form that a rater named, as the model takes it. */
function named({ issue, rater, group }, layer, form, book) {
  return { issue, rater, group: group || null, phase: book.form.get(form).phase, layer, form };
}

/** Return rows without those that are the same as an earlier one. */
function once(rows) {
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
}

/** Return what a rater says of an issue, as the model takes it. */
function rated(row, book) {
  const { issue, label, rater, group, who } = row;
  const scores = book.model.rated.map((scale) => [scale, row[scale] ?? null]);
  return {
    ...{ issue, label: label || null, rater, group: group || null },
    ...Object.fromEntries(scores),
    who: who || null,
  };
}

/** Give each issue one label: the team's first, else the book's, else the issue itself. */
function labelled(rows, place, notes, book) {
  const given = new Map();
  const several = new Set();
  for (const { issue, label } of rows.filter((row) => row.label)) {
    if (!given.has(issue)) given.set(issue, label);
    else if (given.get(issue) !== label) several.add(issue);
  }
  for (const issue of several) {
    notes.push(`${place}: issue ${quoted(issue)} has several labels; the first is used`);
  }
  const label = (issue) => given.get(issue) ?? book.issue.get(issue)?.label ?? issue;
  return rows.map((row) => ({ ...row, label: label(row.issue) }));
}

/** Add a fault if a plan of these ratings would be of no use. */
function checkSize(rows, place, faults, book) {
  const { issues, raters, groups } = book.limits;
  const assess = "split the file, or use partnership.model.assess_csv, which makes no pages.";
  const sides = "name the side each rater speaks for, such as staff, or leave the column empty.";
  const count = (values) => new Set(values).size;
  const raterCounts = [...byIssue(rows).values()].map((own) => count(own.map((row) => row.rater)));
  const most = raterCounts.reduce((largest, found) => Math.max(largest, found), 0);
  const tooMany = (column, found, what, limit, where, remedy) => {
    const told = `${grouped(found)} ${what}`;
    if (found > limit) faults.add(place, null, column, told, `at most ${limit} ${where}`, remedy);
  };
  tooMany("issue", count(rows.map((row) => row.issue)), "issues", issues, "in one plan", assess);
  tooMany("rater", most, "raters of one issue", raters, "for each issue", assess);
  const named = rows.map((row) => row.group).filter(Boolean);
  tooMany("group", count(named), "groups", groups, "in one plan", sides);
}
