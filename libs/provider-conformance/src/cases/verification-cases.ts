import type { ProviderManifest, Verification } from '@rekomi/provider-contract';
import { Findings, must, shown } from '../checks.js';
import { claimsAbout } from '../claims.js';
import type { ConformanceCase } from '../conformance-case.js';
import type { FaultPlan } from '../connection.js';
import { told } from '../landing.js';
import { bodyIsTheVendors, FALSE_ANSWERS } from '../false-answers.js';
import type { Stage } from '../stage.js';

/** After these no answer says anything about the keys. */
const UNREACHABLE_BY = [
  ...['hang', 'hang-in-body', 'reset', 'truncate', '500', '502-html', '503', '429'],
  ...['429-retry-after-seconds;30', 'garbage', 'too-large'],
];

const everyRequest =
  (fault: string): FaultPlan =>
  () =>
    fault;

const valid: ConformanceCase = {
  id: 'verify-valid',
  title: 'Good credentials are valid: the account is named, and every right says what it is worth',
  rule: 'verification',
  proves: claimsAbout('credential:', 'account hosts:'),
  run: async ({ manifest, stage }) => {
    const here = await stage();
    const connection = here.connect({ region: 'unknown' });
    const made = await connection.verify();
    if (made.kind === 'untestable') return mustBeUntestable(here);
    must(made.kind === 'valid', `the first account of the emulator came to ${told(made)}`);
    const findings = new Findings();
    const { accountName } = here.account;
    if (accountName !== undefined) {
      findings.unless(
        made.account.name === accountName,
        `the account is called ${accountName} and was told as ${shown(made.account.name)}`,
      );
    }
    findings.unless(made.rights.length > 0, 'no right is named');
    for (const right of made.rights) {
      findings.unless(
        right.granted || (right.detail ?? '').length > 10,
        `the right ${right.name} is missing without a word of what is lost`,
      );
    }
    findings.unless(made.checks.length > 0, 'no check of a credential is told');
    const suffixes = (manifest.accountHosts ?? []).map(({ suffix }) => suffix);
    findings.unless(
      suffixes.length === 0 ||
        connection.sent.some(({ request }) => suffixes.some((suffix) => request.host.endsWith(suffix))),
      `no request went to a host of the account (*${suffixes.join(', *')})`,
    );
    findings.settle();
  },
};

const writesNothing: ConformanceCase = {
  id: 'verify-writes-nothing',
  title: 'Verification changes nothing at the vendor, whatever comes of it',
  rule: 'verification',
  run: async ({ stage }) => {
    const here = await stage();
    const people = here.count();
    const writes = here.probe.writes();
    const audiences = here.probe.audiences().length;
    await here.connect({ region: 'unknown' }).verify();
    await here
      .connect({ region: 'unknown', fault: (_, index) => (index === 1 ? '500' : undefined) })
      .verify();
    await here.connect({ region: 'unknown', credentials: wrong(here, here.manifest) }).verify();
    must(here.probe.writes() === writes, `the vendor made ${here.probe.writes() - writes} changes`);
    must(here.count() === people, 'the number of contacts has changed');
    must(here.probe.audiences().length === audiences, 'the number of audiences has changed');
  },
};

const rejected: ConformanceCase = {
  id: 'verify-rejected',
  title: 'Credentials that the vendor refuses are rejected, and the fields at fault are named',
  rule: 'verification',
  run: async ({ manifest, stage }) => {
    const here = await stage();
    if (await cannotBeTested(here)) return mustBeUntestable(here);
    const made = await here.connect({ region: 'unknown', credentials: wrong(here, manifest) }).verify();
    mustBeRejected(made, 'mistyped keys');
    here.probe.revoke(true);
    mustBeRejected(await here.connect().verify(), 'keys that were deleted at the vendor');
    here.probe.revoke(false);
    const again = await here.connect().verify();
    must(again.kind === 'valid', `keys that were given back came to ${told(again)}`);
  },
};

const unreachable: ConformanceCase = {
  id: 'verify-unreachable',
  title: 'No usable answer is "unreachable": a time-out is not a wrong key',
  rule: 'verification',
  run: async ({ stage }) => {
    const here = await stage();
    if (await cannotBeTested(here)) return mustBeUntestable(here);
    const findings = new Findings();
    const results = await Promise.all(
      UNREACHABLE_BY.map(async (fault) => {
        const made = await here.connect({ region: 'unknown', fault: everyRequest(fault) }).verify();
        return { fault, made };
      }),
    );
    for (const { fault, made } of results) {
      findings.unless(
        made.kind === 'unreachable',
        `when every request meets ${fault}, it came to ${told(made)}`,
      );
    }
    findings.settle();
  },
};

const partly: ConformanceCase = {
  id: 'verify-one-request-fails',
  title: 'Whichever request of a verification fails, good credentials are never called wrong',
  rule: 'verification',
  run: async ({ stage }) => {
    const here = await stage();
    const rehearsal = here.connect({ region: 'unknown' });
    await rehearsal.verify();
    if (await cannotBeTested(here)) return mustBeUntestable(here);
    const findings = new Findings();
    for (let at = 0; at < rehearsal.sent.length; at += 1) {
      for (const fault of ['500', 'reset', '429', '502-html']) {
        const plan: FaultPlan = (_, index) => (index === at ? fault : undefined);
        const made = await here.connect({ region: 'unknown', fault: plan }).verify();
        findings.unless(
          made.kind === 'valid' || made.kind === 'unreachable',
          `when request ${at + 1} meets ${fault}, it came to ${told(made)}`,
        );
      }
    }
    findings.settle();
  },
};

