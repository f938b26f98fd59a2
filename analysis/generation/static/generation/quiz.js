// R and G answer, Enter goes on. Without this the buttons and the link do the same.
const acts = Object.fromEntries([...document.querySelectorAll("[data-quiz] [data-key]")].map((each) => [each.dataset.key, each]));

document.addEventListener("keydown", (event) => {
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea, details")) return;
  if (event.key === "Enter" && event.target.closest("a, button")) return;
  const act = acts[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act.click();
});
