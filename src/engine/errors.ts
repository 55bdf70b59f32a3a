/** What the engine refuses, as stable codes; the registry in src/core/errors.ts gives each its exit status. */

export const RULES_ERROR_CODES = ['SETUP_INVALID', 'MOVE_INVALID', 'MOVE_ILLEGAL'] as const;
export type RulesErrorCode = (typeof RULES_ERROR_CODES)[number];

export class RulesError extends Error {
  readonly code: RulesErrorCode;

  constructor(code: RulesErrorCode, message: string) {
    super(message);
    this.name = 'RulesError';
    this.code = code;
  }
}
