// How the zones of the map stand in rows: each as wide as it has counters, and each row filled to its end. Pure.

/** The columns of a row, in counters. */
export const ROW = 4;

/** How wide a zone with so many counters is; machines have none and take a row of their own.
    @param {{ self_service: boolean }} area
    @param {number} counters */
export const room = (area, counters) => (area.self_service ? 0 : Math.min(ROW, Math.max(1, counters)));

/** The widths with the last of each row widened to its end.
    @param {number[]} widths each 1 to ROW */
export function packed(widths) {
  let used = 0;
  return widths.map((width, n) => {
    used = used + width > ROW ? width : used + width;
    const isLast = used + (widths[n + 1] ?? ROW) > ROW;
    return isLast ? width + ROW - used : width;
  });
}

/** The zones from the widest to those of machines, each with its width.
    @template {{ self_service: boolean }} A
    @param {A[]} areas
    @param {(area: A) => number} countersIn
    @returns {{ area: A, span: number }[]} */
export function zones(areas, countersIn) {
  const sized = areas.map((area) => ({ area, wide: room(area, countersIn(area)) })).sort((a, b) => b.wide - a.wide);
  const spans = packed(sized.map(({ wide }) => wide || ROW));
  return sized.map(({ area }, n) => ({ area, span: spans[n] }));
}

/** How many rows grow with the screen: those of machines are as high as their words.
    @param {{ area: { self_service: boolean }, span: number }[]} all */
export function growing(all) {
  const wide = all.filter(({ area }) => !area.self_service).reduce((sum, { span }) => sum + span, 0);
  return Math.max(1, Math.round(wide / ROW));
}
