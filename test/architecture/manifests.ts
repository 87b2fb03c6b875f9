import { importsOf, isTest, type SourceFile } from './source-file.js';
import { folderOf, type RootManifest, type Workspace } from './workspaces.js';

/** Where `package.json`, `tsconfig.build.json` and the imports of a workspace disagree about what it needs. */
export function disagreeingManifests(
  workspaces: readonly Workspace[],
  files: readonly SourceFile[],
): readonly string[] {
  return workspaces.flatMap((workspace) => {
    const own = files.filter((file) => folderOf(file.path) === workspace.folder);
    const built = packagesOf(own.filter((file) => !isTest(file)));
    const all = packagesOf(own);
    const { folder, dependencies, references } = workspace;
    return [
      ...missingFrom(dependencies, all).map((name) => `${folder}/package.json lacks @rekomi/${name}.`),
      ...missingFrom(all, dependencies).map(
        (name) => `${folder}/package.json names @rekomi/${name} in vain.`,
      ),
      ...missingFrom(references, built).map(
        (name) => `${folder}/tsconfig.build.json lacks a reference to ${name}.`,
      ),
      ...missingFrom(dependencies, references).map(
        (name) => `${folder}/tsconfig.build.json refers to ${name}, package.json does not.`,
      ),
    ];
  });
}

/** Workspaces that `npm run build` or the Nest command line forgets. */
export function forgottenWorkspaces(
  workspaces: readonly Workspace[],
  root: Pick<RootManifest, 'built' | 'projects'>,
): readonly string[] {
  const folders = workspaces.map(({ folder }) => folder);
  return [
    ...missingFrom(root.built, folders).map((folder) => `tsconfig.build.json lacks ${folder}.`),
    ...missingFrom(root.projects, folders).map((folder) => `nest-cli.json lacks ${folder}.`),
  ];
}

/** Packages that the product imports although an installation without development dependencies has none of them. */
export function undeclaredPackages(
  files: readonly SourceFile[],
  root: Pick<RootManifest, 'dependencies'>,
): readonly string[] {
  return files
    .filter((file) => folderOf(file.path) !== undefined && !isTest(file))
    .flatMap((file) =>
      importsOf(file)
        .filter(({ specifier }) => !/^(\.|node:|@rekomi\/)/.test(specifier))
        .filter(({ specifier }) => !root.dependencies.includes(packageOf(specifier)))
        .map(({ specifier, line }) => `${file.path}:${line} imports ${specifier}, not a dependency.`),
    );
}

function packagesOf(files: readonly SourceFile[]): readonly string[] {
  const names = files.flatMap((file) =>
    importsOf(file).flatMap(({ specifier }) => /^@rekomi\/([^/]+)/.exec(specifier)?.[1] ?? []),
  );
  return [...new Set(names)].sort();
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function missingFrom(present: readonly string[], wanted: readonly string[]): readonly string[] {
  return wanted.filter((name) => !present.includes(name));
}
