/** `npm run account -- reset ADDRESS`: one-time links for people who cannot get in. The work is in apps/launcher. */
import { existsSync } from 'node:fs';
import path from 'node:path';

import { requireNode, root } from './prepare.mjs';

requireNode();
const launcher = path.join(root, 'apps/launcher/dist/account.js');
if (!existsSync(launcher)) {
  process.stderr.write('The product is not built yet. Run npm start first.\n');
  process.exit(1);
}
const { account } = await import('../apps/launcher/dist/account.js');
process.exit(await account(process.argv.slice(2), process.env, root));
