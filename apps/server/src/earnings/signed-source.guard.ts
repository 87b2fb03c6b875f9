import { type CanActivate, createParamDecorator, type ExecutionContext, Injectable } from '@nestjs/common';
import { notFound, problem, rawBodyOf } from '@rekomi/http';
import {
  InboundSourceService,
  type OpenedSource,
  type SignatureFault,
  signatureFault,
} from '@rekomi/webhooks';
import { isUUID } from 'class-validator';
import type { FastifyRequest } from 'fastify';

import { stripeSignatureFault } from './stripe-signature.js';

const sources = new WeakMap<object, OpenedSource>();

/** Parameter of a handler behind {@link SignedSourceGuard}: who signed the request. */
export const CurrentSource = createParamDecorator(
  (_data: unknown, context: ExecutionContext): OpenedSource => {
    const source = sources.get(context.switchToHttp().getRequest<object>());
    if (source === undefined) throw new Error('@CurrentSource() without SignedSourceGuard: nobody signed.');
    return source;
  },
);

/**
 * Lets only requests through that the source in the address has signed, byte for byte and within the last five
 * minutes. Runs before the body is validated: nobody learns about it who cannot sign.
 */
@Injectable()
export class SignedSourceGuard implements CanActivate {
  constructor(private readonly inbound: InboundSourceService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest<{ Params: { source: string } }>>();
    const id = request.params.source;
    const source = isUUID(id) ? await this.inbound.open(id) : undefined;
    const kind = request.routeOptions.url?.endsWith('/stripe') === true ? 'stripe' : 'conversions';
    if (source?.kind !== kind) throw notFound('inbound source', id);
    const fault = faultOf(source, request);
    if (fault !== undefined) throw problem(fault);
    sources.set(request, source);
    return true;
  }
}

function faultOf(source: OpenedSource, request: FastifyRequest): SignatureFault | undefined {
  const body = rawBodyOf(request);
  const header = (name: string): string | undefined => {
    const value = request.headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  if (source.kind === 'stripe') {
    return stripeSignatureFault(source.secrets, header('stripe-signature'), body);
  }
  return signatureFault(
    source.secrets,
    {
      'webhook-id': header('webhook-id'),
      'webhook-timestamp': header('webhook-timestamp'),
      'webhook-signature': header('webhook-signature'),
    },
    body,
    Date.now(),
  );
}
