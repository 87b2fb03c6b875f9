// One emulated vendor as a process of its own, with a clock that leaps: by more than a minute whenever the vendor looks at
// it. Its allowances by the second and by the minute are fresh at every request, and what it applies later is applied at
// once. That takes all limits out of a measurement without a switch in any vendor. A process of its own for each measurement,
// because years pass in it and versions of an API are retired.
import { EMULATORS } from '@rekomi/provider-registry/emulators';
import { startSandbox } from '@rekomi/vendor-emulation';

const LEAP_MS = 61_000;
let now = Date.now();

const [, , slug] = process.argv;

const sandbox = await startSandbox({
  factories: { [slug]: EMULATORS.get(slug) },
  now: () => (now += LEAP_MS),
});
process.on('disconnect', () => void sandbox.close().then(() => process.exit(0)));
process.send({ url: sandbox.url, account: sandbox.emulator(slug).probe.accounts[0] });
