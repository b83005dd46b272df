import { describeVectors } from '../support/vector-suite.ts';

describeVectors(['desk', 'find', 'update', 'modify', 'agg-stage', 'agg-date', 'agg-expr']);
