/** How long nothing has moved, by a clock that only goes forward. */
export class Stillness {
  private movedAt = performance.now();

  moved(): void {
    this.movedAt = performance.now();
  }

  get forMs(): number {
    return performance.now() - this.movedAt;
  }
}
