// How the list of calls stands on a board: in as few columns as leave each row large enough to be read. Pure.

const ONE_COLUMN = 4;
const TWO_COLUMNS = 12;

/** Columns and rows for so many calls beside the one that is announced.
    @param {number} calls */
export function packed(calls) {
  const columns = calls <= ONE_COLUMN ? 1 : calls <= TWO_COLUMNS ? 2 : 3;
  return { columns, rows: Math.ceil(calls / columns) };
}

/** From the largest size of a text to the least, and how many of them are tried on one line before it wraps. */
const STEPS = [1, 0.93, 0.86, 0.8, 0.74, 0.68, 0.62, 0.56, 0.5, 0.44, 0.38, 0.32];
const ONE_LINE = 6;

/** The largest size with which a text fits, on one line while that stays large enough to be read, else on several
    where it may wrap. The least size is taken where none fits.
    @param {boolean} mayWrap
    @param {(size: number, wraps: boolean) => boolean} fits
    @returns {{ size: number, wraps: boolean }} */
export function fitted(mayWrap, fits) {
  const onOneLine = mayWrap ? STEPS.slice(0, ONE_LINE) : STEPS;
  const size = onOneLine.find((step) => fits(step, false));
  if (size !== undefined || !mayWrap) return { size: size ?? STEPS[STEPS.length - 1], wraps: false };
  return { size: STEPS.find((step) => fits(step, true)) ?? STEPS[STEPS.length - 1], wraps: true };
}
