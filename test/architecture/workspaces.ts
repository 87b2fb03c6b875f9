import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What a workspace says about itself, in the two files that the package manager and the compiler read. */
export interface Workspace {
  /** `sync`, `server`, …: the folder's name and the package's name behind `@rekomi/`. */
  readonly name: string;
  /** `libs/sync`. */
  readonly folder: string;
  /** Names behind `@rekomi/` in `dependencies`. */
  readonly dependencies: readonly string[];
  /** Names of the workspaces that `tsconfig.build.json` refers to. */
  readonly references: readonly string[];
}

export interface RootManifest {
  readonly dependencies: readonly string[];
  /** Folders named in the root `tsconfig.build.json`. */
  readonly built: readonly string[];
  /** Folders of the projects in `nest-cli.json`. */
  readonly projects: readonly string[];
}

/** The workspace that a path belongs to; undefined for `test/` and `scripts/`. */
export function folderOf(file: string): string | undefined {
  return /^(apps|libs)\/[^/]+(?=\/)/.exec(file)?.[0];
}

export function nameOf(folder: string): string {
  return folder.slice(folder.indexOf('/') + 1);
}

export function readWorkspaces(root: string): readonly Workspace[] {
  return ['apps', 'libs'].flatMap((ring) =>
    readdirSync(path.join(root, ring))
      .map((name) => `${ring}/${name}`)
      .filter((folder) => existsSync(path.join(root, folder, 'package.json')))
      .map((folder) => readWorkspace(root, folder)),
  );
}

export function readRootManifest(root: string): RootManifest {
  const manifest = readJson<{ dependencies: Record<string, string> }>(root, 'package.json');
  const nest = readJson<{ projects: Record<string, { root: string }> }>(root, 'nest-cli.json');
  return {
    dependencies: Object.keys(manifest.dependencies),
    built: referencesOf(root, '.'),
    projects: Object.values(nest.projects).map((project) => project.root),
  };
}

function readWorkspace(root: string, folder: string): Workspace {
  const manifest = readJson<{ dependencies?: Record<string, string> }>(root, `${folder}/package.json`);
  return {
    name: nameOf(folder),
    folder,
    dependencies: Object.keys(manifest.dependencies ?? {})
      .filter((name) => name.startsWith('@rekomi/'))
      .map((name) => name.slice('@rekomi/'.length)),
    references: referencesOf(root, folder).map(nameOf),
  };
}

function referencesOf(root: string, folder: string): readonly string[] {
  const file = `${folder}/tsconfig.build.json`;
  const { references = [] } = readJson<{ references?: readonly { path: string }[] }>(root, file);
  return references.map((reference) => path.posix.join(folder, path.posix.dirname(reference.path)));
}

function readJson<T>(root: string, file: string): T {
  return JSON.parse(readFileSync(path.join(root, file), 'utf8')) as T;
}
