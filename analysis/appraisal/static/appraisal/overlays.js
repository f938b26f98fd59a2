// Boxes that lay what was seen over the picture, or take it off. Without this the form's button does the same by address.
document.addEventListener("change", (event) => {
  const root = event.target.closest("[data-overlays]");
  if (!root || event.target.name !== "overlay") return;
  const layer = root.querySelector(`[data-layer="${event.target.value}"]`);
  layer.toggleAttribute("hidden", !event.target.checked);
  root.toggleAttribute("data-covered", root.querySelector("[data-layer]:not([hidden])") !== null);
});
