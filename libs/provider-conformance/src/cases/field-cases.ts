import { CLEAR, isSuccess, type ContactChange, type FieldValue } from '@rekomi/provider-contract';
import { Findings, must, shown } from '../checks.js';
import { claimsAbout } from '../claims.js';
import type { ConformanceCase } from '../conformance-case.js';
import { holds, told } from '../landing.js';
import { ledger, wish } from '../people.js';
import { landed } from './contact-cases.js';

const VALUES: Readonly<Record<string, FieldValue>> = {
  favourite: 'indigo',
  website: 'https://zoe.example/?a=1&b=2#top',
  followers: 12_345,
  share: 0.25,
  verified: true,
  newsletter: false,
  city: 'Göteborg',
};

/** A contact with one attribute of ours; whether the vendor has it afterwards. */
async function withAttribute(
  stage: Parameters<typeof landed>[0],
  value: string,
): Promise<{
  readonly change: ContactChange;
  readonly previous: NonNullable<ContactChange['previous']>;
  readonly kept: boolean;
}> {
  stage.probe.addField?.('favourite');
  const change = wish(stage, { attributes: { favourite: value } });
  const outcome = await landed(stage, change, 'a contact with an attribute');
  const kept = holds(stage.look(change.desired.email)?.fields, value);
  must(kept || (outcome.warnings ?? []).length > 0, 'an attribute was not written, and no warning says so');
  return { change, previous: ledger(change, outcome), kept };
}

const cleared: ConformanceCase = {
  id: 'field-cleared',
  title:
    'A field is emptied when that was asked for, in the way the manifest says, and no other field with it',
  rule: 'absent-value-clear',
  proves: claimsAbout('clearing:'),
  appliesTo: ({ capabilities }) => (capabilities.clearing === 'never' ? 'Fields cannot be emptied.' : true),
  run: async ({ manifest, stage }) => {
    const here = await stage();
    const { change, previous, kept } = await withAttribute(here, 'indigo');
    must(
      kept,
      'an attribute could not be written, so nothing could be emptied; the emulator has to take one',
    );
    const connection = here.connect();
    const outcome = await connection.upsert({
      ...change,
      desired: { ...change.desired, attributes: { favourite: CLEAR } },
      previous,
    });
    must(isSuccess(outcome), `an emptied field came to ${told(outcome)}`);
    const seen = here.look(change.desired.email);
    must(!holds(seen?.fields, 'indigo'), 'the field still has its value');
    must(
      holds(seen?.fields, 'Zoë') || holds(seen?.fields, 'Zoë van der Meer'),
      'the name was emptied as well',
    );
    const wire = JSON.stringify(
      connection.sent.map(({ request }) => request.json ?? request.jsonText ?? request.form),
    );
    must(!wire.includes('"clear":true'), 'the mark for clearing itself went over the wire');
    const sign = manifest.capabilities.clearing === 'null' ? 'null' : '""';
    must(
      wire.includes(sign) || wire.includes(sign.replaceAll('"', '\\"')),
      `the manifest says that ${sign} empties a field, and none was sent`,
    );
  },
};

const neverCleared: ConformanceCase = {
  id: 'field-never-cleared',
  title: 'Where a vendor cannot empty fields, asking for it changes nothing and sends nothing empty',
  rule: 'absent-value-clear',
  proves: claimsAbout('clearing:'),
  appliesTo: ({ capabilities }) => (capabilities.clearing === 'never' ? true : 'Fields can be emptied.'),
  run: async ({ stage }) => {
    const here = await stage();
    const { change, previous, kept } = await withAttribute(here, 'indigo');
    const connection = here.connect();
    const outcome = await connection.upsert({
      ...change,
      desired: { ...change.desired, attributes: { favourite: CLEAR } },
      previous,
    });
    must(isSuccess(outcome), `a wish to empty a field came to ${told(outcome)}`);
    if (kept) must(holds(here.look(change.desired.email)?.fields, 'indigo'), 'the field was emptied');
    const wire = JSON.stringify(
      connection.sent.map(({ request }) => request.json ?? request.jsonText ?? request.form),
    );
    must(!/:\s*(null|\\?"\\?")/.test(wire), `something empty went over the wire: ${shown(wire)}`);
  },
};

