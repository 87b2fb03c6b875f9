export { WaitingLanes, type ByHand, type HandProblem, type HandResult } from './waiting-lanes.js';
