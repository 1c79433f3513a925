// The lists of the desk by keys: j and k (of the house) walk the rows and bring the evidence beside them; a accepts, r
// rejects, both by way of a page or a question; o opens; ? helps. Everything is found anew at each event.

const $ = (selector, root = document) => root.querySelector(selector);
let shown = "";

function bring(row) {
  const side = $("#evidence");
  const url = row?.dataset.evidence;
  if (!side || !url || side.offsetParent === null || (url === shown && row.hasAttribute("aria-current"))) return;
  shown = url;
  for (const one of document.querySelectorAll("tr[aria-current]")) one.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  window.htmx.ajax("GET", url, { target: "#evidence", swap: "innerHTML" });
}

const here = () => document.activeElement?.closest?.("table[data-keys] tbody > tr");
document.addEventListener("focusin", (event) => bring(event.target.closest?.("tr[data-evidence]")));
document.addEventListener("click", (event) => bring(event.target.closest?.("tr[data-evidence]")));
const first = () => bring($("tr[data-evidence]"));
document.addEventListener("htmx:after:swap", () => {
  if ($("#evidence [data-waiting]")) first(); // the list was swapped, and the pane with it
});
first();

// With nothing picked, the row one stands on is meant.
function pickHere() {
  const form = $("[data-desk]");
  if (!form || $(".yf-pick:not(.yf-pick-all):checked", form)) return Boolean(form);
  const box = here() && $(".yf-pick", here());
  if (!box) return false;
  box.checked = true;
  box.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || $("dialog[open]")) return;
  const on = event.target;
  if (on.closest?.("select, textarea, [contenteditable]") || (on.matches?.("input") && on.type !== "checkbox")) return;
  if (event.key === "o") {
    const link = here() && $("a.yf-name", here());
    if (!link) return;
    link.click();
  } else if (event.key === "a" && pickHere()) $("[data-desk-accept]")?.click();
  else if (event.key === "r" && pickHere()) $("[data-desk-reject]")?.click();
  else if (event.key === "?") $("#desk-help")?.showModal();
  else return;
  event.preventDefault();
});
