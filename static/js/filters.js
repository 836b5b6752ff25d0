// Filters: a field in long lists, and a panel that stays open and where it was while its counts change.

// --- long lists: a field that leaves those that contain what is typed ---

document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-narrow]")) return;
  event.stopPropagation();
  const sought = event.target.value.trim().toLowerCase();
  for (const item of event.target.closest("fieldset").querySelectorAll("li")) {
    item.hidden = !item.textContent.toLowerCase().includes(sought);
  }
});

// What is typed there is no filter: the form is not to be sent for it.
document.addEventListener(
  "change",
  (event) => {
    if (event.target.matches("[data-narrow]")) event.stopImmediatePropagation();
  },
  true,
);

// --- what stands over the products is drawn anew with them: what was open stays so ---

const panelOf = () => document.getElementById("filters");
const scrolled = () => panelOf()?.querySelector("form");
let was = null;

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!detail.target.matches("#matches, #catalogue")) return;
  const ids = [...detail.target.querySelectorAll("details[id][open]")].map((one) => one.id);
  was = { ids, top: scrolled()?.scrollTop, focus: document.activeElement.id };
});

document.addEventListener("htmx:afterSwap", () => {
  if (!was) return;
  for (const id of was.ids) document.getElementById(id)?.setAttribute("open", "");
  scrolled()?.scrollTo(0, was.top);
  if (was.focus) document.getElementById(was.focus)?.focus({ preventScroll: true });
  was = null;
});

// --- on a phone it is a sheet over the page ---

const isSheet = (panel) => panel?.open && getComputedStyle(panel.querySelector("form")).position === "fixed";

function close(panel) {
  panel.open = false;
  panel.querySelector("summary").focus();
}

document.addEventListener("click", (event) => {
  const panel = panelOf();
  const isOutside = isSheet(panel) && !event.target.closest("#filters > form");
  if (!isOutside && !event.target.closest("[data-show]")) return;
  event.preventDefault(); // What lies under the shade is not meant.
  close(panel);
});

document.addEventListener("keydown", (event) => {
  const panel = panelOf();
  if (event.key === "Escape" && isSheet(panel)) close(panel);
});
