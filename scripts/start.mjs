/** `npm start`: install, build, run. Everything after the build is apps/launcher. */
import { buildProduct, installDependencies, requireNode, root } from './prepare.mjs';

requireNode();
installDependencies();
buildProduct();

const { main } = await import('../apps/launcher/dist/main.js');
process.exit(await main(process.argv.slice(2), process.env, root));
