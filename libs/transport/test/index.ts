/** What other workspaces' tests use of the servers on loopback. There is no built form of it. */
export { closedPort, closeLoopbacks, httpLoopback, listen, tcpLoopback } from './loopback.js';
export type { Loopback, Seen } from './loopback.js';
export { selfSignedCertificate } from './self-signed-certificate.js';
