import type { PersonRecord, ProfileRecord } from '../run-record.js';
import type { CaseFile } from './case-file.js';
import type { Violation } from './violation.js';

/** In the end every vendor holds of every person what the domain says. */
export function checkConvergence(file: CaseFile): readonly Violation[] {
  const profiles = new Map(
    file.record.profiles.map((profile) => [`${profile.vendor} ${profile.contact}`, profile.profile]),
  );
  return file.record.vendors.flatMap(({ slug, audiencesStay }) =>
    file.record.people.flatMap((person) => {
      const profile = profiles.get(`${slug} ${person.contact}`);
      return differences(person, profile, audiencesStay).map((difference): Violation => ({
        law: 'Converge',
        what: `person ${person.contact} at ${slug}: ${difference}`,
      }));
    }),
  );
}

type Profile = ProfileRecord['profile'];

function differences(person: PersonRecord, profile: Profile, audiencesStay: boolean): readonly string[] {
  if (person.status !== 'approved') return stillThere(profile, audiencesStay);
  if (profile === undefined) return ['is not there'];
  const fields = [
    ['first name', person.firstName ?? undefined, profile.firstName],
    ['last name', person.lastName ?? undefined, profile.lastName],
    ['status', person.status, profile.status],
    ['tier', person.tier ?? undefined, profile.tier],
    ['tags', sorted(person.tags), sorted(profile.tags)],
    ['audience', 'in', profile.inAudience ? 'in' : 'out'],
  ] as const;
  return fields
    .filter(([, wanted, found]) => wanted !== found)
    .map(([name, wanted, found]) => `${name} is ${String(found)}, not ${String(wanted)}`);
}

/** Nobody is deleted, but what we added is taken back. */
function stillThere(profile: Profile, audiencesStay: boolean): readonly string[] {
  if (profile === undefined) return [];
  return [
    ...(profile.tags.length > 0 ? [`still has the tags ${sorted(profile.tags)}`] : []),
    ...(profile.inAudience && !audiencesStay ? ['is still in the audience'] : []),
    ...(profile.status === undefined ? [] : [`still has the status ${profile.status}`]),
  ];
}

function sorted(list: readonly string[]): string {
  return [...list].sort().join(', ');
}
