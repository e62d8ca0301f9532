/* The search page: finds passages of the book in `bookSearch` (search-data.js), without a server. */
"use strict";

(() => {
  const SHOWN = 50;
  const AROUND = 90;

  /* --- Words ----------------------------------------------------------------------------- */

  /** Fold case, accents, hyphens within words, and American spelling. */
  function fold(text) {
    return text
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .toLowerCase()
      .replace(/[øłđæœß]/g, (letter) => FOLDED[letter])
      .replace(/(?<=\p{L})[-‐‑](?=\p{L})/gu, "");
  }

  const FOLDED = { ø: "o", ł: "l", đ: "d", æ: "ae", œ: "oe", ß: "ss" };

  /** The British form of what may be American: behavior, organize, center, defense. */
  function british(word) {
    return word
      .replace(/(?<=^(?:mis)?behavi|^endeav|^neighb|^(?:col|fav|hon|hum|lab|tum))or(?!at)/, "our")
      .replace(/(?<=[a-z]{2})([iy])z(?=e|i|a)/, "$1s")
      .replace(/(?<=cent|theat|fib|met|lit)er(?=s?$)/, "re")
      .replace(/(?<=(def|off|lic))ense(?=s?$)/, "ence");
  }

  /** A word without the endings that seldom matter. */
  function stem(word) {
    if (word.length < 5) {
      return word;
    }
    return word
      .replace(/(?:ies|ied)$/, "y")
      .replace(/(?<=ss|sh|ch|x)es$/, "")
      .replace(/(?<![su])s$/, "")
      .replace(/(?<=[a-z]{4})(?:ing|ed|ly)$/, "")
      .replace(/(?<=[a-z]{4})e$/, "")
      .replace(/(?<=[a-z]{3})y$/, "i");
  }

  const normal = (word) => stem(british(fold(word)));

  /** The words of a text: what they are looked for as, and where they stand. */
  function words(text) {
    const found = [];
    for (const match of text.matchAll(/[\p{L}\p{M}\p{N}]+(?:[-‐‑'’][\p{L}\p{M}\p{N}]+)*/gu)) {
      const whole = match[0].replace(/['’]s$/u, "");
      const start = match.index;
      found.push({ word: normal(whole), start, end: start + whole.length });
      const parts = whole.split(/[-‐‑]/);
      if (parts.length > 1) {
        let from = start;
        for (const part of parts) {
          found.push({ word: normal(part), start: from, end: from + part.length });
          from += part.length + 1;
        }
      }
    }
    return found;
  }

  /** The words that are looked for, each once; a quoted phrase counts as its words. */
  function terms(query) {
    const whole = words(query).filter(
      ({ start, end }, at, all) => !all.some((other, i) => i < at && other.start <= start && other.end >= end),
    );
    return [...new Set(whole.map(({ word }) => word))];
  }

  /* --- Finding --------------------------------------------------------------------------- */

  let indexed = null;

  function index() {
    indexed ??= bookSearch.passages.map(([page, anchor, heading, text]) => ({
      page: bookSearch.pages[page],
      anchor,
      heading,
      text,
      inHeading: words(heading || bookSearch.pages[page][1]),
      inText: words(text),
    }));
    return indexed;
  }

  /** How well a word answers to a term: fully, as its beginning, or not. */
  function answers(word, term) {
    if (word === term) {
      return 1;
    }
    return term.length > 2 && word.startsWith(term) ? 0.5 : 0;
  }

  function score(passage, wanted) {
    let total = 0;
    // A heading that is the query, and no more, comes before one that holds it.
    const weight = 4 + (12 * wanted.length) / Math.max(wanted.length, passage.inHeading.length);
    for (const term of wanted) {
      const best = (found) => Math.max(0, ...found.map(({ word }) => answers(word, term)));
      const often = passage.inText.reduce((sum, { word }) => sum + answers(word, term), 0);
      const heading = best(passage.inHeading);
      if (!often && !heading) {
        return 0;
      }
      total += weight * heading + Math.log2(1 + often);
    }
    // Many words in a long table say less than the same words in a paragraph.
    return total / (1 + Math.log10(1 + passage.inText.length / 400));
  }

  /** The passages in which every word of the query occurs, best first. */
  function find(query) {
    const wanted = terms(query);
    if (!wanted.length) {
      return [];
    }
    return index()
      .map((passage) => ({ passage, score: score(passage, wanted) }))
      .filter((result) => result.score > 0)
      .sort((a, b) => b.score - a.score)
      .map((result) => ({ ...result.passage, hits: hits(result.passage, wanted) }));
  }

  function hits(passage, wanted) {
    return passage.inText.filter(({ word }) => wanted.some((term) => answers(word, term)));
  }

  /* --- Showing --------------------------------------------------------------------------- */

  /** The stretch of text that holds most of the hits, with the hits marked. */
  function excerpt({ text, hits: found }) {
    const paragraph = document.createElement("p");
    const near = (hit) => found.filter((other) => Math.abs(other.start - hit.start) < AROUND).length;
    const centre = found.reduce((best, hit) => (near(hit) > near(best) ? hit : best), found[0]);
    const middle = centre ? centre.start : 0;
    const from = middle > AROUND ? text.indexOf(" ", middle - AROUND) + 1 : 0;
    const to = Math.min(text.length, text.lastIndexOf(" ", middle + 2 * AROUND) || text.length);
    const end = middle + 2 * AROUND >= text.length ? text.length : Math.max(to, middle);
    let at = from;
    paragraph.append(from ? "… " : "");
    for (const hit of found) {
      if (hit.start >= at && hit.end <= end) {
        const mark = document.createElement("mark");
        mark.textContent = text.slice(hit.start, hit.end);
        paragraph.append(text.slice(at, hit.start), mark);
        at = hit.end;
      }
    }
    paragraph.append(text.slice(at, end), end < text.length ? " …" : "");
    return paragraph;
  }

  function item(result) {
    const [address, title] = result.page;
    const entry = document.createElement("li");
    const link = document.createElement("a");
    const root = document.documentElement.dataset.content_root;
    link.href = root + address + (result.anchor ? `#${result.anchor}` : "");
    link.textContent = result.heading || title;
    const head = document.createElement("h2");
    head.append(link);
    entry.append(head);
    if (result.heading && result.heading !== title) {
      const where = document.createElement("p");
      where.className = "book-where";
      where.textContent = title;
      entry.append(where);
    }
    if (result.text) {
      entry.append(excerpt(result));
    }
    return entry;
  }

  function say(query, count) {
    if (!query.trim()) {
      return "";
    }
    if (!count) {
      return `Nothing found for “${query}”. Try fewer words, or another word for the same thing.`;
    }
    const passages = count === 1 ? "1 passage" : `${count} passages`;
    const shown = count > SHOWN ? `; the best ${SHOWN} are shown` : "";
    return `${passages} found for “${query}”${shown}.`;
  }

  function show(query) {
    const found = find(query);
    document.getElementById("book-search-status").textContent = say(query, found.length);
    document.getElementById("book-search-results").replaceChildren(...found.slice(0, SHOWN).map(item));
  }

  /* --- The page -------------------------------------------------------------------------- */

  const field = document.querySelector("main .book-search input");
  let waiting = 0;

  function address(query) {
    const url = new URL(window.location.href);
    url.search = query ? new URLSearchParams({ q: query }).toString() : "";
    return url;
  }

  field.addEventListener("input", () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => {
      show(field.value);
      history.replaceState(null, "", address(field.value));
    }, 200);
  });
  field.form.addEventListener("submit", (event) => {
    event.preventDefault();
    show(field.value);
    history.replaceState(null, "", address(field.value));
  });
  field.value = new URLSearchParams(window.location.search).get("q") ?? "";
  show(field.value);
  if (!field.value) {
    field.focus();
  }
})();
