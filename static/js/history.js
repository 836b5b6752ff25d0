// A search that is deleted leaves the list without a reload; the focus goes to its neighbour.

import { announce } from "./pending.js";

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt;
  if (!form.matches?.("[data-forget]")) return;
  if (!event.detail.successful) return form.submit();
  const item = form.closest("li");
  const neighbour = item.nextElementSibling ?? item.previousElementSibling;
  if (!neighbour) return window.location.reload();
  item.remove();
  neighbour.querySelector("h2 a").focus();
  announce(form.dataset.forget);
});
