import { Presets, SingleBar } from 'cli-progress';

export interface ProgressState {
  readonly done: number;
  readonly total: number;
  /** What else is worth knowing: "3 held". */
  readonly note: string;
}

const LINE_EVERY_MS = 2_000;

/** A bar on a terminal; elsewhere a line now and then. */
export class Progress {
  readonly #bar: SingleBar | undefined;
  #started = false;
  #last: { readonly at: number; readonly text: string } | undefined;

  constructor(
    private readonly stream: NodeJS.WriteStream,
    private readonly options: { readonly quiet: boolean },
  ) {
    if (!stream.isTTY || options.quiet) return;
    this.#bar = new SingleBar(
      {
        stream,
        format: '  {bar} {value}/{total} deliveries  {note}',
        barsize: 30,
        hideCursor: true,
        // Interrupts are the command's own business.
        gracefulExit: false,
      },
      Presets.shades_classic,
    );
  }

  show({ done, total, note }: ProgressState): void {
    if (this.options.quiet || total === 0) return;
    if (this.#bar === undefined) return this.#line(done, total, note);
    if (this.#started) {
      this.#bar.setTotal(total);
      this.#bar.update(done, { note });
    } else {
      this.#started = true;
      this.#bar.start(total, done, { note });
    }
  }

  stop(): void {
    if (this.#started) this.#bar?.stop();
  }

  #line(done: number, total: number, note: string): void {
    const text = `  ${done}/${total} deliveries${note === '' ? '' : `  ${note}`}`;
    const now = performance.now();
    const due = this.#last === undefined || now - this.#last.at >= LINE_EVERY_MS || done === total;
    if (!due || this.#last?.text === text) return;
    this.#last = { at: now, text };
    this.stream.write(`${text}\n`);
  }
}
