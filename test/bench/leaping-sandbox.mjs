// The emulated vendors as a process of their own, with a clock that leaps: by more than a minute whenever a vendor looks at
// it. Their allowances by the second and by the minute are fresh at every request, and what they apply later is applied at
// once. That takes all limits out of a measurement without a switch in any vendor.
import { EMULATORS } from '@rekomi/provider-registry/emulators';
import { startSandbox } from '@rekomi/vendor-emulation';

const LEAP_MS = 61_000;
let now = Date.now();

const sandbox = await startSandbox({
  factories: Object.fromEntries(EMULATORS),
  now: () => (now += LEAP_MS),
});
const accounts = Object.fromEntries(
  [...EMULATORS.keys()].map((slug) => [slug, sandbox.emulator(slug).probe.accounts]),
);
process.on('disconnect', () => void sandbox.close().then(() => process.exit(0)));
process.send({ url: sandbox.url, accounts });