const falseAnswers: ConformanceCase = {
  id: 'verify-false-answers',
  title: 'An answer without the vendor’s own words never makes deleted keys valid',
  rule: 'verification',
  run: async ({ stage }) => {
    const here = await stage();
    const findings = new Findings();
    const rehearsal = here.connect({ region: 'unknown' });
    await rehearsal.verify();
    const own = rehearsal.sent.map(({ answer }) => answer);
    here.probe.revoke(true);
    for (const answer of FALSE_ANSWERS) {
      const made = await here.connect({ region: 'unknown', fault: everyRequest(answer.fault) }).verify();
      const mayBe = own.some((one) => bodyIsTheVendors(answer, one));
      findings.unless(made.kind !== 'valid' || mayBe, `${answer.title} made deleted keys valid`);
    }
    findings.settle();
  },
};

const region: ConformanceCase = {
  id: 'verify-finds-region',
  title: 'The region of every account is found without being told',
  rule: 'verification',
  proves: claimsAbout('region:'),
  run: async ({ manifest, stage }) => {
    const here = await stage();
    if (manifest.regions.length === 1 && (await cannotBeTested(here))) return mustBeUntestable(here);
    const findings = new Findings();
    const found = new Set<string>();
    for (const { credentials, region: own } of here.probe.accounts) {
      const made = await here.connect({ region: 'unknown', credentials }).verify();
      const name = made.kind === 'valid' ? (made.region ?? soleRegion(manifest)) : undefined;
      findings.unless(
        made.kind === 'valid',
        `an account in ${own ?? 'the only region'} came to ${told(made)}`,
      );
      if (own !== undefined)
        findings.unless(name === own, `an account in ${own} was found in ${String(name)}`);
      if (name !== undefined) found.add(name);
    }
    for (const { name } of manifest.regions) {
      findings.unless(found.has(name), `no account of the emulator is in the region ${name}`);
    }
    findings.settle();
  },
};

const optional: ConformanceCase = {
  id: 'verify-without-optional',
  title: 'Without an optional credential the connection is valid, and what is lost is said',
  rule: 'verification',
  proves: claimsAbout('audience listing needs:'),
  appliesTo: ({ credentials }) =>
    credentials.some(({ required }) => !required) ? true : 'Every credential is required.',
  run: async ({ manifest, stage }) => {
    const here = await stage();
    const findings = new Findings();
    for (const { name } of manifest.credentials.filter(({ required }) => !required)) {
      const credentials = Object.fromEntries(
        Object.entries(here.account.credentials).filter(([field]) => field !== name),
      );
      const made = await here.connect({ region: 'unknown', credentials }).verify();
      findings.unless(made.kind === 'valid', `without ${name} it came to ${told(made)}`);
      if (made.kind === 'valid') {
        findings.unless(
          made.rights.some((right) => !right.granted) ||
            made.checks.some((check) => check.credentials.includes(name) && check.detail !== undefined),
          `nothing says what is lost without ${name}`,
        );
      }
      if (!manifest.audience.listingNeeds.includes(name)) continue;
      const page = await here.connect({ credentials }).list();
      findings.unless(
        page.kind === 'misconfigured' && page.code === 'credential_missing',
        `the list of audiences without ${name} came to ${told(page)}`,
      );
    }
    findings.settle();
  },
};

export const VERIFICATION_CASES = [
  valid,
  writesNothing,
  rejected,
  unreachable,
  partly,
  falseAnswers,
  region,
  optional,
];

/** Whether the vendor has no call that could tell without writing something. */
async function cannotBeTested(stage: Stage): Promise<boolean> {
  return (await stage.connect({ region: 'unknown' }).verify()).kind === 'untestable';
}

/** Where nothing can be told, nothing may be told: not of wrong keys either. */
async function mustBeUntestable(stage: Stage): Promise<void> {
  const made = await stage.connect({ region: 'unknown', credentials: wrong(stage, stage.manifest) }).verify();
  must(made.kind === 'untestable', `good keys cannot be tested, and mistyped ones came to ${told(made)}`);
}

function mustBeRejected(made: Verification, what: string): void {
  must(made.kind === 'rejected', `${what} came to ${told(made)}`);
  must(made.credentials.length > 0, `${what}: no field is named`);
}

/** Every secret with its end changed, in the same shape: the public part of a key stays. */
function wrong(stage: Stage, manifest: ProviderManifest): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(stage.account.credentials).map(([name, value]) => {
      const secret = manifest.credentials.find((field) => field.name === name)?.secret === true;
      return [name, secret ? `${value.startsWith('z') ? 'y' : 'z'}${value.slice(1)}` : value];
    }),
  );
}

function soleRegion({ regions }: ProviderManifest): string | undefined {
  return regions.length === 1 ? regions[0]?.name : undefined;
}
