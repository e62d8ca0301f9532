"use strict";

/*
 * The literature table: search, filters, order, details and export.
 *
 * The table itself is the data: what is searched and shown is what its rows hold. The block
 * `works-codes` adds the codes by which rows are filtered, also those that no column shows. Two
 * scripts are loaded when they are asked for: what lies behind a row, and records for export.
 * What was chosen stands in the address, so that a view can be linked to.
 */

(() => {
  const form = document.querySelector(".works-controls");
  const table = document.querySelector("table.works");
  const block = document.getElementById("works-codes");
  if (!form || !table || !block) return;

  const { filters, codes } = JSON.parse(block.textContent);
  const body = table.tBodies[0];
  const panels = filters.map(panel);
  const search = form.elements.words;
  const sorting = form.elements.sort;
  const heads = [...table.tHead.rows[0].cells];
  const columns = heads.map((head) => head.textContent.toLowerCase().replace(" in", ""));
  const collator = new Intl.Collator("en", { ignorePunctuation: true, numeric: true });
  const works = [...body.rows].map(read);
  const byKey = new Map(works.map((work) => [work.key, work]));

  let ordered = works;
  let orderedBy = "authors";

  /** How the table stands: words sought, codes chosen by filter, order. */
  const state = { q: "", chosen: new Map(), sort: "authors" };
  let shown = works;
  let announcement;
  let address;

  /** The controls of one filter; its codes are numbers, which count its boxes. */
  function panel(name) {
    const details = form.querySelector(`details[data-name="${name}"]`);
    const found = [...details.querySelectorAll("input")];
    return {
      name,
      details,
      boxes: found,
      title: details.querySelector("legend").textContent,
      labels: found.map((box) => box.parentElement.querySelector("b").textContent),
      counts: found.map((box) => box.parentElement.querySelector(".works-count")),
      sum: details.querySelector(".works-chosen"),
    };
  }

  // --- the works ---------------------------------------------------------------------------

  /** Text as it is searched: without accents, capitals, hyphens and apostrophes. */
  function fold(text) {
    return text
      .normalize("NFKD")
      .toLowerCase()
      .replace(/[øłđæ]/g, (letter) => ({ ø: "o", ł: "l", đ: "d", æ: "a" })[letter])
      .replace(/[\p{M}\p{Pd}'’‘`*]/gu, "")
      .replace(/[^\p{L}\p{N}]+/gu, " ")
      .trim();
  }

  /** A work: its row, its place by authors, its codes, and what is searched once it was asked. */
  function read(row, place) {
    const key = row.id.slice("work-".length);
    return { key, row, place, codes: codes[key], text: undefined };
  }

  /** What is searched of a work: its cells but for the last, and the names of its codes. */
  function textOf(work) {
    const cells = [...work.row.cells].slice(0, columns.indexOf("cited"));
    const labels = panels.flatMap(({ name, labels: own }, filter) =>
      name === "cited" || name === "differed" ? [] : work.codes[filter].map((code) => own[code])
    );
    return fold([...cells.map(parts), ...labels].join(" "));
  }

  /** The text of a cell, its parts kept apart. */
  function parts(cell) {
    return cell.childElementCount
      ? [...cell.children].map((part) => part.textContent).join(" ")
      : cell.textContent;
  }

  /** Make the texts before the first letter is typed. */
  function prepare() {
    for (const work of works) work.text ??= textOf(work);
  }

  /** The words sought, each folded; words in quotation marks stay together. */
  function words(query) {
    return [...query.matchAll(/"([^"]+)"|(\S+)/g)]
      .map((match) => fold(match[1] ?? match[2]))
      .filter(Boolean);
  }

  // --- choosing and ordering ---------------------------------------------------------------

  /**
   * Choose the works by the state, and count for each code how many works it would show along
   * with what is chosen in the other filters.
   */
  function choose() {
    const sought = words(state.q);
    if (sought.length) prepare();
    const counts = panels.map(({ boxes }) => new Array(boxes.length).fill(0));
    const wanted = filters.map((name) => state.chosen.get(name));
    const found = [];
    for (const work of works) {
      if (!sought.every((word) => work.text.includes(word))) continue;
      const missed = [];
      wanted.forEach((set, filter) => {
        if (set && !work.codes[filter].some((code) => set.has(code))) missed.push(filter);
      });
      if (missed.length === 0) {
        found.push(work);
        work.codes.forEach((own, filter) => own.forEach((code) => counts[filter][code]++));
      } else if (missed.length === 1) {
        work.codes[missed[0]].forEach((code) => counts[missed[0]][code]++);
      }
    }
    return { found, counts };
  }

  /** What a work is ordered by in a column: a code by its place in the filter, others as text. */
  function rank(work, column) {
    if (column === "cited") return work.row.querySelectorAll("td:nth-of-type(8) > a").length;
    if (column === "authors") return work.place;
    const text = work.row.cells[columns.indexOf(column)];
    if (column === "year") return Number.parseInt(text.textContent, 10);
    if (column === "title") return text.firstElementChild.textContent;
    return work.codes[filters.indexOf(column)][0] ?? null;
  }

  /** The works in the order of the state; those without a code last, ties by author and year. */
  function order(list) {
    const backwards = state.sort.startsWith("-");
    const column = backwards ? state.sort.slice(1) : state.sort;
    const ranks = new Map(list.map((work) => [work, rank(work, column)]));
    const turn = backwards ? -1 : 1;
    return [...list].sort((one, other) => {
      const [a, b] = [ranks.get(one), ranks.get(other)];
      if (a === null || b === null) return (a === null) - (b === null) || one.place - other.place;
      const difference = typeof a === "string" ? collator.compare(a, b) : a - b;
      return turn * difference || one.place - other.place;
    });
  }

  // --- showing -----------------------------------------------------------------------------

  function show() {
    const { found, counts } = choose();
    if (state.sort !== orderedBy) {
      ordered = order(works);
      orderedBy = state.sort;
      body.append(...ordered.map((work) => work.row));
    }
    const visible = new Set(found);
    for (const work of works) {
      const hidden = !visible.has(work);
      if (work.row.hidden !== hidden) work.row.hidden = hidden;
    }
    shown = ordered.filter((work) => visible.has(work));
    showCounts(counts);
    showChoices();
    showStatus();
    showOrder();
  }

  function showCounts(counts) {
    panels.forEach(({ name, details, sum, counts: places }, filter) => {
      const chosen = state.chosen.get(name);
      write(sum, chosen ? ` ${chosen.size} chosen` : "");
      if (details.open) places.forEach((place, code) => write(place, `${counts[filter][code]}`));
    });
  }

  function write(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  /** The chosen codes, each a button that takes it back. */
  function showChoices() {
    const items = panels.flatMap(({ name, title, labels, boxes }) =>
      [...(state.chosen.get(name) ?? [])].map((code) => {
        const button = make("button", `${title}: ${labels[code]}`);
        button.type = "button";
        button.setAttribute("aria-label", `Take away ${button.textContent}`);
        button.addEventListener("click", () => {
          boxes[code].checked = false;
          take();
          (form.querySelector(".works-choices button") ?? search).focus();
        });
        return make("li", button);
      })
    );
    form.querySelector(".works-choices").replaceChildren(...items);
  }

  function showStatus() {
    const all = works.length;
    const text =
      shown.length === all
        ? `All ${all} works`
        : shown.length
          ? `${shown.length} of ${all} works`
          : "Nothing found. Use fewer or shorter words, or take away a filter.";
    write(form.querySelector(".works-status"), text);
    form.querySelector(".works-clear").disabled = !state.q && !state.chosen.size;
    table.hidden = shown.length === 0;
    for (const button of form.querySelectorAll("[data-format]")) {
      button.disabled = shown.length === 0;
    }
    // Only when the reader pauses: not at every letter.
    clearTimeout(announcement);
    const live = form.querySelector(".works-live");
    announcement = setTimeout(() => write(live, text), 500);
  }

  function showOrder() {
    sorting.value = state.sort;
    heads.forEach((head, position) => {
      const column = columns[position];
      if (state.sort === column) head.setAttribute("aria-sort", "ascending");
      else if (state.sort === `-${column}`) head.setAttribute("aria-sort", "descending");
      else head.removeAttribute("aria-sort");
    });
  }

  /** Make an element of text and elements; text stays text. */
  function make(name, ...children) {
    const element = document.createElement(name);
    element.append(...children);
    return element;
  }

  // --- the state, the controls and the address ----------------------------------------------

  /** Take the state from the controls, show it, and keep it in the address at the next pause. */
  function take() {
    state.q = search.value.trim();
    state.chosen = new Map();
    for (const { name, boxes } of panels) {
      const chosen = boxes.flatMap((box, code) => (box.checked ? [code] : []));
      if (chosen.length) state.chosen.set(name, new Set(chosen));
    }
    show();
    keepSoon();
  }

  function keepSoon() {
    clearTimeout(address);
    address = setTimeout(keep, 250);
  }

  function keep() {
    const wanted = new URLSearchParams();
    if (state.q) wanted.set("q", state.q);
    for (const { name, boxes } of panels) {
      const values = boxes.filter((box) => box.checked).map((box) => box.value);
      if (values.length) wanted.set(name, values.join(","));
    }
    if (state.sort !== "authors") wanted.set("sort", state.sort);
    const bare = location.href.split("#")[0];
    const fragment = `${wanted}`.replaceAll("%2C", ",").replaceAll("%2F", "/");
    try {
      history.replaceState(null, "", fragment ? `${bare}#${fragment}` : bare);
    } catch {
      // Some browsers keep a page that was opened as a file from changing its address.
    }
  }

  /** Show the filters that are asked for less, or put them away. */
  function showFurther(open) {
    const button = form.querySelector(".works-further");
    button.setAttribute("aria-expanded", `${open}`);
    write(button, open ? "Fewer filters" : "More filters");
  }

  /** Set the controls as the address says; what it says wrongly is left out. */
  function restore() {
    clearTimeout(address);
    const fragment = location.hash.slice(1);
    if (fragment && !fragment.includes("=")) {
      show();
      if (fragment.startsWith("work-")) openAt(fragment.slice("work-".length));
      return;
    }
    const wanted = new URLSearchParams(fragment);
    search.value = wanted.get("q") ?? "";
    for (const { name, boxes } of panels) {
      const values = new Set((wanted.get(name) ?? "").split(","));
      for (const box of boxes) box.checked = values.has(box.value);
    }
    const further = panels.filter(({ details }) => "further" in details.dataset);
    if (further.some(({ name }) => wanted.has(name))) showFurther(true);
    const sort = wanted.get("sort") ?? "";
    state.sort = columns.includes(sort.replace(/^-/, "")) ? sort : "authors";
    take();
  }

  function clear() {
    search.value = "";
    for (const { boxes } of panels) for (const box of boxes) box.checked = false;
    take();
  }

  function sortBy(sort) {
    state.sort = sort;
    show();
    keepSoon();
  }

  // --- what lies behind a row ----------------------------------------------------------------

  const loading = new Map();

  /** Load one of the two further scripts, once; `file:` allows scripts, but no fetch. */
  function load(name) {
    if (!loading.has(name)) {
      loading.set(
        name,
        new Promise((resolve, reject) => {
          const script = document.createElement("script");
          script.src = form.dataset[name];
          script.addEventListener("load", () => resolve(globalThis.bookWorks[name]));
          script.addEventListener("error", () => {
            loading.delete(name);
            script.remove();
            reject(new Error(`${name} could not be loaded`));
          });
          document.head.append(script);
        })
      );
    }
    return loading.get(name);
  }

  /** Open or close what lies behind a row. */
  async function toggle(work, open) {
    const link = work.row.querySelector(".works-more");
    link.setAttribute("aria-expanded", `${open}`);
    const old = work.row.querySelector(".works-behind");
    if (!open) return old?.remove();
    if (old) return;
    const cell = make("td", make("p", "Loading …"));
    cell.className = "works-behind";
    cell.setAttribute("role", "cell");
    work.row.append(cell);
    try {
      const { pages, works: details } = await load("details");
      cell.replaceChildren(...behind(details[work.key], pages));
    } catch {
      cell.replaceChildren(make("p", "The details could not be loaded. Is the connection gone?"));
      }
  }

  /** The parts of the details: the codes of each coding, reasons, statements, facts. */
  function behind(own, pages) {
    const list = make("dl");
    const add = (title, ...contents) => {
      const filled = contents.filter(Boolean);
      if (filled.length) list.append(make("dt", title), ...filled.map((each) => make("dd", each)));
    };
    add("Cited in", ...own.cited.map(([href, label, title]) => place(href, label, title)));
    add("What the book says of it", ...(own.statements ?? []).map((row) => statement(row, pages)));
    add("Why it is coded so", ...(own.why ?? []).map(reason));
    add("Safety issues", (own.issues ?? []).join("; "));
    add("How sure its facts are", [...own.facts, own.note ?? ""].join(" ").trim());
    add("Where its facts were seen", ...(own.seen ?? []).map((href) => anchor(href, href)));
    add("DOI", own.doi && anchor(`https://doi.org/${own.doi}`, own.doi));
    return own.codings ? [codings(own.codings), list] : [list];
  }

  function place(href, label, title) {
    const link = anchor(href, label);
    return make("span", link, ` ${title}`);
  }

  function anchor(href, text) {
    const link = make("a", text);
    // Nothing but pages: an address of another kind could run a script.
    if (/^(https?:\/\/|[\w./-]+(#|$))/.test(href)) link.href = href;
    return link;
  }

  function statement([chapter, text, page, seen, verdict], pages) {
    const [href, title] = pages[chapter] ?? ["", chapter];
    const line = make("span", `${text}. `, anchor(href, title), `; ${verdict}`);
    if (page) line.append(", ", anchor(page, "seen on this page"));
    if (seen) line.append(` ${seen}`);
    line.append(".");
    return line;
  }

  function reason([coding, why, confidence]) {
    const sure = confidence ? ` (its confidence: ${confidence})` : "";
    return make("span", make("i", `${coding}${sure}: `), why);
  }

  /** Codes of the three codings as a table; codes that are all alike stand once. */
  function codings(rows) {
    const head = ["Variable", "First", "Second", "Agreed"].map((text) => heading(text, "col"));
    const lines = rows.map(([name, ...rest]) => {
      const differed = rest.pop();
      const title = make("span", name.replaceAll("_", " "));
      if (differed) title.append(" ", make("i", "(differed)"));
      const alike = new Set(rest).size === 1;
      const cells = (alike ? rest.slice(0, 1) : rest).map((code) => make("td", code || "none"));
      if (alike) cells[0].colSpan = 3;
      return make("tr", heading(title, "row"), ...cells);
    });
    return make(
      "table",
      make("caption", "Codes of both codings, and what was settled"),
      make("thead", make("tr", ...head)),
      make("tbody", ...lines)
    );
  }

  function heading(text, scope) {
    const cell = make("th", text);
    cell.scope = scope;
    return cell;
  }

  /** Open the work that the address names, whatever is chosen. */
  function openAt(key) {
    const work = byKey.get(key);
    if (!work) return;
    if (work.row.hidden) {
      clear();
      // The address goes on naming the work.
      clearTimeout(address);
    }
    toggle(work, true).then(() => work.row.scrollIntoView());
  }

  // --- export --------------------------------------------------------------------------------

  const TYPES = {
    bib: "application/x-bibtex",
    ris: "application/x-research-info-systems",
    csv: "text/csv",
  };

  /** Save the works shown, in their order, as a file of the format. */
  async function save(format) {
    let records;
    try {
      records = await load("records");
    } catch {
      const text = "The records could not be loaded. Is the connection gone?";
      write(form.querySelector(".works-status"), text);
      return;
    }
    const column = Object.keys(TYPES).indexOf(format);
    const lines = shown.map((work) => records.works[work.key][column]);
    // Excel takes a CSV file for UTF-8 only if it begins with this mark.
    const text = format === "csv" ? `\ufeff${records.header}${lines.join("")}` : lines.join("\n");
    const link = make("a");
    link.href = URL.createObjectURL(new Blob([text], { type: `${TYPES[format]};charset=utf-8` }));
    link.download = `patient-safety-${shown.length}-works.${format}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  // --- beginning -------------------------------------------------------------------------------

  heads.forEach((head, position) => {
    const button = make("button", head.textContent);
    button.type = "button";
    button.addEventListener("click", () => {
      const column = columns[position];
      // Who sorts by citations wants the most cited first.
      const [once, again] = column === "cited" ? [`-${column}`, column] : [column, `-${column}`];
      sortBy(state.sort === once ? again : once);
    });
    head.replaceChildren(button);
  });

  body.addEventListener("click", (event) => {
    const link = event.target.closest(".works-more");
    if (!link) return;
    event.preventDefault();
    const work = byKey.get(link.closest("tr").id.slice("work-".length));
    toggle(work, link.getAttribute("aria-expanded") !== "true");
  });

  search.addEventListener("focus", prepare, { once: true });
  search.addEventListener("input", take);
  for (const { boxes, details } of panels) {
    details.addEventListener("toggle", show);
    for (const box of boxes) box.addEventListener("change", take);
  }
  sorting.addEventListener("change", () => sortBy(sorting.value));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.querySelector(".works-clear").addEventListener("click", () => {
    clear();
    search.focus();
  });
  form.querySelector(".works-further").addEventListener("click", ({ currentTarget }) => {
    showFurther(currentTarget.getAttribute("aria-expanded") !== "true");
  });
  for (const button of form.querySelectorAll("[data-format]")) {
    button.addEventListener("click", () => save(button.dataset.format));
  }
  addEventListener("hashchange", restore);
  form.hidden = false;
  restore();
})();
