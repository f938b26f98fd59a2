// Names for what the admin's tables of inlines and its search boxes leave without one.
function headingOf(field) {
  const cell = field.closest("td");
  const table = cell?.closest("table");
  return table?.querySelectorAll("thead th, thead td")[cell.cellIndex]?.textContent.trim();
}

function isNamed(field) {
  return field.labels?.length || field.hasAttribute("aria-label") || field.hasAttribute("aria-labelledby");
}

function nameInlines() {
  const fields = ".tabular td :is(input:not([type=hidden]), select, textarea):not(.select2-search__field)";
  for (const field of document.querySelectorAll(fields)) {
    const name = isNamed(field) ? "" : headingOf(field);
    if (name) field.setAttribute("aria-label", name);
  }
  for (const corner of document.querySelectorAll("thead th.original:empty")) {
    const cell = document.createElement("td");
    cell.className = corner.className;
    corner.replaceWith(cell);
  }
}

function nameSearchBoxes() {
  for (const box of document.querySelectorAll(".select2-selection[role=combobox]:not([data-named])")) {
    const field = box.closest(".select2")?.previousElementSibling;
    const name = field?.labels?.[0]?.textContent.trim() || field?.getAttribute("aria-label");
    if (!name) continue;
    box.dataset.named = "";
    const chosen = box.querySelector(".select2-selection__rendered");
    box.removeAttribute("aria-labelledby");
    box.setAttribute("aria-label", chosen?.textContent ? `${name} ${chosen.textContent}` : name);
    chosen?.removeAttribute("role");
    chosen?.removeAttribute("aria-readonly");
  }
}

function nameAll() {
  nameInlines();
  nameSearchBoxes();
}

new MutationObserver(nameAll).observe(document.body, { childList: true, subtree: true });
nameAll();
