// A screen that shows the same all day burns in: everything wanders a little, so slowly that nobody sees it, what
// never changes gets a little dimmer and brighter again, and the header changes its sides every hour.

const MINUTE = 60000;
const MIRROR_MIN = 60;
const REACH = 0.45; // of the unit in which the page is drawn
const ROUND_X_MIN = 46;
const ROUND_Y_MIN = 34;
const DIM = 0.1;
const DIM_MIN = 90;

function wander() {
  const minute = Math.floor(Date.now() / MINUTE);
  const turn = (round) => Math.sin((2 * Math.PI * (minute % round)) / round);
  const style = document.body.style;
  style.setProperty("--wander-x", (REACH * turn(ROUND_X_MIN)).toFixed(3));
  style.setProperty("--wander-y", (REACH * turn(ROUND_Y_MIN)).toFixed(3));
  style.setProperty("--still", (1 - (DIM * (1 + turn(DIM_MIN))) / 2).toFixed(3));
  document.body.classList.toggle("mirrored", Math.floor(minute / MIRROR_MIN) % 2 === 1);
}

export function moveAgainstBurnIn() {
  wander();
  setInterval(wander, MINUTE);
}
