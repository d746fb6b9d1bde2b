/**
 * Makes an element.
 * @param {string} name of the tag
 * @param {Record<string, string|number|boolean|null>} [attributes] null and false are left out
 * @param {...(Node|string)} children
 * @returns {HTMLElement}
 */
export function element(name, attributes = {}, ...children) {
  return furnish(document.createElement(name), attributes, children);
}

/**
 * Makes an element of a drawing.
 * @param {string} name of the tag
 * @param {Record<string, string|number|boolean|null>} [attributes]
 * @param {...(Node|string)} children
 * @returns {SVGElement}
 */
export function drawn(name, attributes = {}, ...children) {
  return furnish(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children);
}

/**
 * The element of the page with an id, which is there.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no ${id}`);
  return found;
}

/**
 * Sets a text only when it changes: what stays is not laid out again, nor read out again.
 * @param {Node} node
 * @param {string|number} text
 */
export function setText(node, text) {
  const wanted = String(text);
  if (node.textContent !== wanted) node.textContent = wanted;
}

function furnish(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) made.setAttribute(name, value === true ? '' : String(value));
  }
  made.append(...children);
  return made;
}
