import { notFound, problem, type ProblemException } from '@rekomi/http';
import { type DeliveryReplayRefusal, MOST_REPLAYED_AT_ONCE } from '@rekomi/sync';

const STATE_TEXTS = {
  previewed: 'It was not started.',
  running: 'It runs.',
  cancelling: 'It is about to stop. Try again in a second.',
  cancelled: 'It is cancelled.',
  finished: 'It is finished. Create another one to bring the same again.',
  failed: 'It has failed.',
} as const;

/** Why a replay was not granted, as an answer of the API. */
export function replayRefusal(refused: DeliveryReplayRefusal, id: string): ProblemException {
  switch (refused) {
    case 'not_found':
      return notFound('replay', id);
    case 'too_many': {
      const most = MOST_REPLAYED_AT_ONCE.toLocaleString('en');
      const detail = `The filter matches more than ${most} deliveries. Replay them in shorter stretches of time.`;
      return problem('unprocessable', {
        detail,
        errors: [{ pointer: '#/filter', code: 'too_many', detail }],
      });
    }
    case 'nothing':
      return problem('state_conflict', {
        detail: 'The filter matched nothing, so there is nothing to start.',
      });
    case 'unconfirmed': {
      const detail = 'The filter matches everything. To start it all the same, send confirm: all.';
      return problem('state_conflict', {
        detail,
        errors: [{ pointer: '#/confirm', code: 'confirmation_needed', detail }],
      });
    }
    default: {
      if ('unknownConnection' in refused) {
        const detail = `There is no such connection: ${refused.unknownConnection}.`;
        return problem('not_found', {
          detail,
          errors: [{ pointer: '#/filter/connections', code: 'connection_not_found', detail }],
        });
      }
      return problem('state_conflict', { detail: STATE_TEXTS[refused.state] });
    }
  }
}
