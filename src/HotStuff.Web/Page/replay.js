import { App } from './app.js';
import { byId, setText } from './element.js';
import { History } from './history.js';
import { Metrics } from './metrics.js';
import { Narration } from './narration.js';
import { Player, SPEEDS } from './player.js';

const POINTS = 120;
/** How long a whole run is played by itself, about, in real milliseconds. */
const SITTING = 60_000;

/** The page of a simulated run, which is in the page. */
function replay() {
  const trace = JSON.parse(byId('trace').textContent);
  document.body.dataset.mode = 'replay';
  const history = new History(trace.cluster);
  const narration = new Narration(history);
  const metrics = new Metrics(Math.max(1, trace.duration / POINTS), 2 * POINTS, true);
  history.listen(narration);
  history.listen(metrics);
  const player = new Player(history);
  for (const note of trace.notes) history.addNote(note);
  for (const frame of trace.frames) history.addFrame(frame);
  for (const message of trace.messages) history.addMessage(message);
  history.begin = 0;
  history.end = trace.duration;
  const app = new App(history, player, narration, metrics);
  history.settle(Infinity);
  player.head = 0;
  player.setSpeed(SPEEDS.find((speed) => trace.duration / speed <= SITTING) ?? 1);
  player.span = player.targetSpan;
  setText(byId('title'), trace.title);
  setText(byId('what'), `${byId('what').textContent} · made by: ${trace.command}`);
  document.title = trace.title;
  if (!matchMedia('(prefers-reduced-motion: reduce)').matches) player.toggle();
  app.run();
}

replay();
