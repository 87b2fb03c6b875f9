import { FIELD_TYPES } from '@rekomi/programs';

import { ApplicationsBench } from './testing/applications-bench.js';

let bench: ApplicationsBench;
beforeAll(async () => {
  bench = await ApplicationsBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

interface Tag {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
}

/** Opening tags in order. React closes and quotes everything, so this is all it takes. */
function tagsOf(html: string): readonly Tag[] {
  return [...html.matchAll(/<([a-z][a-z0-9]*)((?:\s+[^\s=>/]+(?:="[^"]*")?)*)\s*\/?>/gi)].map(
    ([, name = '', attributes = '']) => ({
      name: name.toLowerCase(),
      attributes: new Map(
        [...attributes.matchAll(/([^\s=]+)(?:="([^"]*)")?/g)].map(([, key = '', value = '']) => [
          key.toLowerCase(),
          value,
        ]),
      ),
    }),
  );
}

const OPTIONS = [
  { value: 'a', label: 'A' },
  { value: 'b', label: 'B' },
];
const everyField = [
  { key: 'email', type: 'email', label: 'E-mail', required: true },
  ...FIELD_TYPES.filter((type) => type !== 'email').map((type) => ({
    key: `f_${type}`,
    type,
    label: `Question ${type}`,
    hint: `Hint ${type}`,
    required: true,
    ...(['dropdown', 'radio', 'checkboxes'].includes(type) ? { options: OPTIONS } : {}),
  })),
];

async function pages(): Promise<readonly string[]> {
  const { id, page } = await bench.campaign({ termsUrl: 'https://example.com/terms' });
  const put = await bench.call('PUT', `/campaigns/${id}/form`, { fields: everyField });
  if (put.status !== 200) throw new Error(put.text);
  const fresh = (await bench.open(page)).text;
  const revision = /name="_revision" value="([^"]+)"/.exec(fresh)?.[1] ?? '';
  const faulty = await bench.post(page, { _revision: revision });
  expect(faulty.status).toBe(422);
  return [fresh, faulty.text];
}

describe('a page with every type of field, fresh and with faults', () => {
  it('has a label for every input, and no id twice', async () => {
    for (const html of await pages()) {
      const tags = tagsOf(html);
      const ids = tags.flatMap(({ attributes }) => attributes.get('id') ?? []);
      expect(ids).toEqual([...new Set(ids)]);
      const labelled = new Set(
        tags.filter(({ name }) => name === 'label').map(({ attributes }) => attributes.get('for')),
      );
      const inputs = tags.filter(
        ({ name, attributes }) =>
          ['input', 'select', 'textarea'].includes(name) && attributes.get('type') !== 'hidden',
      );
      expect(inputs.length).toBeGreaterThan(20);
      for (const { attributes } of inputs) expect(labelled).toContain(attributes.get('id'));
      expect(labelled.size).toBe(inputs.length);
    }
  });

  it('refers only to notes that exist, and says of every fault that it is one', async () => {
    const [fresh = '', faulty = ''] = await pages();
    for (const html of [fresh, faulty]) {
      const tags = tagsOf(html);
      const ids = new Set(tags.map(({ attributes }) => attributes.get('id')));
      const referred = tags.flatMap(({ attributes }) => attributes.get('aria-describedby')?.split(' ') ?? []);
      expect(referred.length).toBeGreaterThan(10);
      for (const id of referred) expect(ids).toContain(id);
    }
    const tags = tagsOf(faulty);
    const links = tags
      .filter(({ name }) => name === 'a')
      .map(({ attributes }) => attributes.get('href') ?? '');
    const targets = links.filter((href) => href.startsWith('#')).map((href) => href.slice(1));
    expect(targets.length).toBe(everyField.length + 2);
    const byId = new Map(tags.map((tag) => [tag.attributes.get('id'), tag]));
    for (const target of targets) {
      expect(['input', 'select', 'textarea']).toContain(byId.get(target)?.name);
      expect([target, byId.get(target)?.attributes.get('aria-invalid')]).toEqual([target, 'true']);
    }
    expect(tagsOf(fresh).some(({ attributes }) => attributes.has('aria-invalid'))).toBe(false);
  });

  it('has one heading, a language, groups with legends, and nothing that takes the focus out of order', async () => {
    for (const html of await pages()) {
      const tags = tagsOf(html);
      const count = (wanted: string): number => tags.filter(({ name }) => name === wanted).length;
      expect([count('h1'), count('main'), count('title')]).toEqual([1, 1, 1]);
      expect(tags.find(({ name }) => name === 'html')?.attributes.get('lang')).toBe('en');
      expect(count('fieldset')).toBe(3);
      expect(count('legend')).toBe(3);
      const order = tags.flatMap(({ attributes }) => attributes.get('tabindex') ?? []);
      expect(order.every((index) => index === '-1')).toBe(true);
      expect(count('script')).toBe(0);
      expect(tags.some(({ attributes }) => attributes.has('style') || attributes.has('onclick'))).toBe(false);
    }
  });

  it('lets browsers fill in what they know', async () => {
    const { page } = await bench.campaign();
    const filled = new Map(
      tagsOf((await bench.open(page)).text).map(({ attributes }) => [
        attributes.get('name'),
        attributes.get('autocomplete'),
      ]),
    );
    expect(filled.get('firstName')).toBe('given-name');
    expect(filled.get('lastName')).toBe('family-name');
    expect(filled.get('email')).toBe('email');
    expect(filled.get('country')).toBe('country');
    expect(filled.get('website')).toBe('url');
  });
});
