// A live line to the branch. Whole states arrive; a page draws the last one and says when it is stale.

import { leaveIfShut } from "./api.js";
import { io } from "socket.io-client";

const ENDED_MS = 500;
const REFUSED_MS = 3000;

/** follow("/board", {auth, join, onState, events, onLine}): `join` is emitted after each connection;
    `onLine(up, ageSeconds)` is told once a second while the line is down, and once when it is up.
    @template {keyof Feed.States} N
    @param {N} namespace
    @param {{ auth?: object, join?: [string, ...any], onState: (state: Feed.States[N]) => void,
              events?: Record<string, (message: any) => void>, onLine?: (up: boolean, age: number) => void }} options */
export function follow(namespace, { auth = {}, join, onState, events = {}, onLine = () => {} }) {
  const socket = io(namespace, { auth, transports: ["websocket", "polling"], reconnectionDelayMax: 3000 });
  let heard = Date.now();
  let up = false;
  const tell = () => onLine(up, Math.round((Date.now() - heard) / 1000));
  const set = (now) => {
    up = now;
    tell();
  };
  socket.on("connect", () => {
    if (join) socket.emit(...join);
    set(true);
  });
  // What the branch ends or refuses, the client does not try again by itself.
  socket.on("disconnect", (why) => {
    set(false);
    if (why === "io server disconnect") setTimeout(() => socket.connect(), ENDED_MS);
  });
  socket.on("connect_error", () => {
    set(false);
    if (socket.active) return;
    leaveIfShut();
    setTimeout(() => socket.connect(), REFUSED_MS);
  });
  socket.on("state", (state) => {
    heard = Date.now();
    onState(state);
  });
  for (const [name, handle] of Object.entries(events)) socket.on(name, handle);
  setInterval(() => {
    if (up) heard = Date.now();
    else tell();
  }, 1000);
  return socket;
}
