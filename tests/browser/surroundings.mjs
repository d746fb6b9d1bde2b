import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The program that is tested. */
export const hotstuff = process.env.HOTSTUFF ?? join(root, 'src/HotStuff.Host/bin/Release/net10.0/hotstuff');

/** Where pictures go; without it none are made. */
const pictures = process.env.PICTURES;

/** Takes a picture of what the window shows. */
export async function shoot(page, name) {
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `page-${name}.png`) });
}
