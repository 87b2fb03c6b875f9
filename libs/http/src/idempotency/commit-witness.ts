import type { FastifyRequest } from 'fastify';
import type { EntityManager } from 'typeorm';

/** Is told what requests change. The application provides one globally where it wants to know; without it nobody is told. */
export abstract class CommitWitness {
  /** In the transaction of the effect, which is undone when this throws. May be called again when it is repeated. */
  abstract effected(tx: EntityManager, organizationId: string, answer: unknown): Promise<void>;

  /** The effect of the request that runs is committed, or it was an earlier request's. */
  abstract settled(): void;

  /** Somebody who is known was not allowed to do what the request asks for. */
  abstract refused(request: FastifyRequest, code: string): void;
}
