// Suggestions while words are typed: a combobox with its list below the field. The field is searched
// with as it is where this file is missing.

import { announce } from "./pending.js";

const TYPING_MS = 120;
const list = document.createElement("div");
list.id = "suggestions";
list.className = "suggestions";
list.setAttribute("role", "listbox");
let field = null; // whose list it is
let waiting = 0;
let asked = null; // the request that is under way

const options = () => [...list.querySelectorAll("[role=option]")];
const chosen = () => list.querySelector("[aria-selected=true]");

// --- the list opens and closes ---

function attach(input) {
  if (field === input && list.isConnected) return;
  close();
  field = input;
  list.setAttribute("aria-label", input.dataset.suggestLabel);
  input.parentElement.append(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");
}

function open(html) {
  list.innerHTML = html;
  options().forEach((option, at) => (option.id = `suggestion-${at}`));
  const isOpen = options().length > 0 && document.activeElement === field;
  show(isOpen);
  if (isOpen) announce(list.querySelector("[data-counted]").dataset.counted);
}

function show(isOpen) {
  list.classList.toggle("is-open", isOpen);
  field?.setAttribute("aria-expanded", String(isOpen));
  field?.removeAttribute("aria-activedescendant");
}

function close() {
  clearTimeout(waiting);
  asked?.abort();
  list.replaceChildren();
  show(false);
}

const isOpen = () => list.classList.contains("is-open");

async function ask() {
  asked?.abort();
  asked = new AbortController();
  const query = new URLSearchParams({ words: field.value });
  try {
    const answer = await fetch(`${field.dataset.suggest}?${query}`, { signal: asked.signal });
    if (answer.ok) open(await answer.text());
  } catch (error) {
    // Called off, or no connection: then there are none.
    if (error.name !== "AbortError") close();
  }
}

// --- what is done with it ---

function move(step) {
  const all = options();
  const at = all.indexOf(chosen());
  const next = all[at < 0 && step < 0 ? all.length - 1 : (at + step + all.length) % all.length];
  chosen()?.setAttribute("aria-selected", "false");
  next.setAttribute("aria-selected", "true");
  next.scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", next.id);
}

function choose(option) {
  const { words, href } = option.dataset;
  const of = field;
  close();
  if (href) return window.location.assign(href);
  of.value = words;
  of.form.requestSubmit();
}

// Whether the key was meant for the list.
const KEYS = {
  ArrowDown() {
    if (isOpen()) move(1);
    else ask();
    return true;
  },
  ArrowUp() {
    if (isOpen()) move(-1);
    return isOpen();
  },
  Escape() {
    const wasOpen = isOpen();
    if (wasOpen) close();
    return wasOpen;
  },
  Enter() {
    const option = chosen();
    if (option) choose(option);
    return Boolean(option);
  },
};

document.addEventListener("focusin", ({ target }) => {
  if (target.matches("[data-suggest]")) attach(target);
  else if (field) close();
});

document.addEventListener("input", ({ target }) => {
  if (!target.matches("[data-suggest]")) return;
  attach(target);
  clearTimeout(waiting);
  waiting = setTimeout(ask, TYPING_MS);
});

document.addEventListener("keydown", (event) => {
  if (event.target !== field || event.isComposing) return;
  if (KEYS[event.key]?.()) event.preventDefault();
});

document.addEventListener("submit", close, true);

// The field keeps the focus while an option is pressed.
list.addEventListener("pointerdown", (event) => event.preventDefault());

list.addEventListener("click", ({ target }) => {
  const option = target.closest("[role=option]");
  if (option) choose(option);
});
