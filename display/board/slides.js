// Pictures and announcements between the calls. One at a time; what cannot be drawn is passed over.

import { $, el, given } from "#web/dom.js";
import { get } from "#web/api.js";
import { fit } from "./fit.js";

const RETRY_MS = 30000;
const { board, slideS } = given;
const place = $("#slide");

export class Slides {
  /** @type {string | null} */
  revision = null;
  /** @type {Api.SlideOut[]} */
  all = [];
  at = -1;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;
  shown = false;
  barren = false;
  changed = () => {};

  get any() {
    return this.all.length > 0 && !this.barren;
  }

  /** Take in which slides the branch has now; `changed` is told when they are here. */
  async learn(revision, changed) {
    if (revision === this.revision) return;
    Object.assign(this, { revision, changed });
    try {
      this.all = revision ? (await get(`/api/v1/boards/${board}/slides`)).slides : [];
    } catch {
      this.revision = null;
      setTimeout(() => this.learn(revision, changed), RETRY_MS);
      return;
    }
    Object.assign(this, { at: -1, shown: false, barren: false });
    clearTimeout(this.timer);
    place.replaceChildren();
    changed();
  }

  /** Whether there is room for them now. */
  show(room) {
    const wanted = room && this.all.length > 0;
    place.hidden = !wanted || this.barren;
    document.body.classList.toggle("beside-slide", !place.hidden);
    if (wanted === this.shown) return;
    this.shown = wanted;
    clearTimeout(this.timer);
    if (wanted && place.firstChild) this.again();
    else if (wanted) this.turn();
  }

  again() {
    this.timer = setTimeout(() => this.turn(), Number(slideS) * 1000);
  }

  /** The next one that can be drawn; each is tried once a round. */
  async turn() {
    const { revision } = this;
    /** @type {HTMLElement | null} */
    let drawn = null;
    for (let tries = this.all.length; tries > 0 && !drawn; tries -= 1) {
      this.at = (this.at + 1) % this.all.length;
      drawn = await draw(this.all[this.at]);
      if (!this.shown || revision !== this.revision) return;
    }
    this.put(drawn);
    this.again();
  }

  put(drawn) {
    const barren = !drawn;
    place.replaceChildren(...(drawn ? [drawn] : []));
    if (barren !== this.barren) {
      this.barren = barren;
      this.changed();
    }
    fit(place);
  }
}

/** @param {Api.SlideOut} slide */
async function draw(slide) {
  if (!slide.picture) return announcement(slide);
  const picture = /** @type {HTMLImageElement} */ (
    el("img.leaf", { src: `/board/${board}/picture/${slide.picture}`, alt: slide.alt })
  );
  try {
    await picture.decode();
    return picture;
  } catch {
    return null;
  }
}

/** @param {Api.SlideOut} slide */
const announcement = ({ zh, en }) =>
  el("div.leaf.words", { "data-fit": "wrap" }, ...said(zh, "zh-CN"), ...said(en, "en"));

/** @param {string[] | null | undefined} lines
    @param {string} lang */
function said(lines, lang) {
  const [head, more] = lines ?? [];
  return [head && el("p.head", { lang }, head), more && el("p.more", { lang }, more)];
}
