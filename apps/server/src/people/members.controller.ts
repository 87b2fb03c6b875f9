import { Body, Controller, Delete, Get, HttpCode, Patch, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Tenancy } from '@rekomi/database';
import { ApiPage, IdempotentWork, mapPage, type Page, pageById, PageQuery, ResourceId } from '@rekomi/http';
import {
  Audited,
  type Changer,
  CurrentPerson,
  CurrentTenant,
  MemberService,
  type PersonTenant,
  type Tenant,
} from '@rekomi/identity';

import { ChangeRoleRequest } from './change-role.request.js';
import { MemberAnswer, memberAnswer } from './member.answer.js';

@ApiTags('People')
@Controller('members')
export class MembersController {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly members: MemberService,
    private readonly work: IdempotentWork,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List the members of the organisation' })
  @ApiPage(MemberAnswer)
  async listMembers(@CurrentTenant() tenant: Tenant, @Query() query: PageQuery): Promise<Page<MemberAnswer>> {
    const rows = await this.tenancy.run(tenant.organizationId, (tx) =>
      this.members.list(tx, query.afterId(), query.limit + 1),
    );
    return mapPage(pageById(rows, query.limit), memberAnswer);
  }

  @Patch(':id')
  @Audited('member.role_changed', { label: 'email' })
  @ApiOperation({
    summary: 'Change a member’s role',
    description: 'Nobody gives or touches a role above their own. One owner remains.',
  })
  @ApiOkResponse({ type: MemberAnswer })
  async changeMemberRole(
    @CurrentPerson() person: PersonTenant,
    @ResourceId('member') id: string,
    @Body() { role }: ChangeRoleRequest,
  ): Promise<MemberAnswer> {
    return this.work.change(person.organizationId, async (tx) =>
      memberAnswer(await this.members.changeRole(tx, changer(person), id, role)),
    );
  }

  @Delete(':id')
  @HttpCode(204)
  @Audited('member.removed')
  @ApiOperation({
    summary: 'Remove a member',
    description: 'The person’s sessions in this organisation end at once. One owner remains.',
  })
  @ApiNoContentResponse()
  async removeMember(@CurrentPerson() person: PersonTenant, @ResourceId('member') id: string): Promise<void> {
    await this.work.change(person.organizationId, async (tx) => {
      await this.members.remove(tx, changer(person), id);
    });
  }
}

function changer({ organizationId, actor }: PersonTenant): Changer {
  return { organizationId, userId: actor.id };
}
