import type { Client } from '@rekomi/identity';
import type { FastifyRequest } from 'fastify';

/** From where a request comes. */
export function clientOf(request: FastifyRequest): Client {
  return { ip: request.ip, userAgent: request.headers['user-agent'] };
}
