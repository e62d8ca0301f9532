/* What moves in the frame of a page: sidebars, search field, colours, menus, copy buttons. */
"use strict";

(() => {
  const WIDE = window.matchMedia("(min-width: 992px)");
  const byId = (id) => document.getElementById(id);

  /* --- Saying and copying, for the other scripts too ------------------------------------- */

  const live = document.createElement("div");
  live.className = "visually-hidden";
  live.setAttribute("role", "status");

  /** Have a screen reader say a short text. */
  function announce(text) {
    live.textContent = "";
    window.setTimeout(() => {
      live.textContent = text;
    }, 50);
  }

  /** Copy text to the clipboard; tell whether that worked. */
  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return copyBySelection(text);
    }
  }

  /* Where the clipboard is closed to pages, as on plain http. */
  function copyBySelection(text) {
    const field = document.createElement("textarea");
    const focused = document.activeElement;
    field.value = text;
    field.className = "visually-hidden";
    document.body.append(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    focused?.focus();
    return copied;
  }

  /* --- Colours --------------------------------------------------------------------------- */

  const MODES = { auto: "as the system has them", light: "light", dark: "dark" };

  function setUpTheme() {
    const button = byId("book-theme-switch");
    const name = () => {
      button.setAttribute("aria-label", `Colours: ${MODES[document.documentElement.dataset.mode]}`);
    };
    name();
    button.addEventListener("click", () => {
      const modes = Object.keys(MODES);
      const next = (modes.indexOf(document.documentElement.dataset.mode) + 1) % modes.length;
      book.chooseTheme(modes[next]);
      name();
      announce(button.getAttribute("aria-label"));
    });
  }

  /* --- Dialogs --------------------------------------------------------------------------- */

  function addCloseButton(dialog) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "book-close";
    button.textContent = "Close";
    button.addEventListener("click", () => dialog.close());
    dialog.prepend(button);
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) {
        dialog.close();
      }
    });
  }

  /** On a narrow page, show a sidebar in a dialog: its content moves there and back. */
  function setUpSidebar(toggle, sidebar, dialog) {
    if (!toggle || !sidebar || !dialog) {
      return null;
    }
    addCloseButton(dialog);
    dialog.addEventListener("close", () => {
      sidebar.append(...[...dialog.childNodes].slice(1));
    });
    dialog.addEventListener("click", (event) => {
      if (event.target.closest("a[href^='#']")) {
        dialog.close();
      }
    });
    return () => {
      dialog.append(...sidebar.childNodes);
      dialog.showModal();
      dialog.querySelector("[aria-current], .current > a")?.scrollIntoView({ block: "center" });
    };
  }

  function setUpPrimarySidebar() {
    const toggle = byId("book-sidebar-toggle");
    const sidebar = byId("pst-primary-sidebar");
    const open = setUpSidebar(toggle, sidebar, byId("book-sidebar-dialog"));
    const state = () => {
      const shown = WIDE.matches && !sidebar.classList.contains("pst-sidebar-hidden");
      toggle.setAttribute("aria-expanded", String(shown));
    };
    toggle.addEventListener("click", () => {
      if (WIDE.matches) {
        sidebar.classList.toggle("pst-sidebar-hidden");
        state();
      } else {
        open();
      }
    });
    WIDE.addEventListener("change", state);
    WIDE.addEventListener("change", () => byId("book-sidebar-dialog").close());
    state();
    const current = sidebar.querySelector(".current > a");
    if (current && current.offsetTop > sidebar.clientHeight * 0.7) {
      sidebar.scrollTop = current.offsetTop - sidebar.clientHeight / 3;
    }
  }

  function setUpContents() {
    const toggle = byId("book-contents-toggle");
    const sidebar = byId("pst-secondary-sidebar");
    const open = setUpSidebar(toggle, sidebar, byId("book-contents-dialog"));
    if (open) {
      toggle.addEventListener("click", open);
    }
  }

  /* --- Where the reader is --------------------------------------------------------------- */

  function setUpPlace() {
    const links = new Map();
    for (const link of document.querySelectorAll("#pst-page-toc-nav a[href^='#']")) {
      const section = byId(decodeURIComponent(link.hash.slice(1)));
      if (section) {
        links.set(section.querySelector("h1, h2, h3, h4, h5, h6") ?? section, link);
      }
    }
    const headings = [...links.keys()];
    let marked = null;
    const mark = () => {
      waiting = false;
      const passed = headings.filter((heading) => heading.getBoundingClientRect().top < 120);
      const chosen = links.get(passed.at(-1)) ?? null;
      if (chosen !== marked) {
        marked?.classList.remove("active");
        marked?.removeAttribute("aria-current");
        chosen?.classList.add("active");
        chosen?.setAttribute("aria-current", "true");
        marked = chosen;
      }
    };
    let waiting = false;
    const later = () => {
      if (!waiting) {
        waiting = true;
        window.requestAnimationFrame(mark);
      }
    };
    if (headings.length) {
      window.addEventListener("scroll", later, { passive: true });
      later();
    }
  }

  /* --- Search field ---------------------------------------------------------------------- */

  function setUpSearch() {
    const dialog = byId("book-search-dialog");
    const onPage = document.querySelector("main .book-search input");
    const open = () => {
      if (onPage) {
        onPage.focus();
        onPage.select();
      } else if (!dialog.open) {
        dialog.showModal();
        dialog.querySelector("input").select();
      }
    };
    addCloseButton(dialog);
    document.addEventListener("click", (event) => {
      const link = event.target.closest(".book-search-link, #book-search-button");
      if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
        event.preventDefault();
        link.closest("dialog")?.close();
        open();
      }
    });
    document.addEventListener("keydown", (event) => {
      const modifier = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
      if (modifier && event.key.toLowerCase() === "k") {
        event.preventDefault();
        open();
      }
    });
  }

  /* --- Menus ----------------------------------------------------------------------------- */

  function setUpMenus() {
    const openMenus = () => document.querySelectorAll(".book-menu[open]");
    document.addEventListener("click", (event) => {
      for (const menu of openMenus()) {
        if (!menu.contains(event.target)) {
          menu.open = false;
        }
      }
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        for (const menu of openMenus()) {
          menu.open = false;
          menu.querySelector("summary").focus();
        }
      }
    });
  }

  /* --- Code and wide tables -------------------------------------------------------------- */

  function addCopyButton(code) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "book-copy";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy the code");
    button.addEventListener("click", async () => {
      const copied = await copy(code.textContent.trimEnd());
      button.textContent = copied ? "Copied" : "Not copied";
      announce(copied ? "Copied" : "The code could not be copied");
      window.setTimeout(() => {
        button.textContent = "Copy";
      }, 2000);
    });
    code.parentElement.append(button);
  }

  /** Let the keyboard scroll what is wider than the page. */
  function reachWhatScrolls() {
    const wide = ".bd-article pre, .pst-scrollable-table-container, .cell_output > .output";
    for (const part of document.querySelectorAll(wide)) {
      // To measure what is folded, a browser would lay it out; once unfolded, it changes the page.
      if (part.closest("details:not([open])")) {
        continue;
      }
      if (part.scrollWidth > part.clientWidth) {
        part.tabIndex = 0;
      } else {
        part.removeAttribute("tabindex");
      }
    }
  }

  Object.assign(globalThis.book, { announce, copy });
  document.body.append(live);
  setUpTheme();
  setUpPrimarySidebar();
  setUpContents();
  setUpPlace();
  setUpSearch();
  setUpMenus();
  document.querySelectorAll(".bd-article div.highlight > pre").forEach(addCopyButton);
  reachWhatScrolls();
  new ResizeObserver(reachWhatScrolls).observe(document.querySelector(".bd-article"));
})();
