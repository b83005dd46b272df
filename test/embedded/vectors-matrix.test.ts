import { describeVectors } from '../support/vector-suite.ts';

describeVectors(['matrix']);
