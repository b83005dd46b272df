import { MongoError } from '../error.ts';
import type { BsonDate } from './value.ts';

/** A moment by the Gregorian calendar, which is carried on into the past and the future. Months and days count from 1. */
export interface CivilTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
}

export const DAY_MS = 86_400_000;

/** Days since 1970-01-01 of a date; months and days may lie outside of their range and are carried over. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const months = month - 1;
  const y = year + Math.floor(months / 12);
  const m = (((months % 12) + 12) % 12) + 1;
  const shifted = m <= 2 ? y - 1 : y;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (m + (m > 2 ? -3 : 9)) + 2) / 5);
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468 + day - 1;
}

/** The date of a day since 1970-01-01. */
export function civilFromDays(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

/** Local time from milliseconds that already include the zone's offset. */
export function civilTime(localMs: bigint): CivilTime {
  const total = dayNumber(localMs);
  const ms = Number(localMs);
  const rest = Number.isSafeInteger(ms) ? ms - total * DAY_MS : Number(localMs - BigInt(total) * BigInt(DAY_MS));
  const { year, month, day } = civilFromDays(total);
  return {
    year,
    month,
    day,
    hour: Math.floor(rest / 3_600_000),
    minute: Math.floor(rest / 60_000) % 60,
    second: Math.floor(rest / 1000) % 60,
    millisecond: rest % 1000,
  };
}

/** Milliseconds of a local time; every part may lie outside of its range. */
export const msFromCivil = (t: CivilTime): bigint =>
  BigInt(daysFromCivil(t.year, t.month, t.day)) * BigInt(DAY_MS) +
  BigInt(t.hour) * 3_600_000n +
  BigInt(t.minute) * 60_000n +
  BigInt(t.second) * 1000n +
  BigInt(t.millisecond);

export function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

/** Days since 1970-01-01 of a local time. */
export function dayNumber(localMs: bigint): number {
  const ms = Number(localMs);
  return Number.isSafeInteger(ms) ? Math.floor(ms / DAY_MS) : Number(floorDivide(localMs, BigInt(DAY_MS)));
}

/** 0 for Sunday. */
export const weekday = (days: number): number => (((days + 4) % 7) + 7) % 7;

/** The day's number within its year, from 1. */
export const dayOfYear = (days: number): number => days - daysFromCivil(civilFromDays(days).year, 1, 1) + 1;

/** The week that begins on Sunday, 0 before the year's first Sunday. */
export const sundayWeek = (days: number): number => Math.floor((dayOfYear(days) - 1 + 7 - weekday(days)) / 7);

/** The ISO 8601 week and its year. */
export function isoWeek(days: number): { year: number; week: number } {
  const thursday = days + 4 - (weekday(days) === 0 ? 7 : weekday(days));
  return { year: civilFromDays(thursday).year, week: Math.floor((dayOfYear(thursday) - 1) / 7) + 1 };
}

/** The first day (a Monday) of an ISO year's week. */
export function isoWeekStart(year: number, week: number): number {
  const fourth = daysFromCivil(year, 1, 4);
  return fourth - ((weekday(fourth) + 6) % 7) + (week - 1) * 7;
}

const pad = (n: number, width: number): string => String(n).padStart(width, '0');

/** A date as `2026-01-31T23:59:59.999Z`. */
export function formatIso(date: BsonDate): string {
  const t = civilTime(date.ms);
  checkYear(t.year);
  const day = `${pad(t.year, 4)}-${pad(t.month, 2)}-${pad(t.day, 2)}`;
  return `${day}T${pad(t.hour, 2)}:${pad(t.minute, 2)}:${pad(t.second, 2)}.${pad(t.millisecond, 3)}Z`;
}

/** @throws MongoError 18537 for a year that four digits cannot show */
export function checkYear(year: number): void {
  if (year < 0 || year > 9999) {
    throw new MongoError(
      18_537,
      `Could not convert date to string: date component was outside the supported range of 0-9999: ${year}`,
    );
  }
}
