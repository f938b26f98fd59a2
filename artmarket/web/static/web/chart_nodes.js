// SVG and HTML elements without inline styles, which the content security policy would refuse.
const SVG = "http://www.w3.org/2000/svg";

export function node(name, attributes = {}, parent = null, text = "") {
  return fill(document.createElementNS(SVG, name), attributes, parent, text);
}

export function element(name, attributes = {}, parent = null, text = "") {
  return fill(document.createElement(name), attributes, parent, text);
}

function fill(made, attributes, parent, text) {
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text) made.textContent = text;
  parent?.append(made);
  return made;
}
