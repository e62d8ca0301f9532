"use strict";

/*
 * What helps to read a page, on top of plain links and text:
 * - previews of terms, citations and claims, from the page's own <template id="previews">;
 * - the page contents make way where a definition stands in the margin;
 * - tables and code that are wider than the page can be scrolled by keyboard.
 */
(function () {
  const SHOW_AFTER = 200;
  const HIDE_AFTER = 300;
  const GAP = 6;
  const MORE = {
    term: "In the glossary",
    work: "In the list of references",
    claim: "What this book makes of the claim",
  };

  // --- previews ----------------------------------------------------------------------------

  /** The previews of this page by the address of their link. */
  function readPreviews() {
    const store = document.getElementById("previews");
    const found = new Map();
    for (const item of store ? store.content.children : []) {
      found.set(item.dataset.for, item);
    }
    return found;
  }

  /** Whether the definition of a link's term stands in the margin beside it. */
  function noted(link) {
    const anchor = link.hash.replace("#term-", "note-");
    const note = anchor.startsWith("note-") && document.getElementById(anchor);
    const first = note && document.querySelector(`.bd-article p a[href="${attribute(link)}"]`);
    return first === link && note.getClientRects().length > 0;
  }

  function attribute(link) {
    return CSS.escape(link.getAttribute("href"));
  }

  function startPreviews() {
    const previews = readPreviews();
    const article = document.querySelector(".bd-article");
    if (!article || previews.size === 0) {
      return;
    }
    const box = document.createElement("div");
    box.id = "preview";
    box.className = "preview";
    box.setAttribute("role", "note");
    const native = typeof box.showPopover === "function";
    if (native) {
      box.popover = "manual";
    } else {
      box.hidden = true;
    }
    let shown = null;
    let timer = 0;
    let pointer = "mouse";

    const linkOf = (target) => {
      const link = target instanceof Element ? target.closest("a[href]") : null;
      const known = link && !box.contains(link) && previews.has(link.getAttribute("href"));
      return known && !noted(link) ? link : null;
    };

    /** Put the box below its link, or above it where there is no room below. */
    function place(link) {
      const lines = link.getClientRects();
      const line = lines[0];
      const width = box.offsetWidth;
      const room = document.documentElement.clientWidth;
      const left = Math.max(8, Math.min(line.left - 12, room - width - 8));
      const last = lines[lines.length - 1];
      const below = last.bottom + GAP;
      const fits = below + box.offsetHeight <= window.innerHeight;
      const above = line.top - GAP - box.offsetHeight;
      const top = fits || above < 0 ? below : above;
      box.style.left = `${left + window.scrollX}px`;
      box.style.top = `${top + window.scrollY}px`;
    }

    function fill(link) {
      const preview = previews.get(link.getAttribute("href"));
      const more = document.createElement("a");
      more.href = link.getAttribute("href");
      more.textContent = MORE[preview.dataset.kind];
      // It leads where the link leads that the keyboard is on already.
      more.tabIndex = -1;
      const last = document.createElement("p");
      last.append(more);
      box.replaceChildren(...preview.cloneNode(true).children, last);
      box.className = `preview preview-${preview.dataset.kind}`;
    }

    function show(link) {
      clearTimeout(timer);
      if (shown === link) {
        return;
      }
      hide();
      fill(link);
      // Next to its link, so that the keyboard goes on into it.
      link.after(box);
      if (native) {
        box.showPopover();
      } else {
        box.hidden = false;
      }
      link.setAttribute("aria-describedby", box.id);
      shown = link;
      place(link);
    }

    function hide() {
      clearTimeout(timer);
      if (!shown) {
        return;
      }
      const within = box.contains(document.activeElement);
      shown.removeAttribute("aria-describedby");
      if (native) {
        box.hidePopover();
      } else {
        box.hidden = true;
      }
      const link = shown;
      shown = null;
      if (within) {
        quietly(() => link.focus());
      }
    }

    let quiet = false;
    /** Do something without its focus showing a preview. */
    function quietly(act) {
      quiet = true;
      act();
      quiet = false;
    }

    function later(act, after) {
      clearTimeout(timer);
      timer = setTimeout(act, after);
    }

    function over(event) {
      if (event.pointerType === "touch") {
        return;
      }
      const link = linkOf(event.target);
      if (link) {
        later(() => show(link), SHOW_AFTER);
      } else if (shown && (event.target === shown || box.contains(event.target))) {
        clearTimeout(timer);
      } else if (shown && document.activeElement !== shown) {
        later(hide, HIDE_AFTER);
      } else {
        clearTimeout(timer);
      }
    }

    document.addEventListener("pointerover", over);
    document.addEventListener("pointerdown", (event) => {
      pointer = event.pointerType;
      if (shown && !box.contains(event.target) && linkOf(event.target) !== shown) {
        hide();
      }
    });
    document.addEventListener("focusin", (event) => {
      const link = linkOf(event.target);
      // The focus that a finger or a mouse gives is not asked to show anything.
      if (link && !quiet && link.matches(":focus-visible")) {
        show(link);
      } else if (shown && event.target !== shown && !box.contains(event.target)) {
        hide();
      }
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && shown) {
        event.stopPropagation();
        hide();
      }
    });
    article.addEventListener("click", (event) => {
      const link = linkOf(event.target);
      if (link && link !== shown && pointer === "touch") {
        event.preventDefault();
        show(link);
      } else if (link) {
        hide();
      }
    });
    window.addEventListener("resize", hide);
  }

  // --- page contents and margin ------------------------------------------------------------

  /** Fold the page contents up while a definition stands where they would. */
  function startMargin() {
    const contents = document.querySelector(".bd-sidebar-secondary");
    const notes = document.querySelectorAll(".margin-note");
    if (!contents || notes.length === 0) {
      return;
    }
    const inView = new Set();
    const watch = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (entry.isIntersecting) {
          inView.add(entry.target);
        } else {
          inView.delete(entry.target);
        }
      }
      contents.classList.toggle("makes-way", inView.size > 0);
    });
    notes.forEach((note) => watch.observe(note));
  }

  // --- what is wider than the page ---------------------------------------------------------

  /** Take what can be scrolled sideways into the keyboard's reach, and nothing else. */
  function startRegions() {
    const regions = document.querySelectorAll(".table-region, .bd-article pre");
    const look = (region) => {
      const scrolls = region.scrollWidth > region.clientWidth + 1;
      if (scrolls) {
        region.tabIndex = 0;
      } else {
        region.removeAttribute("tabindex");
      }
      if (region.matches(".table-region")) {
        region.classList.toggle("scrolls", scrolls);
      }
    };
    const watch = new ResizeObserver((entries) => entries.forEach(({ target }) => look(target)));
    regions.forEach((region) => watch.observe(region));
  }

  startPreviews();
  startMargin();
  startRegions();
})();
