import { fixedHosts } from '@rekomi/provider-contract';
import { readFileSync } from 'node:fs';
import { customerIoManifest as manifest } from './customer-io.manifest.js';

const guide = readFileSync(new URL('./guide.md', import.meta.url), 'utf8');

describe('The manifest', () => {
  it('allows the four hosts and no other', () => {
    expect(fixedHosts(manifest)).toEqual([
      'track.customer.io',
      'api.customer.io',
      'track-eu.customer.io',
      'api-eu.customer.io',
    ]);
  });

  it.each(manifest.credentials.map((field) => [field.label, field] as const))(
    '%s has an example of its own shape and a heading in the guide',
    (_, field) => {
      expect(field.example).toMatch(new RegExp(field.pattern));
      const anchors = [...guide.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
        heading!
          .toLowerCase()
          .replace(/[^a-z0-9 -]/g, '')
          .replaceAll(' ', '-'),
      );
      expect(anchors).toContain(field.guideAnchor);
    },
  );

  it('names in the guide every field that is written and every choice', () => {
    for (const { vendorField } of manifest.writes) expect(guide).toContain(vendorField);
    const choices = manifest.settings.flatMap((setting): readonly { readonly label: string }[] =>
      'choices' in setting ? setting.choices : [],
    );
    for (const { label } of choices) expect(guide.replace(/\s+/g, ' ')).toContain(label.split(':')[0]);
  });

  it('stays within the published ceilings', () => {
    for (const { ceiling, usual } of Object.values(manifest.limits)) {
      expect(usual.requests / usual.perMs).toBeLessThanOrEqual(ceiling.requests / ceiling.perMs);
    }
  });
});
