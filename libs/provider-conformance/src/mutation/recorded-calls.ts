import type {
  Answered,
  CrmProvider,
  ProviderAccess,
  ProviderCall,
  VendorRequest,
} from '@rekomi/provider-contract';
import { Connection } from '../connection.js';
import { scenesOf } from '../scenes.js';
import { Stage } from '../stage.js';
import type { Subject } from '../subject.js';
import { Watch } from '../watch.js';

/** A request of a call, and what the emulated vendor said to it. */
export interface RecordedExchange {
  readonly request: VendorRequest;
  readonly answer: Answered;
  /** Whether the vendor changed something because of it. */
  readonly wrote: boolean;
}

/** One call of a provider as a scene of the suite made it, with everything to make it again without a vendor. */
export interface RecordedCall {
  readonly scene: string;
  readonly call: ProviderCall;
  /** What the provider was given beside `access`. */
  readonly input: unknown;
  readonly access: Omit<ProviderAccess, 'http' | 'memo' | 'now'>;
  readonly exchanges: readonly RecordedExchange[];
}

const DURING = 'mutated-answers';

/**
 * Plays every scene, and verification, once over loopback against the emulated vendor, and keeps what was said. Each
 * scene is rehearsed before, so that what a vendor makes once for all (a field of ours) is there.
 */
export async function recordCalls(subject: Subject): Promise<readonly RecordedCall[]> {
  const calls: RecordedCall[] = [];
  const scenes = [
    ...scenesOf(subject.provider).map(({ name, prepare }) => ({ name, prepare })),
    {
      name: 'verification',
      prepare: async () => ({
        perform: async (connection: Connection) => connection.verify().then(() => undefined),
      }),
    },
  ];
  for (const { name, prepare } of scenes) {
    const stage = await Stage.open(subject, new Watch(), DURING);
    try {
      await (await prepare(stage)).perform(stage.connect());
      const act = await prepare(stage);
      const from = stage.emulator.arrivals.length;
      const connection = stage.connect();
      const given: { call?: ProviderCall; input?: unknown } = {};
      await act.perform(
        new Connection({
          provider: noting(subject.provider, given),
          watch: new Watch(),
          during: DURING,
          access: connection.access,
          http: connection.access.http,
          impatient: connection.access.http,
        }),
      );
      const { access } = connection;
      const { settings, region } = access;
      const exchanges = connection.sent.flatMap(({ request, answer }, at) =>
        answer.kind === 'answered'
          ? [{ request, answer, wrote: stage.emulator.arrivals[from + at]?.wrote === true }]
          : [],
      );
      if (given.call === undefined) continue;
      calls.push({
        scene: name,
        call: given.call,
        input: given.input,
        access: {
          settings,
          has: (field) => access.has(field),
          hint: (field) => access.hint(field),
          ...(region === undefined ? {} : { region }),
        },
        exchanges,
      });
    } finally {
      await stage.close();
    }
  }
  return calls;
}

/** The same provider, with a note of what it is asked. */
function noting(provider: CrmProvider, given: { call?: ProviderCall; input?: unknown }): CrmProvider {
  return new Proxy(provider, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (access: ProviderAccess, input: unknown) => {
        given.call = name as ProviderCall;
        given.input = structuredClone(input);
        return (value as (access: ProviderAccess, input: unknown) => unknown).call(target, access, input);
      };
    },
  });
}
