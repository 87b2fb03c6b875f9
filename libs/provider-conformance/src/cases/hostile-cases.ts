import type { VendorAnswer } from '@rekomi/provider-contract';
import { Findings, must } from '../checks.js';
import { claimsAbout } from '../claims.js';
import type { CaseContext, ConformanceCase } from '../conformance-case.js';
import type { Connection, FaultPlan } from '../connection.js';
import { bodyIsTheVendors, FALSE_ANSWERS } from '../false-answers.js';
import { told } from '../landing.js';
import { scenesOf, type Act, type Result, type Scene } from '../scenes.js';
import { Trap, type Stage } from '../stage.js';
import { resetHeadersOf } from '../vendor-kinds.js';

/** One scene with one fault at one of its requests, played. */
interface Played {
  readonly scene: Scene;
  readonly stage: Stage;
  readonly act: Act;
  readonly fault: string;
  /** Counts from 0. */
  readonly at: number;
  /** Whether the request changed something at the vendor when nothing was wrong. */
  readonly writes: boolean;
  readonly results: readonly Result[];
  /** What the vendor said to this request when nothing was wrong. */
  readonly own: VendorAnswer | undefined;
  /** What the vendor says when it knows nobody of that address; an answer like that is an answer. */
  readonly aboutNobody: readonly VendorAnswer[];
}

/** No more, so that a slow machine is not flooded with what has to be under way before the waiting ends. */
const HANGING_SCENES = 3;

const plan =
  (at: number, fault: string): FaultPlan =>
  (_, index) =>
    index === at ? fault : undefined;

/** Every scene, every request of it, every fault; `judge` says what is wrong with what came of it. */
async function playAll(
  { subject, stage }: CaseContext,
  faults: readonly string[],
  judge: (played: Played, findings: Findings) => void | Promise<void>,
): Promise<void> {
  const findings = new Findings();
  const play = async (scene: Scene): Promise<void> => {
    const here = await stage();
    // What a vendor makes once for all (a field of ours) is made before, so that the rounds are like the rehearsal.
    await (await scene.prepare(here)).perform(here.connect());
    const rehearsal = here.connect();
    const rehearsed = await scene.prepare(here);
    const from = here.emulator.arrivals.length;
    await rehearsed.perform(rehearsal);
    const arrivals = here.emulator.arrivals.slice(from);
    const nobody = here.connect();
    await rehearsed.aboutNobody?.(nobody);
    const aboutNobody = nobody.sent.map(({ answer }) => answer);
    const round = async (at: number, fault: string): Promise<void> => {
      const act = await scene.prepare(here);
      const results = await act.perform(here.connect({ fault: plan(at, fault) }));
      const arrival = arrivals[at];
      // A vendor may get on with a job while it is asked how far it is.
      const writes = arrival?.wrote === true && arrival.request.method !== 'GET';
      const own = rehearsal.sent[at]?.answer;
      await judge({ scene, stage: here, act, fault, at, writes, results, own, aboutNobody }, findings);
    };
    const rounds = distinct(rehearsal).flatMap((at) => faults.map((fault) => [at, fault] as const));
    // What hangs is waited for side by side; the rest in turn, because it shares one vendor.
    const hanging = rounds.filter(([, fault]) => fault.includes('hang'));
    for (const [at, fault] of rounds) if (!fault.includes('hang')) await round(at, fault);
    await Promise.all(hanging.map(([at, fault]) => round(at, fault)));
  };
  const scenes = [...scenesOf(subject.provider)];
  const inTurn = async (): Promise<void> => {
    for (let next = scenes.shift(); next !== undefined; next = scenes.shift()) {
      await play(next).catch((err: unknown) => {
        // Nothing more is begun.
        scenes.length = 0;
        throw err;
      });
    }
  };
  // Each scene has a vendor of its own. Where all that is done is waiting, a few of them go side by side.
  const sideBySide = faults.every((fault) => fault.includes('hang')) ? HANGING_SCENES : 1;
  // All of them are waited for, also when one fails: what begins after the case has ended is closed by nobody.
  const ends = await Promise.allSettled(Array.from({ length: sideBySide }, inTurn));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  findings.settle();
}

