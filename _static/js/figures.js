/* Figures that can be enlarged. Without this script the links below a figure do the same. */
(function () {
  "use strict";

  /**
   * Show a figure as large as the window allows; Escape, the button or a tap closes it.
   * @param {HTMLImageElement} image The figure in the text.
   * @param {string} address Its drawing.
   * @param {string} number What the book calls it.
   */
  function enlarge(image, address, number) {
    const dialog = document.createElement("dialog");
    dialog.className = "figure-large";
    dialog.setAttribute("aria-label", `${number}, enlarged`);

    const close = document.createElement("button");
    close.type = "button";
    close.className = "figure-large-close";
    close.textContent = "Close";

    const large = document.createElement("img");
    large.src = address;
    large.alt = image.alt;

    dialog.append(close, large);
    dialog.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }

  /**
   * Let a figure be enlarged, by a button among its links and by a tap on it.
   * @param {HTMLElement} figure The figure.
   */
  function prepare(figure) {
    const image = figure.querySelector("img");
    const under = figure.nextElementSibling;
    const drawing = under && under.querySelector('.figure-links a[href$=".svg"]');
    if (!image || !drawing) {
      return;
    }
    const number = figure.querySelector(".caption-number").textContent.trim();
    const show = () => enlarge(image, drawing.href, number);

    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "enlarge";
    const unseen = document.createElement("span");
    unseen.className = "figure-unseen";
    unseen.textContent = ` ${number}`;
    button.append(unseen);
    button.addEventListener("click", show);
    drawing.before(button);

    image.classList.add("figure-enlarges");
    image.addEventListener("click", show);
  }

  /** Unfold what an address leads to, for browsers that do not do so of themselves. */
  function unfold() {
    const target = document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
    const folded = target && target.closest(".gallery-more details:not([open])");
    if (folded) {
      folded.open = true;
      target.scrollIntoView();
    }
  }

  document.querySelectorAll("figure.book-figure").forEach(prepare);
  window.addEventListener("hashchange", unfold);
  unfold();
})();
