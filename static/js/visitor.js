// What belongs to the visitor on every page: hearts, and the menu at the top.

import { announce } from "./pending.js";

const heartOf = (event) => event.detail.elt?.closest?.(".heart");

// --- hearts ---

// A product can be on a page twice: all of its hearts show the same.
document.addEventListener("htmx:afterSettle", (event) => {
  const heart = event.target.closest?.(".heart[data-note]");
  if (!heart) return;
  const pressed = heart.querySelector("button").getAttribute("aria-pressed");
  for (const other of document.querySelectorAll(".heart")) {
    if (other.action === heart.action) {
      other.querySelector("button").setAttribute("aria-pressed", pressed);
      other.elements.do.value = heart.elements.do.value;
    }
  }
  announce(heart.dataset.note);
});

// A refusal has a page of its own: the form is sent the plain way and shows it.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const heart = heartOf(event);
  if (!heart || event.detail.xhr.status < 400) return;
  event.preventDefault();
  heart.submit();
});

// No answer at all: the words about photos that other listeners have do not fit here.
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  window.addEventListener(
    name,
    (event) => {
      const heart = heartOf(event);
      if (!heart) return;
      event.stopImmediatePropagation();
      announce(heart.dataset.failed);
    },
    true,
  );
}

// --- the menu ---

const openMenu = () => document.querySelector("details.menu[open]");

document.addEventListener("click", (event) => {
  const menu = openMenu();
  if (menu && !menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  const menu = openMenu();
  if (!menu || event.key !== "Escape") return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

document.addEventListener("focusin", (event) => {
  const menu = openMenu();
  if (menu && !menu.contains(event.target)) menu.open = false;
});