/** Positions of the requests that differ by more than names and numbers: alike ones are read by the same lines. */
function distinct({ sent }: Connection): readonly number[] {
  const shapes = sent.map(({ request: { method, host, path } }) => {
    const shape = path.replace(/[^/]*[%@][^/]*/g, '*').replace(/[0-9a-f]{32}|[^/]*\d{3,}[^/]*/g, '*');
    return `${method} ${host}${shape}`;
  });
  return sent.map((_, at) => at).filter((at) => shapes.indexOf(shapes[at] ?? '') === at);
}

function words({ scene, fault, at }: Played, result: Result): string {
  return `${scene.name}, request ${at + 1} meets ${fault}: ${result.kind}${result.code === undefined ? '' : ` ${result.code}`}`;
}

/** A success must be true whatever was wrong; a failure must be of these kinds. */
function expectKinds(played: Played, findings: Findings, kinds: readonly string[]): void {
  for (const result of played.results) {
    for (const lie of result.lies) findings.add(`${words(played, result)}, but missing: ${lie}`);
    findings.unless(
      result.success || kinds.includes(result.kind),
      `${words(played, result)}; expected ${kinds.join(' or ')}`,
    );
  }
}

const throttled: ConformanceCase = {
  id: 'fault-429',
  title: 'A 429 is "throttled", until when the vendor says: Retry-After in seconds, as a date, or not at all',
  rule: 'hostile-vendor',
  run: (context) =>
    playAll(context, ['429', '429-retry-after-seconds;30', '429-retry-after-date;90'], (played, findings) => {
      expectKinds(played, findings, ['throttled', 'unavailable']);
      const seconds = played.fault === '429' ? undefined : played.fault.includes('date') ? 90 : 30;
      const failed = played.results.filter(({ success }) => !success);
      findings.unless(
        failed.length === 0 || failed.some(({ kind }) => kind === 'throttled'),
        `${played.scene.name}, request ${played.at + 1} meets ${played.fault}: nothing was told as throttled`,
      );
      for (const result of failed.filter(({ kind }) => kind === 'throttled')) {
        const now = played.stage.clock.now();
        const wait = result.until === undefined ? undefined : (result.until.getTime() - now) / 1000;
        const right =
          seconds === undefined ? wait === undefined : wait !== undefined && Math.abs(wait - seconds) <= 5;
        findings.unless(
          right,
          `${words(played, result)} until ${String(result.until?.toISOString())}, ${String(wait)} s from now`,
        );
      }
    }),
};

const ownHeaders: ConformanceCase = {
  id: 'fault-429-own-header',
  title: 'A 429 with a header of the vendor’s own is throttled until then',
  rule: 'hostile-vendor',
  proves: claimsAbout('reset header:'),
  appliesTo: (manifest) =>
    resetHeadersOf(manifest).length > 0 ? true : 'The vendor has no header of its own for it.',
  run: (context) =>
    playAll(
      context,
      resetHeadersOf(context.manifest).map((name) => `429-header;${name}=45`),
      (played, findings) => {
        expectKinds(played, findings, ['throttled', 'unavailable']);
        for (const result of played.results.filter(({ kind }) => kind === 'throttled')) {
          const wait = ((result.until?.getTime() ?? 0) - played.stage.clock.now()) / 1000;
          findings.unless(Math.abs(wait - 45) <= 5, `${words(played, result)}, ${wait} s from now`);
        }
      },
    ),
};

