// What every page's shell does beyond HTML: menus that close, parts that draw themselves, failures that are said.
const assets = document.body.dataset;

async function drawParts(root) {
  const charts = [...root.querySelectorAll("[data-chart]:not([data-drawn])")];
  const zooms = [...root.querySelectorAll("[data-zoom]:not([data-drawn])")];
  for (const part of [...charts, ...zooms]) part.dataset.drawn = "";
  if (charts.length) {
    const { drawChart } = await import(assets.chartsSrc);
    charts.forEach(drawChart);
  }
  if (zooms.length) {
    const { offerZoom } = await import(assets.zoomSrc);
    zooms.forEach(offerZoom);
  }
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => closeMenus(event.target.closest("details[data-menu]")));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.activeElement?.closest("details[data-menu][open]");
  closeMenus();
  menu?.querySelector("summary").focus();
});
// A slash leads to the page's search, as on many sites; in a field it stays a slash.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea, [contenteditable]")) return;
  const field = document.querySelector("main input[type=search]");
  if (!field) return;
  event.preventDefault();
  const folded = field.closest("details");
  if (folded) folded.open = true;
  field.focus();
});
document.addEventListener("focusin", (event) => closeMenus(event.target.closest("details[data-menu]")));

// A select or checkbox with data-submit sends its form at once; without JavaScript the form's own button does.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});

// Empty fields are left out of a shared address.
document.addEventListener("formdata", (event) => {
  if (event.target.method !== "get") return;
  for (const [name, value] of [...event.formData.entries()]) if (value === "") event.formData.delete(name);
});

document.addEventListener("htmx:load", (event) => drawParts(event.detail.elt.parentElement ?? document));
for (const failure of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(failure, (event) => {
    const target = event.detail.target;
    const loading = target?.querySelector(".loading");
    if (!loading) return;
    loading.textContent = assets.loadFailed;
    loading.setAttribute("role", "alert");
  });
}

drawParts(document);
