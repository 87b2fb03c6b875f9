import { Controller, Get, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { notFound, PROBLEMS } from '@rekomi/http';
import { Public } from '@rekomi/identity';
import { ERROR_CODES } from '@rekomi/provider-contract';

export interface ProblemPage {
  readonly code: string;
  readonly title: string;
  readonly cause: string;
  readonly fix: string;
}

/** What the `type` of a problem points to: the same text for everybody, without a key. */
@Public()
@ApiExcludeController()
@Controller('problems')
export class ProblemsController {
  @Get(':code')
  explain(@Param('code') code: string): ProblemPage {
    const texts: Readonly<Record<string, Omit<ProblemPage, 'code'>>> = { ...ERROR_CODES, ...PROBLEMS };
    const text = Object.hasOwn(texts, code) ? texts[code] : undefined;
    if (text === undefined) throw notFound('problem', code);
    return { code, title: text.title, cause: text.cause, fix: text.fix };
  }
}
