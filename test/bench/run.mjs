// Measures the product beside what its parts could do at best, in one run. Prints figures, asserts no time.
//
//   npm run bench -- sync --contacts 5000 --rounds 3     (or nothing: sync)
//   npm run bench -- import --rows 100000
//   npm run bench -- approve --people 50000
//   npm run bench -- events --batches 50 --single 2000
//   npm run bench -- conversions --conversions 3000
//   npm run bench -- webhooks --messages 10000 --rounds 3
//   npm run bench -- pace --seconds 20 --processes 1,2,8 --pauses 10
//   npm run bench -- providers --contacts 1000 --rounds 3 --provider braze     (without one: every provider with bulk)
//   npm run bench -- claim --rows 10000,100000,1000000,10000000
//   npm run bench -- throughput --contacts 5000 --single 2000 --rounds 5
//   npm run bench -- held --seconds 60 --rate 2000
//   npm run bench -- latency --seconds 15 --idle 100 --backlog 1000000
//   npm run bench -- outbox --people 200000 --seconds 3 --rounds 5      (needs pgbench)
//   npm run bench -- api --seconds 4 --rounds 5                         (needs wrk)
//   npm run bench -- cold-start --backlog 1000000 --rounds 5
//   npm run bench -- recovery --people 150 --kills 3                    (needs redis-server)
//   npm run bench -- all                     (all with a goal, one table at the end; --quick, --without claim,pace)
const SUBJECTS = [
  'all',
  'sync',
  'import',
  'approve',
  'events',
  'conversions',
  'webhooks',
  'providers',
  'pace',
  'claim',
  'throughput',
  'held',
  'latency',
  'outbox',
  'api',
  'cold-start',
  'recovery',
];

const [subject, ...rest] = process.argv.slice(2);
const named = subject !== undefined && !subject.startsWith('-');
if (named && !SUBJECTS.includes(subject)) {
  console.error(`There is no bench "${subject}". There are: ${SUBJECTS.join(', ')}.`);
  process.exitCode = 2;
} else {
  if (named) process.argv.splice(2, process.argv.length, ...rest);
  await import(`./${named ? subject : 'sync'}.mjs`);
}
