/** Somebody of the demo. Names and addresses are made up; `.example` is reserved and reaches nobody. */
export interface DemoPerson {
  readonly email: string;
  readonly name: string;
  readonly joinedAt: string;
  readonly externalId: string;
  readonly tier?: string;
  readonly tags?: readonly string[];
}

const NAMES = [
  ...['Amara Okafor', 'Lukas Brandt', 'Sofía Hernández', 'Jean-Luc Moreau', 'Priya Raghunathan'],
  ...['Ludwig van der Berg', 'Aoife O’Sullivan', 'Mateus de Oliveira', 'Yuki Tanaka', 'Hannah Schäfer'],
  ...['Tomasz Wiśniewski', 'Chidinma Eze', 'Elif Yıldız', 'Noah Bennett', 'Ingrid Sørensen'],
  ...['Giulia Rinaldi', 'Omar Haddad', 'Zoë Kramer', 'Nikolai Petrov', 'Linh Nguyen'],
  ...['Carlos Mendoza', 'Freya Lindqvist', 'Samuel Adeyemi', 'Marie Dubois', 'Dmitri Volkov'],
  ...['Leila Farahani', 'Patrick O’Brien', 'Anneke de Vries', 'Kofi Mensah', 'Ruth Goldberg'],
  ...['Miguel Santos', 'Ayşe Demir', 'Oliver Hughes', 'Valentina Rossi', 'Jonas Eriksson'],
  ...['Madonna', 'Grace Kim', 'Henrik Dahl', 'Fatima Zahra', 'Benedict Clarke'],
];

const SITES = ['trailnotes', 'kitchenlab', 'codecorner', 'slowtravel', 'homestead'];
const DAYS_APART = 9;
const DAY_MS = 86_400_000;

/** Forty people, the same ones every time, so that seeding again meets them. The last one joined yesterday. */
export function demoPeople(now: Date): readonly DemoPerson[] {
  return NAMES.map((name, place) => ({
    name,
    email: `${addressOf(name)}@${SITES[place % SITES.length] ?? ''}.example`,
    externalId: `demo-${String(place + 1).padStart(3, '0')}`,
    joinedAt: daysBefore(now, 1 + (NAMES.length - 1 - place) * DAYS_APART).slice(0, 10),
    ...(place % 6 === 0 ? { tier: 'gold' } : {}),
    ...(place % 9 === 0 ? { tags: ['newsletter'] } : {}),
  }));
}

/** ISO 8601, UTC. */
export function daysBefore(now: Date, days: number): string {
  return new Date(now.getTime() - days * DAY_MS).toISOString();
}

/** "Jean-Luc Moreau" is jean-luc.moreau. */
function addressOf(name: string): string {
  return name
    .replaceAll('ı', 'i')
    .replaceAll('ø', 'o')
    .normalize('NFD')
    .replace(/[^A-Za-z -]/g, '')
    .trim()
    .replace(/ +/g, '.')
    .toLowerCase();
}
