// What a query may call. A function that is not here is refused, whatever it is: the list holds what computes on
// values, and nothing that reads files, other tables, settings or the machine, waits, or takes the name of what it
// calls as a text. Nor what takes the square of a text's length (distances by edits, several patterns at once): the
// engine looks at the clock between blocks of rows, and a block of such calls takes hours.

const NAMES = `
  and or not xor if multiIf caseWithExpression caseWithoutExpression greatest least clamp coalesce ifNull nullIf
  isNull isNotNull isNullable isZeroOrNull assumeNotNull toNullable firstNonDefault transform lambda exists equals
  notEquals less greater lessOrEquals greaterOrEquals isDistinctFrom isNotDistinctFrom in notIn nullIn notNullIn
  globalIn globalNotIn globalNullIn globalNotNullIn grouping materialize identity toTypeName toColumnTypeName
  rowNumberInAllBlocks

  plus minus multiply divide divideDecimal multiplyDecimal divideOrNull intDiv intDivOrNull intDivOrZero modulo
  moduloOrNull moduloOrZero positiveModulo positiveModuloOrNull negate abs sqr gcd lcm midpoint avg2 max2 min2 isNaN
  isFinite isInfinite ifNotFinite mod power acos acosh asin asinh atan atan2 atanh cbrt cos cosh degrees e erf erfc
  exp exp10 exp2 factorial hypot intExp10 intExp2 lgamma log log10 log1p log2 ln pi pow radians sigmoid sign sin
  sinh sqrt tan tanh tgamma widthBucket width_bucket ceil ceiling floor round roundBankers roundDown roundDuration
  roundToExp2 trunc truncate bitAnd bitOr bitXor bitNot bitCount bitShiftLeft bitShiftRight bitRotateLeft
  bitRotateRight bitTest bitTestAll bitTestAny bitHammingDistance bitSlice rand rand32 rand64 randCanonical
  randUniform randNormal

  cast _CAST accurateCast accurateCastOrNull accurateCastOrDefault toString toBool toFixedString toLowCardinality
  toDecimalString toUUID toUUIDOrNull toUUIDOrZero toInterval reinterpretAsInt8 reinterpretAsInt16
  reinterpretAsInt32 reinterpretAsInt64 reinterpretAsUInt8 reinterpretAsUInt16 reinterpretAsUInt32
  reinterpretAsUInt64 reinterpretAsFloat32 reinterpretAsFloat64 reinterpretAsString

  now now64 today yesterday UTCTimestamp current_date current_timestamp curdate localtimestamp date date_diff
  dateDiff dateName dateTrunc date_trunc date_format date_bin time_bucket timestamp timestampDiff timestamp_diff
  timeDiff timeSlot timeSlots tumble tumbleStart tumbleEnd hop hopStart hopEnd addDate subDate addInterval
  subtractInterval addDays addHours addMicroseconds addMilliseconds addMinutes addMonths addNanoseconds addQuarters
  addSeconds addWeeks addYears subtractDays subtractHours subtractMicroseconds subtractMilliseconds subtractMinutes
  subtractMonths subtractNanoseconds subtractQuarters subtractSeconds subtractWeeks subtractYears age changeDay
  changeHour changeMinute changeMonth changeSecond changeYear formatDateTime formatDateTimeInJodaSyntax
  fromUnixTimestamp from_unixtime fromUnixTimestampInJodaSyntax fromUnixTimestamp64Micro fromUnixTimestamp64Milli
  fromUnixTimestamp64Nano fromUnixTimestamp64Second makeDate makeDate32 makeDateTime makeDateTime64 monthName
  parseDateTime parseDateTimeOrNull parseDateTimeOrZero parseDateTimeBestEffort parseDateTimeBestEffortOrNull
  parseDateTimeBestEffortOrZero parseDateTime64BestEffort parseDateTime64BestEffortOrNull
  parseDateTime64BestEffortOrZero parseDateTimeInJodaSyntax parseDateTimeInJodaSyntaxOrNull day dayofmonth dayofweek
  dayofyear hour minute month quarter second week year yearweek last_day millisecond microsecond nanosecond
  toDayOfMonth toDayOfWeek toDayOfYear toDaysInMonth toDaysSinceYearZero toHour toISOWeek toISOYear toLastDayOfMonth
  toLastDayOfWeek toMicrosecond toMillisecond toMinute toMonday toMonth toMonthNumSinceEpoch toNanosecond toQuarter
  toSecond toStartOfDay toStartOfFifteenMinutes toStartOfFiveMinute toStartOfFiveMinutes toStartOfHour
  toStartOfInterval toStartOfISOYear toStartOfMicrosecond toStartOfMillisecond toStartOfMinute toStartOfMonth
  toStartOfNanosecond toStartOfQuarter toStartOfSecond toStartOfTenMinutes toStartOfWeek toStartOfYear toTimezone
  timezoneOf timezoneOffset toUnixTimestamp toUnixTimestamp64Micro toUnixTimestamp64Milli toUnixTimestamp64Nano
  toUnixTimestamp64Second toWeek toYear toYearWeek toYYYYMM toYYYYMMDD toYYYYMMDDhhmmss toRelativeDayNum
  toRelativeHourNum toRelativeMinuteNum toRelativeMonthNum toRelativeSecondNum toRelativeWeekNum toRelativeYearNum

  length lengthUTF8 char_length character_length empty notEmpty lower upper lowerUTF8 upperUTF8 lcase ucase initcap
  initcapUTF8 concat concatWithSeparator concat_ws substring substr mid substringUTF8 substringIndex substring_index
  left right leftUTF8 rightUTF8 leftPad rightPad lpad rpad leftPadUTF8 rightPadUTF8 repeat space reverse reverseUTF8
  trim ltrim rtrim trimBoth trimLeft trimRight startsWith endsWith startsWithUTF8 endsWithUTF8
  startsWithCaseInsensitive endsWithCaseInsensitive position positionUTF8 positionCaseInsensitive
  positionCaseInsensitiveUTF8 locate instr like notLike ilike notILike match extract extractAll
  extractAllGroupsHorizontal extractAllGroupsVertical extractAllGroups extractGroups regexpExtract regexp_extract
  regexp_matches regexp_substr countSubstrings countSubstringsCaseInsensitive countMatches
  countMatchesCaseInsensitive hasToken hasTokenOrNull hasTokenCaseInsensitive hasAnyTokens hasAllTokens
  hasSubsequence hasSubsequenceCaseInsensitive multiSearchAny multiSearchAnyCaseInsensitive multiSearchFirstIndex
  multiSearchFirstPosition multiSearchAllPositions replace replaceAll replaceOne replaceRegexpAll replaceRegexpOne
  regexp_replace regexpQuoteMeta translate translateUTF8 overlay overlayUTF8 printf ascii char hex unhex bin unbin
  base64Encode base64Decode tryBase64Decode TO_BASE64 FROM_BASE64 base64URLEncode base64URLDecode format_bytes
  formatReadableSize formatReadableDecimalSize formatReadableQuantity formatReadableTimeDelta parseReadableSize
  parseTimeDelta appendTrailingCharIfAbsent firstLine isValidUTF8 isValidASCII toValidUTF8 normalizeUTF8NFC
  normalizeUTF8NFKC soundex

  stringJaccardIndex stringJaccardIndexUTF8 byteHammingDistance mismatches ngramDistance
  ngramDistanceCaseInsensitive ngramSearch ngramSearchCaseInsensitive splitByChar splitByString splitByRegexp
  splitByWhitespace splitByNonAlpha alphaTokens splitByAlpha ngrams tokens arrayStringConcat array_to_string bar
  visibleWidth encodeURLComponent decodeURLComponent domain domainWithoutWWW path pathFull protocol queryString
  fragment topLevelDomain extractURLParameter extractURLParameterNames extractURLParameters cutQueryString
  cutFragment MD5 SHA1 SHA256 SHA512 sipHash64 sipHash128 cityHash64 xxHash32 xxHash64 xxh3 murmurHash3_64 halfMD5
  CRC32 toIPv4OrNull toIPv6OrNull isIPv4String isIPv6String generateUUIDv4 generateUUIDv7

  array range arrayElement arrayElementOrNull has hasAll hasAny hasSubstr indexOf countEqual arrayConcat
  arrayDistinct arrayEnumerate arrayEnumerateDense arrayEnumerateUniq arrayIntersect arrayUnion arrayExcept
  arraySymmetricDifference arrayJoin arrayFlatten flatten arrayPopBack arrayPopFront arrayPushBack arrayPushFront
  arrayRemove arrayResize arrayReverse arrayRotateLeft arrayRotateRight arrayShiftLeft arrayShiftRight arraySlice
  arrayUniq arrayWithConstant arrayZip arrayZipUnaligned arrayTranspose arrayJaccardIndex arrayDotProduct
  emptyArrayString emptyArrayUInt64 emptyArrayInt64 emptyArrayFloat64 replicate unnest

  map mapFromArrays mapKeys mapValues mapContains mapContainsKey mapContainsValue mapContainsKeyLike mapAdd
  mapSubtract mapConcat mapUpdate mapExtractKeyLike extractKeyValuePairs str_to_map mapPopulateSeries tuple
  tupleElement tupleConcat tupleNames tupleToNameValuePairs untuple flattenTuple dotProduct cosineDistance
  L1Distance L2Distance

  isValidJSON JSONHas JSONLength JSONKey JSONType JSONExtract JSONExtractString JSONExtractInt JSONExtractUInt
  JSONExtractFloat JSONExtractBool JSONExtractRaw JSONExtractArrayRaw JSONExtractKeys JSONExtractKeysAndValues
  JSONExtractKeysAndValuesRaw JSONArrayLength json_array_length json_value json_query json_exists JSONMergePatch
  simpleJSONHas simpleJSONExtractString simpleJSONExtractInt simpleJSONExtractUInt simpleJSONExtractFloat
  simpleJSONExtractBool simpleJSONExtractRaw visitParamHas visitParamExtractString visitParamExtractInt
  visitParamExtractUInt visitParamExtractFloat visitParamExtractBool visitParamExtractRaw toJSONString
`;

