import { ApiProperty } from '@nestjs/swagger';
import {
  OCCASIONS,
  percentText,
  type Component,
  type Occasion,
  type StoredPlan,
  type Terms,
} from '@rekomi/programs';

export class CommissionPartAnswer {
  @ApiProperty({ required: false, example: 18 })
  readonly percent?: number;

  @ApiProperty({ required: false, description: 'In minor units.', example: 1500 })
  readonly amount?: number;

  @ApiProperty({ enum: OCCASIONS })
  readonly on!: Occasion;
}

export class CommissionTierAnswer {
  @ApiProperty({ example: 'gold' })
  readonly tier!: string;

  @ApiProperty({ type: [CommissionPartAnswer] })
  readonly components!: readonly CommissionPartAnswer[];
}

export class RecurrenceAnswer {
  @ApiProperty({ required: false, example: 12 })
  readonly months?: number;

  @ApiProperty({ required: false })
  readonly payments?: number;
}

export class CommissionTermsAnswer {
  @ApiProperty({ example: 'USD' })
  readonly currency!: string;

  @ApiProperty({ type: [CommissionPartAnswer] })
  readonly components!: readonly CommissionPartAnswer[];

  @ApiProperty({ type: [CommissionTierAnswer] })
  readonly tiers!: readonly CommissionTierAnswer[];

  @ApiProperty({ type: RecurrenceAnswer, nullable: true })
  readonly recurring!: RecurrenceAnswer | null;
}

export class CommissionRegionAnswer extends CommissionTermsAnswer {
  @ApiProperty({ example: 'EU' })
  readonly name!: string;

  @ApiProperty({ type: [String], example: ['DE', 'FR'] })
  readonly countries!: readonly string[];
}

export class CommissionPlanAnswer extends CommissionTermsAnswer {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ example: 'Standard' })
  readonly name!: string;

  @ApiProperty({ type: [CommissionRegionAnswer] })
  readonly regions!: readonly CommissionRegionAnswer[];

  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  readonly updatedAt!: string;
}

/** What was sent, read back: the answer can be sent again as a request. */
export function commissionPlanAnswer({ id, plan, createdAt, updatedAt }: StoredPlan): CommissionPlanAnswer {
  return {
    id,
    name: plan.name,
    ...termsAnswer(plan.terms),
    regions: plan.regions.map(({ name, countries, terms }) => ({ name, countries, ...termsAnswer(terms) })),
    createdAt,
    updatedAt,
  };
}

type TermsShape = { readonly [Key in keyof CommissionTermsAnswer]: CommissionTermsAnswer[Key] };

function termsAnswer(terms: Terms): TermsShape {
  return {
    currency: terms.currency,
    components: terms.components.map(partAnswer),
    tiers: Object.entries(terms.tiers).map(([tier, components]) => ({
      tier,
      components: components.map(partAnswer),
    })),
    recurring: terms.recurring,
  };
}

function partAnswer(component: Component): CommissionPartAnswer {
  return component.kind === 'fixed'
    ? { amount: component.amount, on: component.on }
    : { percent: Number(percentText(component.rate)), on: component.on };
}
