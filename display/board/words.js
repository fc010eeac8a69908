// What boards say in both languages at once, and how names stand on them.

import { el } from "#web/dom.js";

/** A name in both languages; the digits of the Chinese one large, since they are what one looks for. */
export function named(name) {
  const parts = name.zh.split(/(\d+)/).filter(Boolean);
  const zh = el("span.zh", {}, ...parts.map((part) => (/\d/.test(part) ? el("b", {}, part) : part)));
  return [zh, el("span.en", { lang: "en" }, name.en)];
}

export const CUES = {
  calling: ["正在叫号", "Now calling"],
  recall: ["再次呼叫", "Called again"],
  called: ["请到柜台", "Please go to the counter"],
  serving: ["办理中", "Being served"],
};

export const COUNTER_SAYS = {
  called: ["请到本柜台", "Please come to this counter"],
  serving: ["正在办理", "Being served"],
  open: ["请稍候", "One moment, please"],
  paused: ["暂停服务", "Back soon"],
  closed: ["暂未开放", "Closed"],
};

export const IDLE = {
  soon: ["请稍候，马上为您服务", "Please wait, we will call you soon"],
  welcome: ["欢迎光临，请取号", "Welcome, please take a number"],
  shut: ["柜台暂未开放", "The counters are not open now"],
  early: ["柜台尚未开放，请稍候", "The counters are not open yet, please wait"],
};

/** What stands there while nobody is called.
    @param {Api.BoardAreaOut[]} areas */
export function idleWords(areas) {
  const manned = areas.some((area) => area.open_counters > 0 || area.self_service);
  const waiting = areas.some((area) => area.waiting > 0);
  if (manned) return waiting ? IDLE.soon : IDLE.welcome;
  return waiting ? IDLE.early : IDLE.shut;
}

/** `90` as `2 分钟`, in both languages. */
export function ago(seconds) {
  if (seconds < 90) return [`${seconds} 秒`, `${seconds} s`];
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return [`${minutes} 分钟`, `${minutes} min`];
  const hours = Math.round(minutes / 60);
  return [`${hours} 小时`, `${hours} h`];
}
