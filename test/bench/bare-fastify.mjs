// What the API stands on, with nothing in it: one route of Fastify's.
import Fastify from 'fastify';

const app = Fastify();
app.get('/livez', () => ({ status: 'ok' }));
app.post('/v1/affiliates', (request, reply) => reply.code(201).send({ id: request.body.email }));
await app.listen({ port: 0, host: '127.0.0.1' });
process.on('disconnect', () => process.exit(0));
process.send({ port: app.server.address().port });
