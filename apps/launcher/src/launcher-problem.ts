/** Something the person at the terminal can put right. Shown as text, without a stack. */
export class LauncherProblem extends Error {
  override readonly name = 'LauncherProblem';
}
