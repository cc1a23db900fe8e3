/** The stage whose one lock makes a later push wait while a green stands, and its gates. */

export const RELEASE_STAGE = 'Release';
export const GATES = ['ApproveSwap', 'ApproveCleanUp'] as const;
