// Days and times of appointments, as people of the shop's time zone say them.

import { plural, tr } from "./sentences.js";

export class Wording {
  #timeZone;

  constructor(timeZone) {
    this.#timeZone = timeZone;
  }

  time(moment) {
    return this.#said(moment, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  }

  /** The day, and from when until when. */
  span({ start, end }) {
    const day = this.#said(start, { month: "long", day: "numeric", weekday: "short" });
    return `${day} ${this.time(start)}–${this.time(end)}`;
  }

  /** A day that has no time: `12/1` and its weekday. */
  day(day) {
    const at = new Date(`${day}T00:00Z`);
    const said = (how) => at.toLocaleDateString(document.documentElement.lang, { ...how, timeZone: "UTC" });
    return [said({ month: "numeric", day: "numeric" }), said({ weekday: "short" })];
  }

  length(minutes) {
    const [hours, more] = [Math.floor(minutes / 60), minutes % 60];
    if (!hours) return tr("{minutes} minutes", { minutes });
    const whole = plural("1 hour", "{number} hours", hours);
    return more ? tr("{hours} {minutes} minutes", { hours: whole, minutes: more }) : whole;
  }

  #said(moment, how) {
    return new Date(moment).toLocaleString(document.documentElement.lang, { ...how, timeZone: this.#timeZone });
  }
}
