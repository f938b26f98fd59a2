// From values to pixels and to words.
const language = document.documentElement.lang || "en";
const compact = new Intl.NumberFormat(language, { notation: "compact", maximumSignificantDigits: 3 });
const plain = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });

export function shortNumber(value) {
  return Math.abs(value) >= 10000 ? compact.format(value) : plain.format(Number(value.toPrecision(6)));
}

export function wholeNumber(value, unit) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  return unit ? `${plain.format(value)}\u00a0${unit}` : plain.format(value);
}

export function dateText(value) {
  return new Date(value).toISOString().slice(0, 10);
}

function niceStep(span, count) {
  const raw = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(raw));
  const part = raw / power;
  return (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10) * power;
}

export function linearScale(values, [from, to], { zero = false, count = 5 } = {}) {
  let low = Math.min(...values, ...(zero ? [0] : []));
  let high = Math.max(...values, ...(zero ? [0] : []));
  if (low === high) [low, high] = [low - Math.abs(low || 1) / 2, high + Math.abs(high || 1) / 2];
  const step = niceStep(high - low, count);
  low = Math.floor(low / step) * step;
  high = Math.ceil(high / step) * step;
  const ticks = [];
  for (let tick = low; tick <= high + step / 1e6; tick += step) ticks.push(Number(tick.toPrecision(12)));
  const scale = (value) => from + ((value - low) / (high - low)) * (to - from);
  // Short words for long numbers, unless neighbours would read the same.
  const isShort = new Set(ticks.map(shortNumber)).size === ticks.length;
  return Object.assign(scale, { ticks, text: isShort ? shortNumber : (value) => plain.format(value) });
}

export function logScale(values, [from, to]) {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  if (most < 4 * least && most > least) return withinADecade(least, most, [from, to]);
  const low = Math.floor(Math.log10(least) * 3) / 3;
  const high = Math.max(low + 0.5, Math.ceil(Math.log10(most) * 3) / 3);
  const ticks = [];
  const factors = high - low > 3 ? [1] : high - low > 1.4 ? [1, 3] : [1, 2, 5];
  for (let power = Math.floor(low); power <= high; power += 1) {
    for (const factor of factors) {
      const tick = factor * 10 ** power;
      if (Math.log10(tick) >= low - 1e-9 && Math.log10(tick) <= high + 1e-9) ticks.push(tick);
    }
  }
  const scale = (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from);
  return Object.assign(scale, { ticks, text: shortNumber });
}

// Powers of ten would leave a narrow course one or two lines: round steps instead, on the same scale of ratios.
function withinADecade(least, most, [from, to]) {
  const step = niceStep(most - least, 5);
  const ticks = [];
  for (let tick = Math.floor(least / step) * step; tick < most + step; tick += step) if (tick > 0) ticks.push(Number(tick.toPrecision(12)));
  const low = Math.log10(Math.min(least, ticks[0]));
  const high = Math.log10(ticks.at(-1));
  const scale = (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from);
  return Object.assign(scale, { ticks, text: shortNumber });
}

export function timeScale(values, [from, to], count) {
  let low = Math.min(...values);
  let high = Math.max(...values);
  const day = 86400000;
  if (high - low < 60 * day) [low, high] = [low - 200 * day, high + 200 * day];
  const years = (high - low) / (365.25 * day);
  const months = years > 2 ? Math.max(1, niceStep(years, count)) * 12 : years > 1 ? 6 : 3;
  const ticks = [];
  const first = new Date(low);
  const startYear = first.getUTCFullYear() - (months >= 12 ? first.getUTCFullYear() % (months / 12) : 0);
  for (let index = 0; index < 200; index += 1) {
    const tick = Date.UTC(startYear, index * months, 1);
    if (tick > high) break;
    if (tick >= low) ticks.push(tick);
  }
  const scale = (value) => from + ((value - low) / (high - low || 1)) * (to - from);
  const text = (value) => (months >= 12 ? dateText(value).slice(0, 4) : dateText(value).slice(0, 7));
  return Object.assign(scale, { ticks, text });
}

export function yearScale(values, [from, to], count) {
  let low = Math.min(...values);
  let high = Math.max(...values);
  if (low === high) [low, high] = [low - 1, high + 1];
  const step = Math.max(1, niceStep(high - low, count));
  const ticks = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high; tick += step) ticks.push(tick);
  const scale = (value) => from + ((value - low) / (high - low)) * (to - from);
  return Object.assign(scale, { ticks, text: String });
}

export function bandScale(names, [from, to]) {
  const width = (to - from) / Math.max(1, names.length);
  const place = new Map(names.map((name, index) => [name, from + width * (index + 0.5)]));
  const every = Math.max(1, Math.ceil(names.length / Math.max(1, (to - from) / 70)));
  const scale = (name) => place.get(name);
  const ticks = names.filter((_, index) => index % every === 0);
  const letters = Math.max(3, Math.floor((width * every) / 7));
  const text = (name) => (String(name).length > letters ? `${String(name).slice(0, letters - 1)}…` : String(name));
  return Object.assign(scale, { ticks, text, width });
}
