// What the map reckons: which colour a point has, which point is under the pointer, which lie in a lasso.
const GROUPS = 6;

// The most frequent artists, one colour each; all others together (group -1).
export function names(points, others) {
  const counts = new Map();
  for (const { artist } of points) if (artist) counts.set(artist, (counts.get(artist) ?? 0) + 1);
  const first = [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).slice(0, GROUPS).map(([name]) => name);
  const labels = first.map((label, group) => ({ label, group }));
  if (points.some(({ artist }) => !first.includes(artist))) labels.push({ label: others, group: -1 });
  return { labels, of: ({ artist }) => first.indexOf(artist), series: (group) => group, opacity: (group) => (group < 0 ? 0.45 : 0.9) };
}

// Parts of equal count along years or prices, one colour that grows stronger; the unknown apart (group -1).
export function bins(points, field, words) {
  const values = points.map((point) => point[field]).filter((value) => value != null).sort((a, b) => a - b);
  const cuts = [...new Set([1, 2, 3, 4].map((n) => values[Math.floor((n * values.length) / 5)]))].filter((cut) => cut != null);
  const round = (value) => (field === "price" ? new Intl.NumberFormat(document.documentElement.lang).format(Math.round(value)) : String(value));
  const part = (value) => cuts.filter((cut) => value >= cut).length;
  const labels = cuts.length ? [{ label: `${words.until} ${round(cuts[0])}`, group: 0 }, ...cuts.map((cut, n) => ({ label: `${words.from} ${round(cut)}`, group: n + 1 }))] : [];
  if (points.some((point) => point[field] == null)) labels.push({ label: words.unknown, group: -1 });
  return {
    labels,
    of: (point) => (point[field] == null ? -1 : part(point[field])),
    series: () => 1,
    opacity: (group) => (group < 0 ? 0.2 : 0.28 + 0.18 * group),
  };
}

export function nearest(points, here, place, within) {
  let best = null;
  let least = within;
  for (const point of points) {
    const { x, y } = place(point);
    const far = Math.hypot(x - here.x, y - here.y);
    if (far < least) [best, least] = [point, far];
  }
  return best;
}

// Whether a point lies in a polygon: a ray to the right crosses its edges an odd number of times.
export function inside({ x, y }, corners) {
  let is = false;
  for (let a = 0, b = corners.length - 1; a < corners.length; b = a++) {
    const [from, to] = [corners[a], corners[b]];
    if (from.y > y !== to.y > y && x < ((to.x - from.x) * (y - from.y)) / (to.y - from.y) + from.x) is = !is;
  }
  return is;
}
