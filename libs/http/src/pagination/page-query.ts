import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, isUUID, Max, MaxLength, Min } from 'class-validator';

import { cursorInvalid, decodeCursor } from './cursor.js';

/** Query of every list; extend it for filters. */
export class PageQuery {
  @ApiPropertyOptional({
    description: 'Rows per page.',
    minimum: 1,
    maximum: 200,
    default: 50,
    type: 'integer',
  })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(200)
  @IsOptional()
  readonly limit: number = 50;

  @ApiPropertyOptional({ description: '`nextCursor` of the previous page. Absent: the first page.' })
  @IsString()
  @MaxLength(1000)
  @IsOptional()
  readonly cursor?: string;

  /**
   * The id after which the page begins, a UUID; undefined for the first page. For lists sorted by id alone.
   *
   * @throws ProblemException `cursor_invalid`
   */
  afterId(): string | undefined {
    const id = this.after(1)?.[0];
    if (id !== undefined && !isUUID(id)) throw cursorInvalid();
    return id;
  }

  /**
   * The sort key, of `parts` columns, after which the page begins.
   *
   * @throws ProblemException `cursor_invalid`
   */
  after(parts: number): readonly string[] | undefined {
    return this.cursor === undefined ? undefined : decodeCursor(this.cursor, parts);
  }
}