const broken: ConformanceCase = {
  id: 'fault-5xx',
  title: 'A 500, a 503 and a 502 with a page are "unavailable", and the same call works afterwards',
  rule: 'hostile-vendor',
  run: (context) =>
    playAll(context, ['500', '503', '502-html'], async (played, findings) => {
      expectKinds(played, findings, ['unavailable', 'ambiguous', 'throttled']);
      await expectRecovery(played, findings);
    }),
};

const silent: ConformanceCase = {
  id: 'fault-timeout',
  title:
    'Without an answer in time a write is "ambiguous" and a look "unavailable", and the same call works afterwards',
  rule: 'hostile-vendor',
  waits: true,
  run: (context) =>
    playAll(context, ['hang', 'apply-then-hang', 'hang-in-body'], async (played, findings) => {
      expectUnanswered(played, findings, 'vendor_timeout');
      await expectRecovery(played, findings);
    }),
};

const cut: ConformanceCase = {
  id: 'fault-cut',
  title:
    'A connection that is cut before or in the answer makes a write "ambiguous", and the same call works afterwards',
  rule: 'hostile-vendor',
  run: (context) =>
    playAll(context, ['reset', 'apply-then-reset', 'truncate'], async (played, findings) => {
      expectUnanswered(played, findings, 'vendor_cut');
      await expectRecovery(played, findings);
    }),
};

const garbage: ConformanceCase = {
  id: 'fault-garbage',
  title: 'Broken JSON and an answer without end are no success and no verdict on keys or data',
  rule: 'hostile-vendor',
  run: (context) =>
    playAll(context, ['garbage', 'too-large'], (played, findings) => {
      expectKinds(played, findings, ['unavailable', 'ambiguous', 'ignored']);
    }),
};

const slow: ConformanceCase = {
  id: 'fault-slow',
  title: 'A slow answer is an answer',
  rule: 'hostile-vendor',
  run: (context) =>
    playAll(context, ['slow;30'], (played, findings) => {
      for (const result of played.results) {
        findings.unless(result.success && result.lies.length === 0, words(played, result));
      }
    }),
};

const twice: ConformanceCase = {
  id: 'fault-applied-twice',
  title: 'A request that reaches the vendor twice does no harm that shows',
  rule: 'hostile-vendor',
  run: (context) =>
    playAll(context, ['apply-twice'], (played, findings) => {
      expectKinds(played, findings, ['refused', 'unavailable', 'ambiguous', 'misconfigured', 'ignored']);
    }),
};

const revoked: ConformanceCase = {
  id: 'fault-revoked-midway',
  title: 'Keys that are deleted in the middle of a call are told as unauthorised',
  rule: 'hostile-vendor',
  run: async ({ subject, stage }) => {
    const findings = new Findings();
    for (const scene of scenesOf(subject.provider)) {
      const rehearsal = await stage();
      const first = rehearsal.connect();
      const rehearsed = await scene.prepare(rehearsal);
      await rehearsed.perform(first);
      for (let at = 0; at < first.sent.length; at += 1) {
        const here = await stage();
        const act = await scene.prepare(here);
        const results = await act.perform(here.connect({ fault: plan(at, 'revoke-keys') }));
        for (const result of results) {
          const said = `${scene.name}, keys deleted before request ${at + 1}: ${result.kind} ${result.code ?? ''}`;
          for (const lie of result.lies) findings.add(`${said}, but missing: ${lie}`);
          // A look that only adds detail may fail without failing the call.
          findings.unless(
            result.kind === 'unauthorised' || (at > 0 && (result.success || result.kind === 'unavailable')),
            said,
          );
        }
      }
    }
    findings.settle();
  },
};

const redirects: ConformanceCase = {
  id: 'fault-redirect',
  title: 'A redirect to another host is not followed, and nobody there hears of the credentials',
  rule: 'secrets',
  run: async (context) => {
    const trap = await Trap.set();
    try {
      const faults = ['301', '302', '307', '308'].map((status) => `${status};${trap.origin}`);
      await playAll(context, faults, (played, findings) => {
        expectKinds(played, findings, ['unavailable', 'unauthorised', 'ambiguous', 'refused']);
      });
      must(trap.visits === 0, `the host that the redirects named was called ${trap.visits} times`);
    } finally {
      await trap.close();
    }
  },
};

