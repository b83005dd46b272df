import type { Value } from './values/value.ts';

/** MongoDB's names of error codes; a code that is not listed is called `Location<code>`, as the server does. */
const CODE_NAMES: Readonly<Record<number, string>> = {
  1: 'InternalError',
  2: 'BadValue',
  4: 'NoSuchKey',
  6: 'HostUnreachable',
  8: 'UnknownError',
  9: 'FailedToParse',
  10: 'CannotMutateObject',
  11: 'UserNotFound',
  13: 'Unauthorized',
  14: 'TypeMismatch',
  15: 'Overflow',
  16: 'InvalidLength',
  17: 'ProtocolError',
  18: 'AuthenticationFailed',
  20: 'IllegalOperation',
  22: 'InvalidBSON',
  26: 'NamespaceNotFound',
  27: 'IndexNotFound',
  28: 'PathNotViable',
  40: 'ConflictingUpdateOperators',
  43: 'CursorNotFound',
  48: 'NamespaceExists',
  50: 'MaxTimeMSExpired',
  51: 'ManualInterventionRequired',
  52: 'DollarPrefixedFieldName',
  53: 'InvalidIdField',
  54: 'NotSingleValueField',
  55: 'InvalidDBRef',
  56: 'EmptyFieldName',
  57: 'DottedFieldName',
  59: 'CommandNotFound',
  64: 'WriteConcernFailed',
  66: 'ImmutableField',
  67: 'CannotCreateIndex',
  68: 'IndexAlreadyExists',
  72: 'InvalidOptions',
  73: 'InvalidNamespace',
  85: 'IndexOptionsConflict',
  86: 'IndexKeySpecsConflict',
  96: 'OperationFailed',
  112: 'WriteConflict',
  115: 'CommandNotSupported',
  121: 'DocumentValidationFailure',
  123: 'NotAReplicaSet',
  146: 'ExceededMemoryLimit',
  159: 'DurationOverflow',
  165: 'ViewDepthLimitExceeded',
  166: 'CommandNotSupportedOnView',
  167: 'OptionNotSupportedOnView',
  168: 'InvalidPipelineOperator',
  171: 'CannotIndexParallelArrays',
  175: 'QueryPlanKilled',
  181: 'AmbiguousIndexKeyPattern',
  197: 'InvalidIndexSpecificationOption',
  224: 'QueryFeatureNotAllowed',
  238: 'NotImplemented',
  241: 'ConversionFailure',
  246: 'SnapshotUnavailable',
  291: 'NoQueryExecutionPlans',
  292: 'QueryExceededMemoryLimitNoDiskUseAllowed',
  352: 'UnsupportedOpQueryCommand',
  10334: 'BSONObjectTooLarge',
  11000: 'DuplicateKey',
  11600: 'InterruptedAtShutdown',
  13113: 'MergeStageNoMatchingDocument',
  13388: 'StaleConfig',
  14031: 'OutOfDiskSpace',
  17280: 'KeyTooLong',
};

/** An answer of MongoDB's protocol that is an error. `extra` holds further reply fields such as `keyPattern`. */
export class MongoError extends Error {
  readonly code: number;
  readonly extra: ReadonlyMap<string, Value> | undefined;

  constructor(code: number, message: string, extra?: ReadonlyMap<string, Value>) {
    super(message);
    this.name = 'MongoError';
    this.code = code;
    this.extra = extra;
  }

  get codeName(): string {
    return CODE_NAMES[this.code] ?? `Location${this.code}`;
  }
}

/** What a constant part of an expression comes to when it cannot be worked out: an error before any document is met. */
export class ConstantError extends MongoError {
  constructor(error: MongoError) {
    super(error.code, error.message, error.extra);
  }
}

/** Code 2. */
export const badValue = (message: string): MongoError => new MongoError(2, message);

/** Code 9. */
export const failedToParse = (message: string): MongoError => new MongoError(9, message);

/** Code 14. */
export const typeMismatch = (message: string): MongoError => new MongoError(14, message);

/** Code 22: bytes that are no valid BSON. */
export const invalidBson = (message: string): MongoError => new MongoError(22, message);

/** Code 115: a feature of MongoDB that this store declares as not supported. */
export const notSupported = (what: string): MongoError =>
  new MongoError(115, `${what} is not supported by the embedded store`);
