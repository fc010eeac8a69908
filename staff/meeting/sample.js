// An inspection with the marks that are still on their way. Pure: what the tablet shows is what the branch has, and what
// it will have once the line carries it.

/** @typedef {Api.InspectionOut} Inspection */
/** @typedef {Inspection["items"][number]} Item */
/** What a waiting act does to the inspection: `verb` mark, agree or finding, with its body.
    @typedef {{ item: string, verb: string, side: string, verdict: string, by: string, owner: string, name: string,
                due: string }} Waiting */
/** What an end would leave: on what two differ, what not all looked at who are to look, and what is not kept without
    an owner.
    @typedef {{ differing: Item[], unseen: Item[], unowned: Item[] }} Open */

/** The item's last mark of this side.
    @param {Item} item
    @param {string} side */
export const markOf = (item, side) => item.marks.filter((mark) => mark.side === side).pop();

/** The items as they will be.
    @param {Inspection} inspection
    @param {Waiting[]} waiting */
export function withWaiting(inspection, waiting) {
  return inspection.items.map((item) => waiting.filter((act) => act.item === item.id).reduce(changed, item));
}

/** @type {Record<string, (item: Item, act: Waiting) => Item>} */
const CHANGES = { mark: marked, agree: agreed, finding: owned };

/** @param {Item} item
    @param {Waiting} act */
const changed = (item, act) => CHANGES[act.verb](item, act);

/** @param {Item} item
    @param {Waiting} act
    @returns {Item} */
function marked(item, { side, verdict, by }) {
  const mark = /** @type {any} */ ({
    side,
    verdict,
    by,
    by_name: by,
    at: "",
    corrects: false,
    has_words: false,
    photo: "",
  });
  const marks = [...item.marks, mark];
  const said = new Set(item.sides.map((one) => markOf({ ...item, marks }, one)?.verdict).filter(Boolean));
  const one = said.size === 1 ? [...said][0] : null;
  return { ...item, marks, verdict: /** @type {any} */ (one), differs: said.size > 1, agreed_by: "" };
}

/** @param {Item} item
    @param {Waiting} act
    @returns {Item} */
function agreed(item, { verdict }) {
  return { ...item, verdict: /** @type {any} */ (verdict), differs: false };
}

/** @param {Item} item
    @param {Waiting} act
    @returns {Item} */
function owned(item, { owner, name, due }) {
  const fresh = { owners: [], overdue: false, settled_by: "", settled_at: null, action: "" };
  return { ...item, finding: { ...(item.finding ?? fresh), owner, owner_name: name, owner_left: false, due } };
}

/** What an end would leave.
    @param {Item[]} items
    @returns {Open} */
export function leftOpen(items) {
  const seen = complete(items);
  return {
    differing: items.filter((item) => item.differs),
    unseen: items.filter((item) => !seen.includes(item)),
    unowned: items.filter((item) => item.verdict === "broken" && !item.finding),
  };
}

/** Whether anything is open.
    @param {Open} open */
export const isAnyOpen = (open) => Object.values(open).some((items) => items.length > 0);

/** Whether somebody is to put it right: it was marked as not kept, and nobody has seen that it is put right.
    @param {Item} item */
export const isToPutRight = (item) => item.marks.some((one) => one.verdict === "broken") && !item.finding?.settled_at;

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
