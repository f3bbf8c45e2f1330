// Seconds that run out, by this machine's steady clock: the server sends how many are left.

export class Countdown {
  #ends = {};
  #timer = null;
  #onTick;

  /** `onTick()` is called at once and each second, until all have run out. */
  constructor(onTick) {
    this.#onTick = onTick;
  }

  /** Names and whole seconds; one that is undefined does not run. */
  start(seconds) {
    this.stop();
    const now = performance.now();
    const running = Object.entries(seconds).filter(([, left]) => left !== undefined);
    this.#ends = Object.fromEntries(running.map(([name, left]) => [name, now + left * 1000]));
    this.#tick();
  }

  /** The whole seconds that are left, by name. */
  get left() {
    const now = performance.now();
    return Object.fromEntries(
      Object.entries(this.#ends).map(([name, end]) => [name, Math.max(0, Math.ceil((end - now) / 1000))]),
    );
  }

  stop() {
    clearTimeout(this.#timer);
  }

  #tick() {
    this.#onTick();
    if (Object.values(this.left).some((left) => left > 0)) this.#timer = setTimeout(() => this.#tick(), 1000);
  }
}
