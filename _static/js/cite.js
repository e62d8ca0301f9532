/* Copy buttons beside citations. The text is in the page; only the buttons need this script. */
(function () {
  "use strict";

  /**
   * Put a citation on the clipboard: with its italics where the browser can, else as plain text.
   * @param {HTMLElement} element What holds the citation.
   * @returns {Promise<void>} Rejected when the browser allows no copying at all.
   */
  async function copy(element) {
    const text = element.textContent.trim();
    const clipboard = navigator.clipboard;
    if (clipboard && window.ClipboardItem && element.tagName !== "PRE") {
      try {
        await clipboard.write([
          new ClipboardItem({
            "text/plain": new Blob([text], { type: "text/plain" }),
            "text/html": new Blob([element.innerHTML], { type: "text/html" }),
          }),
        ]);
        return;
      } catch (error) {
        // Plain text may still be allowed.
      }
    }
    if (clipboard) {
      try {
        await clipboard.writeText(text);
        return;
      } catch (error) {
        // The old way may still work, as in a page opened over plain HTTP.
      }
    }
    select(element);
    if (!document.execCommand("copy")) {
      throw new Error("copying is not allowed");
    }
    window.getSelection().removeAllRanges();
  }

  /**
   * Mark a citation as if it had been selected by hand.
   * @param {HTMLElement} element What holds the citation.
   */
  function select(element) {
    const range = document.createRange();
    range.selectNodeContents(element);
    const selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  }

  /**
   * Say what came of it, to the eye on the button and to a screen reader below.
   * @param {HTMLButtonElement} button The button that was pressed.
   * @param {boolean} copied Whether the text is on the clipboard.
   */
  function say(button, copied) {
    const status = button.closest(".cite").querySelector(".cite-said");
    const label = button.firstChild;
    status.textContent = copied
      ? "Copied:" + button.querySelector(".cite-unseen").textContent
      : "The browser does not allow copying. The text is selected: copy it with the keyboard.";
    status.classList.toggle("is-shown", !copied);
    if (copied) {
      label.data = "Copied";
      button.classList.add("is-done");
      window.setTimeout(function () {
        label.data = "Copy";
        button.classList.remove("is-done");
      }, 2000);
    }
  }

  /** @param {MouseEvent} event A click somewhere in the page. */
  async function press(event) {
    const button = event.target.closest(".cite-copy");
    if (!button) {
      return;
    }
    const element = document.getElementById(button.dataset.copies);
    try {
      await copy(element);
      say(button, true);
    } catch (error) {
      select(element);
      say(button, false);
    }
  }

  for (const button of document.querySelectorAll(".cite-copy")) {
    button.hidden = false;
  }
  document.addEventListener("click", press);
})();
