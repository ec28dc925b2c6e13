/* Names for what Django's admin puts on a page without one, so that screen readers can read it out. */
"use strict";
(function () {
  /* The box of a searching select has the label of its select. */
  function nameSelect(container) {
    const select = container.previousElementSibling;
    const label = select && select.id ? document.querySelector(`label[for="${select.id}"]`) : null;
    if (!label) return;
    label.id = label.id || `${select.id}_label`;
    for (const part of container.querySelectorAll(".select2-selection, .select2-selection__rendered")) {
      part.setAttribute("aria-labelledby", label.id);
    }
  }

  /* The inputs of a date and an hour have the label of their field; forms of Django's own give them none. */
  function nameInput(input) {
    const label = input.closest("fieldset, .form-row")?.querySelector("legend, label");
    if (label) input.setAttribute("aria-label", label.textContent.trim());
  }

  function nameAll() {
    document.querySelectorAll("p.datetime input:not([aria-label])").forEach(nameInput);
    document.querySelectorAll(".select2-container").forEach(nameSelect);
    /* A label needs a role that may have one. */
    document.querySelectorAll("span.help-tooltip[aria-label]").forEach((one) => one.setAttribute("role", "img"));
  }

  /* Scripts of the admin make these boxes after the page is read, and for each row that is added. */
  new MutationObserver(nameAll).observe(document.documentElement, { childList: true, subtree: true });
  nameAll();
})();
