import { answerProbe } from '@rekomi/vendor-emulation';
import type {
  EmulatedAnswer,
  EmulatedRequest,
  EmulatorFactory,
  VendorEmulator,
} from '@rekomi/provider-contract';
import { EmulatedControl } from './customer-io.emulator-control.js';
import { createDemoWorkspaces } from './customer-io.emulator-defaults.js';
import { EmulatedDoors } from './customer-io.emulator-doors.js';
import { ExchangeRing } from './customer-io.emulator-exchanges.js';
import { EMULATED_HOSTS } from './customer-io.emulator-model.js';
import { CustomerIoProbe } from './customer-io.emulator-probe.js';
import { EmulatorState } from './customer-io.emulator-state.js';

/**
 * Customer.io as its pages describe it in August 2026: Track API v1 and v2 and the App API, in the US and in the EU.
 * A success means that a write was taken, not that it did anything; what became of it stands in `GET activity`.
 */
export const customerIoEmulator: EmulatorFactory = (options) => {
  const state = new EmulatorState(options);
  if (state.workspaces.size === 0) createDemoWorkspaces(state);
  const doors = new EmulatedDoors(state);
  const exchanges = new ExchangeRing();
  const probe = new CustomerIoProbe(state, doors);
  const control = new EmulatedControl(state, doors, exchanges);

  const emulator: VendorEmulator = {
    slug: 'customer-io',
    hosts: EMULATED_HOSTS.map((host) => host.name),
    probe,
    handle(request: EmulatedRequest): EmulatedAnswer {
      const now = state.settle();
      const answer = doors.enter(request, now);
      exchanges.record(now, request, answer, routeOf(request.rawPath));
      return answer;
    },
    control: (method, path, query, body) =>
      control.call(method, path, query, body) ?? answerProbe(probe, { method, path, query, body }),
    outbox: {
      take: () => state.journeys.take(state.settle()),
      settle: (id, result) => state.commit({ k: 'webhook', a: state.now(), id, result }),
    },
  };
  return emulator;
};

/** The path with its variable parts taken out, as the vendor's description spells it. */
function routeOf(rawPath: string): string {
  const [, first, second, third, fourth, fifth] = rawPath.split('/');
  const collection = first === 'api' ? third : second;
  if (collection !== 'customers' && collection !== 'segments') return rawPath;
  const item = first === 'api' ? fourth : third;
  const action = first === 'api' ? fifth : fourth;
  const prefix = first === 'api' ? `/api/${second ?? ''}` : `/${first ?? ''}`;
  const variable =
    collection === 'segments' ? '/{segment_id}' : first === 'api' ? '/{identifier}' : '/{customer_id}';
  return `${prefix}/${collection}${item === undefined ? '' : variable}${action === undefined ? '' : `/${action}`}`;
}
