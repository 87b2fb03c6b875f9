/**
 * What `npm start` and `npm test` need before anything else: a new enough Node, the dependencies, a build.
 * Node built-ins only, because there may be no node_modules yet.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

const inRoot = (...parts) => path.join(root, ...parts);
const INSTALL_FLAGS = [
  ...['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'],
  ...['--include=dev', '--include=optional'],
];
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** Prints a problem without a stack and ends the process. */
function giveUp(message, code = 1) {
  process.stderr.write(`\n${message}\n`);
  process.exit(code);
}

/** Stops with a friendly sentence where the dependencies would fail with an obscure one. */
export function requireNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  const isEnough =
    (major === 20 && minor >= 19) ||
    (major === 22 && minor >= 13) ||
    (major === 24 && minor >= 11) ||
    major > 24;
  if (isEnough) return;
  giveUp(
    `Rekomi needs Node.js 20.19, 22.13, 24.11 or newer; this is ${version}.\n` +
      'Install a current one from https://nodejs.org (or: nvm install 22) and run the command again.',
  );
}

/** Installs when node_modules does not hold what package-lock.json says. Never runs a package's install script. */
export function installDependencies() {
  if (isInstalled()) return;
  process.stdout.write('Installing dependencies (the first time takes a minute) ...\n');
  // A lock file written where some platforms' optional packages could not be seen is refused by `npm ci`, although
  // everything needed here is in it: `npm install --no-save` installs the same versions and leaves the file alone.
  const printed = [];
  for (const command of [['ci'], ['install', '--no-save']]) {
    const result = runNpm([...command, ...INSTALL_FLAGS]);
    if (result.status === 0 && isInstalled()) return;
    printed.push(`npm ${command.join(' ')}: ${result.error?.message ?? result.stderr.trim()}`);
  }
  giveUp(
    `${printed.join('\n\n')}\n\nThe dependencies could not be installed.\n` +
      'They are fetched from the npm registry once; afterwards no network is needed. Behind a proxy: npm config set proxy <url>.',
  );
}

/** Compares package by package: also right when somebody ran npm themselves, or was interrupted. */
function isInstalled() {
  const installed = inRoot('node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  const present = readJson(installed).packages;
  return Object.entries(readJson(inRoot('package-lock.json')).packages).every(([place, wanted]) => {
    if (!place.includes('node_modules/') || wanted.optional || wanted.devOptional || wanted.peer) return true;
    return wanted.link ? existsSync(inRoot(place)) : present[place]?.version === wanted.version;
  });
}

function runNpm(args) {
  const options = { cwd: root, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' };
  // Inside `npm start` this is the npm that runs us, wherever it is installed.
  const npm = process.env.npm_execpath;
  if (npm && /npm-cli\.c?js$/.test(npm)) return spawnSync(process.execPath, [npm, ...args], options);
  return spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
}

/** Compiles when a source changed since the last build. */
export function buildProduct() {
  const stamp = inRoot('node_modules', '.cache', 'rekomi-build.json');
  const sources = hashOfSources();
  if (existsSync(stamp) && readJson(stamp).sources === sources && isBuilt()) return;
  process.stdout.write('Building ...\n');
  const compiler = inRoot('node_modules', 'typescript', 'bin', 'tsc');
  const result = spawnSync(process.execPath, [compiler, '-b', 'tsconfig.build.json'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (result.status !== 0) giveUp('The build failed; the compiler said why above.');
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, JSON.stringify({ sources }));
}

function isBuilt() {
  const projects = readJson(inRoot('tsconfig.build.json')).references;
  return projects.every(({ path: config }) =>
    existsSync(inRoot(path.dirname(config), 'dist', '.tsbuildinfo')),
  );
}

/** Contents, not times: a checkout or a copy changes the times of files that stay the same. */
function hashOfSources() {
  const hash = createHash('sha256').update(process.versions.node.split('.')[0]);
  const files = ['tsconfig.base.json', 'tsconfig.build.json', 'package-lock.json'];
  for (const folder of ['apps', 'libs']) files.push(...sourceFiles(folder));
  for (const file of files.sort()) hash.update(`\0${file}\0`).update(readFileSync(inRoot(file)));
  return hash.digest('hex');
}

function sourceFiles(folder) {
  return readdirSync(inRoot(folder), { withFileTypes: true }).flatMap((entry) => {
    const relative = path.join(folder, entry.name);
    if (entry.isDirectory())
      return ['dist', 'node_modules'].includes(entry.name) ? [] : sourceFiles(relative);
    return /\.(ts|json)$/.test(entry.name) && !/spec\.ts$/.test(entry.name) ? [relative] : [];
  });
}
