import { Foundation1763900000001 } from './1763900000001-foundation.js';
import { Programs1763900000002 } from './1763900000002-programs.js';
import { Engine1763900000003 } from './1763900000003-engine.js';
import { Pace1763900000004 } from './1763900000004-pace.js';
import { WaysIn1763900000005 } from './1763900000005-ways-in.js';
import { People1763900000006 } from './1763900000006-people.js';
import { AuditMail1763900000007 } from './1763900000007-audit-mail.js';
import { Campaigns1763900000008 } from './1763900000008-campaigns.js';
import { Applications1763900000009 } from './1763900000009-applications.js';
import { Invites1763900000010 } from './1763900000010-invites.js';
import { Imports1763900000011 } from './1763900000011-imports.js';
import { Events1763900000012 } from './1763900000012-events.js';
import { Intentions1763900000013 } from './1763900000013-intentions.js';
import { Conversions1763900000014 } from './1763900000014-conversions.js';
import { InboundSources1763900000015 } from './1763900000015-inbound-sources.js';
import { OutboundWebhooks1763900000016 } from './1763900000016-outbound-webhooks.js';
import { AudienceTiers1763900000017 } from './1763900000017-audience-tiers.js';
import { PaceWindows1763900000018 } from './1763900000018-pace-windows.js';
import { Replays1763900000019 } from './1763900000019-replays.js';
import { Receipts1763900000020 } from './1763900000020-receipts.js';
import { Healing1763900000021 } from './1763900000021-healing.js';
import { FirstSync1763900000023 } from './1763900000023-first-sync.js';
import { Metrics1763900000024 } from './1763900000024-metrics.js';
import { SweepTurn1763900000025 } from './1763900000025-sweep-turn.js';
import { LighterLog1763900000026 } from './1763900000026-lighter-log.js';
import { SweepOfDeadDrains1763900000027 } from './1763900000027-sweep-of-dead-drains.js';
import { SweepRotation1763900000028 } from './1763900000028-sweep-rotation.js';
import { ConnectionStandings1763900000030 } from './1763900000030-connection-standings.js';

/** Every migration, oldest first. Listed by hand: a glob would not survive the build. */
export const migrations = [
  Foundation1763900000001,
  Programs1763900000002,
  Engine1763900000003,
  Pace1763900000004,
  WaysIn1763900000005,
  People1763900000006,
  AuditMail1763900000007,
  Campaigns1763900000008,
  Applications1763900000009,
  Invites1763900000010,
  Imports1763900000011,
  Events1763900000012,
  Intentions1763900000013,
  Conversions1763900000014,
  InboundSources1763900000015,
  OutboundWebhooks1763900000016,
  AudienceTiers1763900000017,
  PaceWindows1763900000018,
  Replays1763900000019,
  Receipts1763900000020,
  Healing1763900000021,
  FirstSync1763900000023,
  Metrics1763900000024,
  SweepTurn1763900000025,
  LighterLog1763900000026,
  SweepOfDeadDrains1763900000027,
  SweepRotation1763900000028,
  ConnectionStandings1763900000030,
] as const;