const falseSuccess: ConformanceCase = {
  id: 'false-answers',
  title:
    'Whatever a proxy answers in the vendor’s place is no success, and passing troubles are not called permanent',
  rule: 'positive-sign',
  run: (context) =>
    playAll(
      context,
      FALSE_ANSWERS.map(({ fault }) => fault),
      (played, findings) => {
        const answer = FALSE_ANSWERS.find(({ fault }) => fault === played.fault);
        must(answer, 'an unknown false answer');
        if ([played.own, ...played.aboutNobody].some((own) => bodyIsTheVendors(answer, own))) return;
        // About one person a 404 is an answer: there is nobody.
        const asksForPerson = ['readContact', 'removeContact', 'eraseContact'].includes(played.scene.call);
        const nobodyThere = asksForPerson && (answer.status === 404 || answer.status === 410);
        for (const result of played.results) {
          if (!nobodyThere)
            for (const lie of result.lies) findings.add(`${words(played, result)}, but missing: ${lie}`);
          const passing = answer.status >= 500 || answer.status === 429;
          const permanent = ['refused', 'unauthorised', 'misconfigured'].includes(result.kind);
          findings.unless(!passing || !permanent, `${words(played, result)}, which is permanent`);
          const blamed = ['unauthorised', 'misconfigured'].includes(result.kind);
          findings.unless(
            answer.status > 299 || !blamed,
            `${words(played, result)}, which blames the merchant`,
          );
        }
      },
    ),
};

const echoed: ConformanceCase = {
  id: 'secrets-echoed',
  title: 'A vendor that quotes the request with its key in an error does not make the key appear',
  rule: 'secrets',
  run: (context) =>
    playAll(context, ['echo'], (played, findings) => {
      for (const result of played.results) {
        for (const lie of result.lies) findings.add(`${words(played, result)}, but missing: ${lie}`);
      }
    }),
};

export const HOSTILE_CASES = [
  throttled,
  ownHeaders,
  broken,
  silent,
  cut,
  garbage,
  slow,
  twice,
  revoked,
  redirects,
  falseSuccess,
  echoed,
];

/** Of the write that got no answer: ambiguous. Of a look: unavailable. */
function expectUnanswered(played: Played, findings: Findings, code: string): void {
  const { writes, results, fault } = played;
  const failed = results.filter(({ success }) => !success);
  for (const result of results) {
    for (const lie of result.lies) findings.add(`${words(played, result)}, but missing: ${lie}`);
    const known = result.success || ['ambiguous', 'unavailable', 'throttled'].includes(result.kind);
    findings.unless(known, `${words(played, result)}; expected ambiguous or unavailable`);
  }
  if (!writes) return;
  findings.unless(
    failed.length > 0,
    `${played.scene.name}, request ${played.at + 1} meets ${fault}: told as a success`,
  );
  if (failed.length === 0) return;
  findings.unless(
    failed.some(({ kind, code: told_ }) => kind === 'ambiguous' && told_ === code),
    `${words(played, failed[0] as Result)}; a write without an answer is ambiguous ${code}`,
  );
}

/** The same call once more, with nothing wrong. */
async function expectRecovery(
  { scene, stage, act, fault, at, results }: Played,
  findings: Findings,
): Promise<void> {
  if (results.every(({ success }) => success)) return;
  // A list that was made is not made twice by asking again: the engine does not repeat it.
  if (scene.call === 'createAudience') return;
  const again = await act.perform(stage.connect());
  for (const result of again) {
    const said = `${scene.name} again after ${fault} at request ${at + 1}: ${told(result)}`;
    findings.unless(result.success, said);
    for (const lie of result.lies) findings.add(`${said}, but missing: ${lie}`);
  }
}
