// CPU time of processes, as Linux counts it.
import { readFileSync, readdirSync } from 'node:fs';

/** Of the kernel's clock; the same on every Linux that Node.js runs on. */
const TICK_MS = 10;

/** Milliseconds that a process has worked, with those of its children that ended. */
export function cpuMs(pid) {
  const { ticks } = statOf(pid);
  return ticks * TICK_MS;
}

/** Milliseconds of a PostgreSQL server: its first process and all that it started. @param backend any of its sessions */
export function postgresCpuMs(backend) {
  const postmaster = statOf(backend).parent;
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  let ticks = 0;
  for (const pid of children) {
    const stat = tryStatOf(pid);
    if (stat !== undefined && (Number(pid) === postmaster || stat.parent === postmaster)) ticks += stat.ticks;
  }
  return ticks * TICK_MS;
}

function tryStatOf(pid) {
  try {
    return statOf(pid);
  } catch {
    // It ended meanwhile.
    return undefined;
  }
}

function statOf(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in brackets may hold anything; numbers come after it.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return {
    parent: Number(fields[1]),
    ticks: fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0),
  };
}
