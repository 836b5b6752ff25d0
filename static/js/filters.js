// Long lists of filter options: a field that leaves those that contain what is typed.

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