/**
 * Their first argument may be a function: a lambda, or, as the engine has it, the bare name of any function there is.
 * That name would be no call in the syntax tree, so that only lambdas are let through.
 */
const TAKING_FUNCTIONS = `
  arrayMap arrayFilter arrayCount arrayExists arrayAll arraySum arrayAvg arrayMin arrayMax arrayProduct arrayCumSum
  arrayCumSumNonNegative arrayDifference arrayCompact arraySort arrayReverseSort arrayFirst arrayFirstIndex
  arrayFirstOrNull arrayLast arrayLastIndex arrayLastOrNull arrayFill arrayReverseFill arraySplit arrayReverseSplit
  arrayFold mapApply mapFilter mapAll mapExists mapSort mapReverseSort
`;

/** Conversions to a type of numbers or time, each with what it does with what it cannot read. */
const CONVERTED =
  "Int8 Int16 Int32 Int64 Int128 UInt8 UInt16 UInt32 UInt64 UInt128 Float32 Float64 Decimal32 Decimal64 Decimal128 " +
  "Date Date32 DateTime DateTime64";
const INTERVALS = "Nanosecond Microsecond Millisecond Second Minute Hour Day Week Month Quarter Year";

const AGGREGATES = `
  count sum sumKahan sumWithOverflow sumCount avg avgWeighted min max any anyLast anyHeavy any_value first_value
  last_value any_respect_nulls anyLast_respect_nulls first_value_respect_nulls last_value_respect_nulls
  anyRespectNulls anyLastRespectNulls firstValueRespectNulls lastValueRespectNulls argMin argMax min_by max_by uniq
  uniqExact uniqCombined uniqCombined64 uniqHLL12 uniqUpTo median medianExact medianTDigest medianDD quantile
  quantiles quantileExact quantilesExact quantileExactLow quantileExactHigh quantileExactWeighted
  quantileExactInclusive quantilesExactInclusive quantileExactExclusive quantileTDigest quantilesTDigest
  quantileTDigestWeighted quantileDD quantilesDD quantileTiming quantilesTiming quantileTimingWeighted
  quantileInterpolatedWeighted quantileGK stddevPop stddevSamp stddev stddev_pop stddev_samp varPop varSamp var_pop
  var_samp covarPop covarSamp covar_pop covar_samp corr skewPop skewSamp kurtPop kurtSamp entropy groupArray
  array_agg groupArrayLast groupArraySample groupArraySorted groupArrayInsertAt groupArrayMovingAvg
  groupArrayMovingSum groupUniqArray group_concat groupConcat string_agg groupBitAnd groupBitOr groupBitXor topK
  topKWeighted approx_top_k approx_top_sum approx_top_count histogram simpleLinearRegression sparkbar deltaSum
  deltaSumTimestamp boundingRatio exponentialMovingAverage exponentialTimeDecayedAvg exponentialTimeDecayedCount
  exponentialTimeDecayedMax exponentialTimeDecayedSum intervalLengthSum maxIntersections maxIntersectionsPosition
  windowFunnel retention sequenceCount sequenceMatch singleValueOrNull largestTriangleThreeBuckets lttb rankCorr
  studentTTest welchTTest mannWhitneyUTest kolmogorovSmirnovTest categoricalInformationValue cramersV theilsU
  sumMappedArrays minMappedArrays maxMappedArrays row_number rank dense_rank denseRank percent_rank percentRank
  cume_dist ntile nth_value lag lead lagInFrame leadInFrame nonNegativeDerivative
`;

