const ROOMY = 5;
const MOST = 900;

/** Messages that are drawn whatever the rate: those of trouble. */
const RARE = new Set(['complaint', 'timeoutCertificate']);

/** Which are drawn when there is room, and how thick. */
const WIDTHS = { proposal: 1.6, vote: 1, complaint: 1.6, timeoutCertificate: 1.8, nextView: 1, commands: 0.7, fetch: 0.7, inquiry: 0.5, recollection: 0.5 };

/**
 * Draws messages as arrows from when and where they are sent to when and where they are heard; those under way end at now.
 * @param {import('./lanes.js').Field} field
 * @param {import('./timeline.js').Timeline<import('./history.js').Message>} messages
 * @param {number} detail pixels for each occurrence
 */
export function drawArrows(field, messages, detail) {
  const { items } = messages;
  // Messages are sorted by when they were sent; one that is seen may have left before what is seen begins.
  const first = messages.countTo(field.from - 0.5 * (field.to - field.from));
  const last = messages.countTo(field.to);
  const only = detail >= ROOMY && last - first < MOST ? null : RARE;
  for (let i = Math.max(first, last - 4 * MOST); i < last; i++) {
    const message = items[i];
    if (!(message.kind in WIDTHS) || (only && !only.has(message.kind))) continue;
    drawArrow(field, message);
  }
}

function drawArrow(field, message) {
  const { g, palette, x, y, lane, to } = field;
  const lost = message.heard == null;
  const start = { x: x(message.at), y: y(message.from) + lane / 2 };
  const heard = lost ? message.at + 0.02 * (to - field.from) : message.heard;
  const whole = { x: x(heard), y: y(message.to) + lane / 2 };
  // A lost message gets half the way.
  const part = Math.min(lost ? 0.5 : 1, heard > message.at ? (to - message.at) / (heard - message.at) : 1);
  const end = { x: start.x + (whole.x - start.x) * part, y: start.y + (whole.y - start.y) * part };
  if (end.x < field.left) return;
  g.strokeStyle = colour(palette, message);
  g.fillStyle = g.strokeStyle;
  g.lineWidth = WIDTHS[message.kind];
  g.globalAlpha = RARE.has(message.kind) ? 0.9 : 0.55;
  g.setLineDash(lost ? [3, 4] : []);
  g.beginPath();
  g.moveTo(start.x, start.y);
  g.lineTo(end.x, end.y);
  g.stroke();
  g.setLineDash([]);
  if (lost) drawCross(g, end);
  else if (part < 1) drawDot(g, end);
  else drawHead(g, start, end);
  g.globalAlpha = 1;
}

function colour(palette, message) {
  if (message.kind === 'proposal') return palette.leader(message.from);
  if (message.kind === 'complaint') return palette.trouble;
  if (message.kind === 'timeoutCertificate') return palette.alarm;
  return palette.plain;
}

function drawHead(g, start, end) {
  const angle = Math.atan2(end.y - start.y, end.x - start.x);
  g.beginPath();
  g.moveTo(end.x, end.y);
  for (const side of [-0.35, 0.35]) g.lineTo(end.x - 7 * Math.cos(angle + side), end.y - 7 * Math.sin(angle + side));
  g.fill();
}

function drawDot(g, end) {
  g.beginPath();
  g.arc(end.x, end.y, 3, 0, 2 * Math.PI);
  g.fill();
}

function drawCross(g, end) {
  g.lineWidth = 2;
  g.beginPath();
  for (const side of [-1, 1]) {
    g.moveTo(end.x - 4, end.y - 4 * side);
    g.lineTo(end.x + 4, end.y + 4 * side);
  }
  g.stroke();
}
