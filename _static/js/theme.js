/* Light, dark, or as the system has it: set before anything is painted. Loaded first in the head. */
"use strict";

(() => {
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  function stored() {
    try {
      return localStorage.getItem("book:theme");
    } catch {
      return null;
    }
  }

  /** Show the book in the reader's mode: "light", "dark" or "auto". */
  function show(mode) {
    root.dataset.mode = mode;
    root.dataset.theme = mode === "auto" ? (dark.matches ? "dark" : "light") : mode;
  }

  /** Choose a mode and keep it for the next visit. */
  function choose(mode) {
    show(mode);
    try {
      localStorage.setItem("book:theme", mode);
    } catch {
      /* Private windows may forbid it; the choice then lasts for this page. */
    }
  }

  const mode = stored();
  show(["light", "dark"].includes(mode) ? mode : "auto");
  root.dataset.js = "";
  dark.addEventListener("change", () => show(root.dataset.mode));
  globalThis.book = { chooseTheme: choose };
})();
