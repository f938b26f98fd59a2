// Deep zoom: replaces the still picture of [data-zoom] by OpenSeadragon when a person asks for it.
let loading;

function loadScript(src) {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = src;
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });
  return loading;
}

export function offerZoom(figure) {
  const button = figure.querySelector("[data-zoom-open]");
  const controls = figure.querySelector("[data-zoom-controls]");
  const stage = figure.querySelector(".stage");
  button.hidden = false;
  button.addEventListener("click", async () => {
    await loadScript(document.body.dataset.openseadragonSrc);
    const glass = document.createElement("div");
    glass.className = "zoom";
    stage.replaceWith(glass);
    const viewer = openViewer(glass, figure.dataset.zoom, figure.dataset.zoomLabel);
    button.hidden = true;
    controls.hidden = false;
    const act = { in: () => viewer.viewport.zoomBy(1.5), out: () => viewer.viewport.zoomBy(1 / 1.5), home: () => viewer.viewport.goHome() };
    for (const control of controls.querySelectorAll("[data-zoom-act]")) {
      control.addEventListener("click", () => { act[control.dataset.zoomAct](); viewer.viewport.applyConstraints(); });
    }
    viewer.canvas.focus();
  });
}

function openViewer(element, url, label) {
  const viewer = window.OpenSeadragon({
    element,
    tileSources: { type: "image", url },
    showNavigationControl: false,
    drawer: "canvas",
    visibilityRatio: 0.6,
    maxZoomPixelRatio: 3,
    gestureSettingsMouse: { clickToZoom: true, scrollToZoom: true },
  });
  viewer.canvas.setAttribute("role", "application");
  viewer.canvas.setAttribute("aria-label", label);
  return viewer;
}