/** Each may stand behind an aggregate function, also several. */
const COMBINATORS = /(?:if|array|distinct|ornull|ordefault|map|foreach|argmin|argmax)$/;

const words = (text: string) => text.trim().split(/\s+/);
const lowerCase = (names: readonly string[]) => new Set(names.map((name) => name.toLowerCase()));

/** The functions that a query may call, but for combinations such as countIf. */
export const ALLOWED_FUNCTIONS: readonly string[] = [
  ...words(NAMES),
  ...words(TAKING_FUNCTIONS),
  ...words(CONVERTED).flatMap((type) => ["", "OrNull", "OrZero", "OrDefault"].map((end) => `to${type}${end}`)),
  ...words(INTERVALS).map((unit) => `toInterval${unit}`),
];
export const ALLOWED_AGGREGATES: readonly string[] = words(AGGREGATES);

const FUNCTIONS: ReadonlySet<string> = lowerCase(ALLOWED_FUNCTIONS);
const AGGREGATE_FUNCTIONS: ReadonlySet<string> = lowerCase(ALLOWED_AGGREGATES);

/** Sources of rows that come from nowhere but the query itself. */
export const TABLE_FUNCTIONS: ReadonlySet<string> = new Set(["numbers", "values"]);

export const FUNCTION_TAKING: ReadonlySet<string> = lowerCase(words(TAKING_FUNCTIONS));

/** Functions with the name of a type among their arguments. */
export const TYPE_TAKING: ReadonlySet<string> = lowerCase(
  words("cast _CAST accurateCast accurateCastOrNull accurateCastOrDefault JSONExtract"),
);

/** Whether a query may call it. Names are compared without case: no two functions differ in nothing else. */
export function isAllowedFunction(name: string): boolean {
  const lower = name.toLowerCase();
  return FUNCTIONS.has(lower) || isAllowedAggregate(lower);
}

function isAllowedAggregate(name: string): boolean {
  if (AGGREGATE_FUNCTIONS.has(name)) return true;
  const shorter = name.replace(COMBINATORS, "");
  return shorter !== name && isAllowedAggregate(shorter);
}
