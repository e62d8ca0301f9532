/**
 * Text and numbers as Python treats them, where JavaScript would not.
 *
 * The planner and the command line must read a file alike and say the same of it, to the letter.
 * What counts as a blank, how long a text is and how a number is rounded differ between the two.
 */

const BLANK =
  "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const IS_BLANK = new RegExp(`[${BLANK}]`);
const GAPS = new RegExp(`[${BLANK}]+`);
const HIDDEN = /[\p{C}\p{Z}]/gu;

/** Return text without blanks at its ends. */
export function strip(text) {
  let [start, end] = [0, text.length];
  while (start < end && IS_BLANK.test(text[start])) start += 1;
  while (start < end && IS_BLANK.test(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

/** Return the words of a text, between blanks. */
export function words(text) {
  return text.split(GAPS).filter(Boolean);
}

/** Return how many signs a text has; JavaScript counts those beyond 16 bits twice. */
export function length(text) {
  let count = 0;
  for (let at = 0; at < text.length; at += text.codePointAt(at) > 0xffff ? 2 : 1) count += 1;
  return count;
}

/** Compare two texts sign by sign. */
export function compareText(one, other) {
  const [ours, theirs] = [[...one], [...other]];
  const at = ours.findIndex((sign, place) => sign !== theirs[place]);
  if (at === -1) return ours.length - theirs.length;
  return at >= theirs.length ? 1 : ours[at].codePointAt(0) - theirs[at].codePointAt(0);
}

/** Return text on one line, signs that cannot be shown written out. */
export function printable(text) {
  return text.replace(HIDDEN, (sign) => (sign === " " ? sign : writtenOut(sign)));
}

const SHORT = { "\t": "\\t", "\n": "\\n", "\r": "\\r" };

function writtenOut(sign) {
  if (Object.hasOwn(SHORT, sign)) return SHORT[sign];
  const code = sign.codePointAt(0).toString(16);
  if (code.length < 3) return `\\x${code.padStart(2, "0")}`;
  return code.length < 5 ? `\\u${code.padStart(4, "0")}` : `\\U${code.padStart(8, "0")}`;
}

/** Return a whole number with commas between the thousands. */
export function grouped(number) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Return a number rounded to a whole one, halves to the even one. */
export function roundHalfEven(number) {
  const low = Math.floor(number);
  const beyond = number - low;
  return beyond > 0.5 || (beyond === 0.5 && low % 2 !== 0) ? low + 1 : low;
}

/**
 * Return a number with so many decimals, as `:.4f` does in Python.
 *
 * @param {number} number
 * @param {number} decimals
 * @returns {string} without a sign where all that is shown is zeros
 */
export function fixed(number, decimals) {
  const [whole, rest] = Math.abs(number).toFixed(MANY).split(".");
  const digits = rounded(whole + rest, whole.length + decimals).padStart(decimals + 1, "0");
  const sign = number < 0 && /[1-9]/.test(digits) ? "-" : "";
  const point = digits.length - decimals;
  return sign + digits.slice(0, point) + (decimals ? `.${digits.slice(point)}` : "");
}

/**
 * Return a number without needless zeros, to so many digits, as `:g` does in Python.
 *
 * @param {number} number
 * @param {number} [most]
 * @returns {string}
 */
export function general(number, most = 6) {
  const sign = number < 0 || Object.is(number, -0) ? "-" : "";
  const [mantissa, shift] = Math.abs(number).toExponential(MANY).split("e");
  const digits = rounded(mantissa.replace(".", ""), most);
  const power = Number(shift) + digits.length - most; // 9.99 may have become 10.0
  const known = digits.replace(/0+$/, "") || "0";
  if (power < -4 || power >= most) {
    const size = String(Math.abs(power)).padStart(2, "0");
    return `${sign}${pointed(known, 1)}e${power < 0 ? "-" : "+"}${size}`;
  }
  return power < 0
    ? `${sign}0.${"0".repeat(-power - 1)}${known}`
    : sign + pointed(known.padEnd(power + 1, "0"), power + 1);
}

/** Digits in which a number of the planner stands exactly, none cut off. */
const MANY = 100;

/**
 * Return the first so many digits, rounded by those that follow, exact halves to the even digit.
 *
 * JavaScript's own `toFixed` rounds exact halves up.
 */
function rounded(digits, kept) {
  const [first, rest] = [digits.slice(0, kept), digits.slice(kept)];
  const half = "5".padEnd(rest.length, "0");
  const up = rest > half || (rest === half && "13579".includes(first.at(-1) ?? "0"));
  return up ? String(BigInt(first || "0") + 1n).padStart(kept, "0") : first;
}

/** Return digits with a point after the first so many, if any follow. */
function pointed(digits, place) {
  return digits.length > place ? `${digits.slice(0, place)}.${digits.slice(place)}` : digits;
}
