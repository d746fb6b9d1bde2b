const LEADERS = 8;

/** The colours of the page as CSS has them, for what is drawn on canvases. Read again when the theme changes. */
export class Palette {
  constructor() {
    this.read();
  }

  read() {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(`--${name}`).trim();
    this.paper = colour('surface');
    this.text = colour('text');
    this.quiet = colour('quiet');
    this.line = colour('line');
    this.plain = colour('mark');
    this.good = colour('good');
    this.done = colour('done');
    this.trouble = colour('trouble');
    this.alarm = colour('alarm');
    this.outage = colour('outage');
    this.accent = colour('accent');
    this.isDark = colour('dark') === '1';
    this.leaders = Array.from({ length: LEADERS }, (_, i) => colour(`leader-${i}`));
  }

  /**
   * The colour of a replica, where it leads.
   * @param {number} replica
   */
  leader(replica) {
    // Beyond the hand-picked ones: hues by the golden angle, which never come close to each other soon.
    return this.leaders[replica] ?? `hsl(${(replica * 137.5) % 360} 45% ${this.isDark ? 66 : 44}%)`;
  }

  /**
   * What a mark of a replica is drawn with.
   * @param {number} leader
   * @returns {import('./glyphs.js').Ink}
   */
  ink(leader) {
    return { leader: this.leader(leader), plain: this.plain, good: this.good, done: this.done, trouble: this.trouble, alarm: this.alarm, paper: this.paper };
  }
}
