// A vendor in a process of its own that enforces one rule to the letter and keeps a record of every request.
//
// Rules: {kind: 'sliding' | 'first' | 'clock', requests, perMs} counted over any such period, in blocks that start with a
// request, or in blocks of the clock; {kind: 'places', places} under way at the same time. `delayMs` is how long an answer takes.
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

const rule = JSON.parse(process.argv[2]);
/** When it was asked, and whether it was too much. */
let record = [];
let pauseMs = 0;
let closedUntil = -Infinity;
let underWay = 0;
const taken = [];
let blockStart = -Infinity;
let inBlock = 0;

function hasRoom(at) {
  switch (rule.kind) {
    case 'sliding':
      // Requests of several processes may come in another order than they were sent in.
      if (taken.filter((one) => one > at - rule.perMs && one <= at).length >= rule.requests) return false;
      taken.push(at);
      if (taken.length > 4 * rule.requests) taken.splice(0, rule.requests);
      return true;
    case 'first':
    case 'clock':
      if (at >= blockStart + rule.perMs) {
        blockStart = rule.kind === 'first' ? at : Math.floor(at / rule.perMs) * rule.perMs;
        inBlock = 0;
      }
      if (inBlock >= rule.requests) return false;
      inBlock += 1;
      return true;
    case 'places':
      return underWay < rule.places;
  }
}

const server = createServer(async (request, response) => {
  // A vendor that waits for a CPU of this machine would take its own waiting for haste of its clients: it goes by the
  // moment at which the request was written, which the request carries.
  const at = Number(request.headers['x-sent']);
  const now = performance.timeOrigin + performance.now();
  request.resume();
  if (pauseMs > 0) {
    closedUntil = now + pauseMs;
    pauseMs = 0;
  }
  if (at < closedUntil) {
    // Everybody hears of the same moment.
    record.push({ at, status: 429, deadline: closedUntil });
    const leftMs = Math.max(1, closedUntil - now);
    response.writeHead(429, { 'retry-after': (leftMs / 1_000).toFixed(3) }).end();
    return;
  }
  const status = hasRoom(at) ? 200 : 429;
  record.push({ at, status });
  if (status === 200) {
    underWay += 1;
    await delay(rule.delayMs);
    underWay -= 1;
  }
  response.writeHead(status).end();
});
process.on('message', ({ collect, pause }) => {
  if (pause !== undefined) pauseMs = pause;
  if (!collect) return;
  process.send({ record });
  record = [];
});
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
