import type { EmulatedRegion, SegmentSeed, WorkspaceConfig } from './customer-io.emulator-model.js';
import type { EmulatorState } from './customer-io.emulator-state.js';

/** Behaviour of a workspace as the published description reads, for whatever a test does not choose itself. */
export const DEFAULT_BEHAVIOUR = {
  identifiers: 'email_and_id',
  wrongRegion: 'redirect',
  segmentErrorStatus: 400,
  emptyList: 'list',
  addCreatesPeople: false,
  removalNeedsId: false,
  emailChangeById: false,
  createdAtOnCreate: false,
  identifierConflict: 'silent',
  partialBatchStatus: 207,
} as const satisfies Partial<WorkspaceConfig>;

const SEGMENTS: readonly SegmentSeed[] = [
  {
    id: 1,
    name: 'Signed up',
    description: 'People whose created_at is a timestamp',
    rule: { kind: 'is_timestamp', attribute: 'created_at' },
  },
  { id: 2, name: 'Affiliates', description: 'Approved affiliates' },
  { id: 3, name: 'Newsletter readers', description: 'People who asked for the monthly newsletter' },
];

function demoWorkspace(id: number, name: string, region: EmulatedRegion): WorkspaceConfig {
  return {
    ...DEFAULT_BEHAVIOUR,
    id,
    name,
    region,
    siteId: `sandbox-site-${region}`,
    trackApiKeys: [`sandbox-track-${region}`],
    appApiKeys: [`sandbox-app-${region}`],
  };
}

/** The workspaces of a fresh sandbox, one in each region. */
export function createDemoWorkspaces(state: EmulatorState): void {
  const demo = [demoWorkspace(1001, 'Acme', 'us'), demoWorkspace(1002, 'Acme Europe', 'eu')];
  for (const config of demo) {
    const a = state.now();
    state.commit({ k: 'workspace', a, config });
    for (const segment of SEGMENTS) state.commit({ k: 'segment', a, w: config.id, segment });
  }
}
