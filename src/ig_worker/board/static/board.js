// The board works without this; it only spares steps. Each room's part begins where its marked elements are found.
"use strict";

// A form that changes something is sent once, however often its button is touched.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[method=post]")) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
});
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));
