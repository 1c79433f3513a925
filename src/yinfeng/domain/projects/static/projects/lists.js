// The board by keyboard: arrows walk the cards, Enter opens, Shift with an arrow moves a card through the gate.

const cardsOf = (lane) => [...lane.querySelectorAll(".yf-ticket")];

function focusCard(card) {
  if (!card) return;
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function beside(lane, step, open) {
  let next = lane;
  do next = step > 0 ? next.nextElementSibling : next.previousElementSibling;
  while (next && open && !cardsOf(next).length);
  return next;
}

document.addEventListener("keydown", (event) => {
  const card = event.target.closest?.(".yf-ticket");
  if (!card || event.target !== card || event.ctrlKey || event.metaKey || event.altKey) return;
  const lane = card.closest(".yf-lane");
  const all = cardsOf(lane);
  const at = all.indexOf(card);
  const sideways = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (event.key === "ArrowDown") focusCard(all[at + 1]);
  else if (event.key === "ArrowUp") focusCard(all[at - 1]);
  else if (event.key === "Enter") card.querySelector(".yf-ticket__name").click();
  else if (sideways && event.shiftKey) {
    const board = card.closest("[data-drag-url]");
    const to = beside(lane, sideways, false)?.querySelector("[data-drag-value]")?.dataset.dragValue;
    if (!board || !to) return;
    window.htmx.ajax("GET", board.dataset.dragUrl, {
      source: board,
      target: board.dataset.dragTarget,
      swap: "innerHTML",
      values: { id: card.dataset.id, to, from: lane.querySelector("[data-drag-value]").dataset.dragValue },
    });
  } else if (sideways) {
    const next = beside(lane, sideways, true);
    if (next) focusCard(cardsOf(next)[Math.min(at, cardsOf(next).length - 1)]);
  } else return;
  event.preventDefault();
});
