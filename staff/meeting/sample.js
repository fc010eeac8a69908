// An inspection with the marks that are still on their way. Pure: what the tablet shows is what the branch has, and what
// it will have once the line carries it.

/** @typedef {Api.InspectionOut} Inspection */
/** @typedef {Inspection["items"][number]} Item */
/** What a waiting act does to the inspection: one mark.
    @typedef {{ item: string, side: string, verdict: string, by: string }} Waiting */

/** The item's last mark of this side.
    @param {Item} item
    @param {string} side */
export const markOf = (item, side) => item.marks.filter((mark) => mark.side === side).pop();

/** The items as they will be.
    @param {Inspection} inspection
    @param {Waiting[]} waiting */
export function withWaiting(inspection, waiting) {
  return inspection.items.map((item) => waiting.filter((act) => act.item === item.id).reduce(marked, item));
}

/** @param {Item} item
    @param {Waiting} act
    @returns {Item} */
function marked(item, { side, verdict, by }) {
  const mark = /** @type {any} */ ({ side, verdict, by, at: "", corrects: false, has_words: false, photo: "" });
  const marks = [...item.marks, mark];
  const said = new Set(item.sides.map((one) => markOf({ ...item, marks }, one)?.verdict).filter(Boolean));
  const one = said.size === 1 ? [...said][0] : null;
  return { ...item, marks, verdict: /** @type {any} */ (one), differs: said.size > 1, agreed_by: "" };
}

/** How far it is: items that all looked at who are to look.
    @param {Item[]} items */
export const complete = (items) => items.filter((item) => item.sides.every((side) => markOf(item, side)));

/** How many were looked at by two, and how many of them both said the same of at first.
    @param {Item[]} items */
export function agreement(items) {
  const pairs = items
    .map((item) => ["self", "peer"].map((side) => item.marks.find((mark) => mark.side === side)?.verdict))
    .filter(([own, peer]) => own && peer);
  return { n: pairs.length, same: pairs.filter(([own, peer]) => own === peer).length };
}
