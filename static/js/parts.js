// Which part of a photo to search with: asked before the search, or marked on its page.

import { frameOver } from "./crop.js";

const { frame } = document.getElementById("pending").dataset;
const dialog = document.getElementById("crop-dialog");
const frames = new WeakMap();
const previewed = new WeakSet(); // where the matches are those of the part by now

/** The part that the shopper marks, by field; an empty one for all of it, null if called off. */
export async function askForPart(file) {
  const image = dialog.querySelector("img");
  image.src = URL.createObjectURL(file);
  try {
    await image.decode();
  } catch {
    return {}; // A kind that this browser cannot show; the server may well.
  }
  const form = dialog.querySelector("form");
  form.reset();
  dialog.returnValue = "cancel";
  dialog.showModal();
  const remove = await frameOver(image, dialog.querySelector("[data-crop-stage]"), form, frame);
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  const part = Object.fromEntries(new FormData(form));
  remove();
  const address = image.src;
  image.removeAttribute("src");
  URL.revokeObjectURL(address);
  if (dialog.returnValue === "search") return part;
  return dialog.returnValue === "whole" ? {} : null;
}

/** Opening "Search a part" lays a frame over the photo, closing it takes the frame away; in between
    the matches follow it. */
export async function cropOnPage(event) {
  const details = event.target;
  if (!details.matches?.("[data-crop]")) return;
  const stage = details.closest(".query").querySelector("[data-crop-stage]");
  stage.classList.toggle("is-cropping", details.open); // First: the frame is as large as the photo then.
  if (details.open) frames.set(details, frameOver(stage.querySelector("img"), stage, details, frame));
  else (await frames.get(details))?.();
  if (details.open) details.addEventListener("part", () => previewed.add(details), { once: true });
  else putBack(details);
}

/** What was searched with, and what that found. */
function putBack(details) {
  for (const input of details.querySelectorAll("input")) input.value = input.defaultValue;
  if (previewed.delete(details)) window.htmx.ajax("GET", details.dataset.matches, "#matches");
}

// The last change of a frame that was taken away since comes to nothing.
document.addEventListener("htmx:configRequest", (event) => {
  if (event.target.matches("[data-crop]:not([open])")) event.preventDefault();
});
