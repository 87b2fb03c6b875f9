import { joinDeltas, Progress, together, type Outcome, type WrittenDelta } from '@rekomi/provider-contract';

/** What became of the steps of one call so far, in one audience after the other. */
export class AudienceProgress extends Progress {
  private taken: WrittenDelta = {};

  /** Something was taken away, which counts once it is gone in every audience; see `settle`. */
  takeAway(delta: WrittenDelta): void {
    this.sent = true;
    this.taken = joinDeltas(this.taken, delta);
  }

  settle(): void {
    this.steps = together({ written: this.taken }, this.steps);
  }

  /** `last` names what holds for the whole contact, if anything was written at all. */
  override outcome(last: WrittenDelta = {}): Outcome {
    if (this.sent) this.add(last);
    return super.outcome();
  }
}
