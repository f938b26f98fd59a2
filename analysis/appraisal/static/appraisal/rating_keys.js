// Rating by keyboard: 1–7 score the criterion one stands at and lead on, ↑ ↓ change it, ← → the work. Without this the
// form's own radio buttons and links do the same.
const root = document.querySelector("[data-rating]");
const groups = [...root.querySelectorAll("[data-criterion]")];
const save = root.querySelector("[data-save]");
let at = Math.max(0, groups.findIndex((group) => !group.querySelector("input:checked")));

function stand(index) {
  at = Math.min(Math.max(index, 0), groups.length - 1);
  groups.forEach((group, place) => group.toggleAttribute("data-current", place === at));
  (groups[at].querySelector("input:checked") ?? groups[at].querySelector("input")).focus({ preventScroll: true });
  groups[at].scrollIntoView({ block: "nearest" });
}

function score(value) {
  groups[at].querySelector(`input[value="${value}"]`).checked = true;
  if (at < groups.length - 1) stand(at + 1);
  else save.focus();
}

function follow(name) {
  root.querySelector(`[data-${name}]`)?.click();
}

const ACTS = {
  ArrowUp: () => stand(at - 1),
  ArrowDown: () => stand(at + 1),
  ArrowLeft: () => follow("before"),
  ArrowRight: () => follow("next"),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("textarea, select, summary")) return;
  if (/^[1-7]$/.test(event.key)) score(event.key);
  else if (ACTS[event.key] && (event.target === document.body || event.target.closest("[data-rating]"))) ACTS[event.key]();
  else return;
  event.preventDefault();
});
root.addEventListener("focusin", (event) => {
  const index = groups.indexOf(event.target.closest("[data-criterion]"));
  if (index < 0) return;
  at = index;
  groups.forEach((group, place) => group.toggleAttribute("data-current", place === at));
});
stand(at);