const allKinds: ConformanceCase = {
  id: 'attributes-of-all-kinds',
  title: 'Texts, numbers and booleans arrive as they are, or a warning says why not',
  rule: 'contacts',
  run: async ({ stage }) => {
    const here = await stage();
    const change = wish(here, { attributes: VALUES });
    const outcome = await landed(here, change, 'a contact with attributes');
    const seen = here.look(change.desired.email)?.fields ?? {};
    const findings = new Findings();
    const warnings = outcome.warnings ?? [];
    for (const [name, value] of Object.entries(VALUES)) {
      const excused = warnings.some(
        ({ field, detail }) => field?.toLowerCase().includes(name) === true || detail.includes(name),
      );
      findings.unless(
        holds(seen, value) || excused,
        `the attribute ${name} = ${shown(value)} is not there, and no warning names it`,
      );
    }
    findings.settle();
  },
};

const rejected: ConformanceCase = {
  id: 'bad-field-keeps-person',
  title: 'A field that the vendor does not take is left out with a warning, and the person arrives',
  rule: 'bad-parts',
  run: async ({ stage }) => {
    const here = await stage();
    const findings = new Findings();
    const bad: Readonly<Record<string, FieldValue>> = {
      'a text of 70,000 characters': 'x'.repeat(70_000),
      'a text of 70,000 characters of two bytes': 'ж'.repeat(70_000),
      'no number': Number.NaN,
      'an endless number': Number.POSITIVE_INFINITY,
      'a number beyond all bounds': 1e300,
      'a lone surrogate': 'half \uD83D of it',
      'control characters': 'bell \u0007 and null \u0000 inside',
    };
    for (const [what, value] of Object.entries(bad)) {
      const change = wish(here, { attributes: { novel: value } });
      const outcome = await here.connect().upsert(change);
      findings.unless(isSuccess(outcome), `a contact with ${what} came to ${told(outcome)}`);
      const seen = here.look(change.desired.email);
      findings.unless(seen !== undefined, `a contact with ${what} is not there`);
      const complete = typeof value === 'string' && holds(seen?.fields, value);
      findings.unless(
        complete ||
          typeof value === 'number' ||
          (outcome.warnings ?? []).length > 0 ||
          what.includes('surrogate') ||
          what.includes('control'),
        `${what} did not arrive whole, and no warning says so`,
      );
    }
    findings.settle();
  },
};

const reserved: ConformanceCase = {
  id: 'reserved-names',
  title: 'Attributes with the vendor’s reserved names do no harm: identity and consent stay as they are',
  rule: 'bad-parts',
  appliesTo: ({ reservedAttributes }) =>
    reservedAttributes.length > 0 ? true : 'The manifest lists no reserved names.',
  run: async ({ manifest, stage }) => {
    const here = await stage();
    const people = here.count();
    const names = manifest.reservedAttributes.map((name) => name.replace(/\*$/, 'x')).slice(0, 40);
    const change = wish(here, { attributes: Object.fromEntries(names.map((name) => [name, 'true'])) });
    const outcome = await landed(here, change, 'a contact with reserved names');
    const seen = here.look(change.desired.email);
    must(here.count() === people + 1, 'more than one contact came into being');
    must(seen?.email.toLowerCase() === change.desired.email.toLowerCase(), 'the address was overwritten');
    must(
      !['unsubscribed', 'suppressed', 'bounced', 'complained'].includes(seen?.consent ?? 'none'),
      'the consent was lowered',
    );
    const warnings = outcome.warnings ?? [];
    must(
      warnings.length > 0 || holds(seen?.fields, 'true'),
      'the reserved names were dropped, and no warning says so',
    );
  },
};

export const FIELD_CASES = [cleared, neverCleared, allKinds, rejected, reserved];
