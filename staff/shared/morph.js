// Makes a piece of the page look like a newly built one and touches only what differs, so that the focus, a finger
// that is down and an open list stay while the branch lives on. Children with `data-key` are told apart by it.

/** Whether a fold is open is the reader's, once it stands on the page. */
const isOfReader = (node, name) => node.nodeName === "DETAILS" && name === "open";
const keyOf = (node) => node.dataset?.key ?? null;
const alike = (old, made) => Boolean(old) && old.nodeName === made.nodeName && keyOf(old) === keyOf(made);

/** Like replaceChildren; what is empty is left out. */
export function morphChildren(parent, ...made) {
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  sameChildren(
    parent,
    made.filter(Boolean).map((one) => (one instanceof Node ? one : new Text(one))),
  );
  if (focused !== document.activeElement && focused?.isConnected) focused.focus({ preventScroll: true });
}

function sameChildren(parent, made) {
  const keyed = new Map([...parent.children].filter(keyOf).map((child) => [keyOf(child), child]));
  let at = parent.firstChild;
  for (const node of made) {
    const old = keyOf(node) ? keyed.get(keyOf(node)) : at;
    if (!alike(old, node)) parent.insertBefore(node, at ?? null);
    else {
      if (old === at) at = at.nextSibling;
      else parent.insertBefore(old, at);
      same(old, node);
    }
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

function same(old, made) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== made.nodeValue) old.nodeValue = made.nodeValue;
    return;
  }
  for (const { name } of [...old.attributes])
    if (!made.hasAttribute(name) && !isOfReader(old, name)) old.removeAttribute(name);
  for (const { name, value } of made.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  sameChildren(old, [...made.childNodes]);
}
