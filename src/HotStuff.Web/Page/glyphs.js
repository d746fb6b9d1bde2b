/**
 * The mark of each kind: a shape of its own, so that none is told by its colour alone.
 * @typedef {object} Ink
 * @property {string} leader the colour of the replica that leads the view
 * @property {string} plain ordinary marks
 * @property {string} good certificates
 * @property {string} done commits
 * @property {string} trouble timers and complaints
 * @property {string} alarm timeout certificates and evidence
 * @property {string} paper what lies under the marks
 */

/** @typedef {(g: CanvasRenderingContext2D, r: number, ink: Ink) => void} Glyph draws around the origin within the radius r */

const polygon = (g, points) => {
  g.beginPath();
  for (const [x, y] of points) g.lineTo(x, y);
  g.closePath();
};

const regular = (g, corners, r, turn = 0) =>
  polygon(g, Array.from({ length: corners }, (_, i) => {
    const angle = turn + (2 * Math.PI * i) / corners;
    return [r * Math.cos(angle), r * Math.sin(angle)];
  }));

const fill = (g, colour) => {
  g.fillStyle = colour;
  g.fill();
};

const stroke = (g, colour, width) => {
  g.strokeStyle = colour;
  g.lineWidth = width;
  g.stroke();
};

const letter = (g, text, r, colour) => {
  g.fillStyle = colour;
  g.font = `700 ${Math.round(r * 1.35)}px system-ui, sans-serif`;
  g.textAlign = 'center';
  g.textBaseline = 'middle';
  g.fillText(text, 0, r * 0.08);
};

const disc = (g, r) => {
  g.beginPath();
  g.arc(0, 0, r, 0, 2 * Math.PI);
};

const tick = (g, r) => {
  g.beginPath();
  g.moveTo(-r * 0.55, r * 0.05);
  g.lineTo(-r * 0.1, r * 0.5);
  g.lineTo(r * 0.6, -r * 0.45);
};

const triangle = (g, r) => polygon(g, [[0, -r], [r, r * 0.8], [-r, r * 0.8]]);

/** @type {Record<string, Glyph>} */
export const glyphs = {
  entered(g, r, ink) {
    g.beginPath();
    g.moveTo(-r * 0.3, -r * 0.7);
    g.lineTo(r * 0.4, 0);
    g.lineTo(-r * 0.3, r * 0.7);
    stroke(g, ink.plain, r * 0.3);
  },
  proposed(g, r, ink) {
    g.beginPath();
    g.roundRect(-r, -r, 2 * r, 2 * r, r * 0.35);
    fill(g, ink.leader);
    letter(g, 'P', r, ink.paper);
  },
  proposalHeard(g, r, ink) {
    g.beginPath();
    g.roundRect(-r * 0.65, -r * 0.65, 1.3 * r, 1.3 * r, r * 0.25);
    fill(g, ink.paper);
    stroke(g, ink.leader, r * 0.3);
  },
  voted(g, r, ink) {
    disc(g, r * 0.85);
    fill(g, ink.paper);
    stroke(g, ink.plain, r * 0.2);
    tick(g, r * 0.8);
    stroke(g, ink.plain, r * 0.3);
  },
  voteHeard(g, r, ink) {
    disc(g, r * 0.4);
    fill(g, ink.plain);
  },
  certified(g, r, ink) {
    regular(g, 6, r * 1.1, Math.PI / 6);
    fill(g, ink.good);
    letter(g, 'Q', r, ink.paper);
  },
  locked(g, r, ink) {
    g.beginPath();
    g.arc(0, -r * 0.15, r * 0.45, Math.PI, 0);
    stroke(g, ink.good, r * 0.28);
    g.beginPath();
    g.roundRect(-r * 0.75, -r * 0.15, r * 1.5, r * 1.05, r * 0.2);
    fill(g, ink.good);
  },
  committed(g, r, ink) {
    disc(g, r);
    fill(g, ink.done);
    tick(g, r);
    stroke(g, ink.paper, r * 0.35);
  },
  timedOut(g, r, ink) {
    polygon(g, [[-r * 0.8, -r], [r * 0.8, -r], [-r * 0.8, r], [r * 0.8, r]]);
    fill(g, ink.trouble);
    stroke(g, ink.trouble, r * 0.2);
  },
  complained(g, r, ink) {
    triangle(g, r * 1.1);
    fill(g, ink.trouble);
    g.save();
    g.translate(0, r * 0.15);
    letter(g, '!', r * 0.95, ink.paper);
    g.restore();
  },
  complaintHeard(g, r, ink) {
    triangle(g, r * 0.7);
    fill(g, ink.paper);
    stroke(g, ink.trouble, r * 0.25);
  },
  gaveUp(g, r, ink) {
    regular(g, 8, r * 1.15, Math.PI / 8);
    fill(g, ink.alarm);
    letter(g, 'T', r, ink.paper);
  },
  viewChanged(g, r, ink) {
    for (const x of [-r * 0.6, r * 0.2]) {
      g.beginPath();
      g.moveTo(x, -r * 0.85);
      g.lineTo(x + r * 0.7, 0);
      g.lineTo(x, r * 0.85);
      stroke(g, ink.alarm, r * 0.4);
    }
  },
  started(g, r, ink) {
    g.beginPath();
    g.arc(0, 0, r * 0.8, -Math.PI * 0.3, Math.PI * 1.3);
    stroke(g, ink.plain, r * 0.3);
    g.beginPath();
    g.moveTo(0, -r);
    g.lineTo(0, -r * 0.1);
    stroke(g, ink.plain, r * 0.3);
  },
  refused(g, r, ink) {
    g.beginPath();
    for (const s of [-1, 1]) {
      g.moveTo(-r * 0.45, -r * 0.45 * s);
      g.lineTo(r * 0.45, r * 0.45 * s);
    }
    stroke(g, ink.plain, r * 0.25);
  },
  accused(g, r, ink) {
    g.beginPath();
    g.moveTo(-r * 0.6, -r);
    g.lineTo(-r * 0.6, r);
    stroke(g, ink.alarm, r * 0.25);
    polygon(g, [[-r * 0.6, -r], [r * 0.9, -r * 0.5], [-r * 0.6, r * 0.1]]);
    fill(g, ink.alarm);
  },
};
