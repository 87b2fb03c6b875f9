import { lateWrites, type JudgedWrite } from './support/late-writes.js';
import { SentWrites } from './support/sent-writes.js';

const LEASES = [
  { pid: 1, connectionId: 'c', at: 1_000, until: 5_000 },
  { pid: 1, connectionId: 'c', at: 2_000, until: 6_000 },
  { pid: 2, connectionId: 'c', at: 9_000, until: 13_000 },
];

function written(at: number, more: Partial<JudgedWrite> = {}): JudgedWrite {
  return { server: 1, host: 'vendor.example', pid: 1, connectionId: 'c', at, ...more };
}

describe('a write', () => {
  it('is covered from the grant of a lease to the end of its last renewal', () => {
    expect(lateWrites([written(1_000), written(5_500), written(6_050)], LEASES)).toEqual([]);
  });

  it('is late after the lease, whoever else has one by then', () => {
    expect(lateWrites([written(10_000)], LEASES)).toEqual([
      '1 wrote to vendor.example 4000 ms after its lease',
    ]);
  });

  it('is late without a lease of the process for that connection', () => {
    const without = '1 wrote to vendor.example without any lease';
    expect(lateWrites([written(500), written(2_000, { connectionId: 'd' })], LEASES)).toEqual([
      without,
      without,
    ]);
  });

  it('is seen as it passes, in one piece or with its body behind it, and nothing else is', () => {
    const sent = new SentWrites();
    sent.see(1, 1, Buffer.from('POST /a.example/people HTTP/1.1\r\n\r\n{"last_name":"c1n1s"}'));
    sent.see(1, 2, Buffer.from('PUT /b.example/people HTTP/1.1\r\n\r\n'));
    sent.see(1, 2, Buffer.from('{"last_name":"c2n1s"}'));
    sent.see(2, 1, Buffer.from('GET /a.example/people?after=c HTTP/1.1\r\n\r\n'));
    expect(sent.all.map(({ server, host }) => [server, host])).toEqual([
      [1, 'a.example'],
      [1, 'b.example'],
    ]);
  });
});
