/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Time: the wall clock that tests can fix, RFC 3339, and a clock for deadlines. */
#include <ctype.h>
#include <errno.h>
#include "core/buf.h"

int64_t ms_now(void)
{
	const char *fixed = getenv("MSCTL_NOW");
	int64_t seconds;

	if (fixed && !ms_time_parse(fixed, &seconds))
		return seconds;
	return (int64_t)time(NULL);
}

int64_t ms_clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* RFC 3339 has four digits for the year. */
#define TIME_FIRST (-62167219200) /* 0000-01-01T00:00:00Z */
#define TIME_LAST 253402300799    /* 9999-12-31T23:59:59Z */

const char *ms_time_format(int64_t seconds, char *buf)
{
	time_t when = (time_t)(seconds < TIME_FIRST  ? TIME_FIRST
			       : seconds > TIME_LAST ? TIME_LAST
						     : seconds);
	struct tm tm = { 0 };

	gmtime_r(&when, &tm);
	snprintf(buf, 32, "%04u-%02u-%02uT%02u:%02u:%02uZ", (unsigned)(tm.tm_year + 1900) % 10000,
		 (unsigned)(tm.tm_mon + 1) % 100, (unsigned)tm.tm_mday % 100,
		 (unsigned)tm.tm_hour % 100, (unsigned)tm.tm_min % 100, (unsigned)tm.tm_sec % 100);
	return buf;
}

/* Exactly n digits; moves *text behind them.  -1 when they are not there. */
static int digits(const char **text, int n)
{
	int value = 0;

	for (; n; n--, ++*text) {
		if (!isdigit((unsigned char)**text))
			return -1;
		value = 10 * value + (**text - '0');
	}
	return value;
}

static bool skip(const char **text, const char *any)
{
	if (!**text || !strchr(any, **text))
		return false;
	++*text;
	return true;
}

/* Days since 1970-01-01 of a date in the proleptic Gregorian calendar; years begin in March. */
static int64_t days_of(int64_t year, int month, int day)
{
	int64_t y = month > 2 ? year : year - 1;
	int64_t m = month > 2 ? month - 3 : month + 9;

	/*
	 * A year before 1 BC never comes here: RFC 3339 begins with 0000, and March 0000 is year
	 * -1.
	 */
	y += 400;
	return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468 - 146097;
}

static int month_days(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

/* time-offset of RFC 3339 section 5.6, in seconds. */
static bool parse_offset(const char **text, int *ret_seconds)
{
	int sign, hours, minutes;

	if (skip(text, "Zz")) {
		*ret_seconds = 0;
		return true;
	}
	sign = **text == '-' ? -1 : 1;
	if (!skip(text, "+-"))
		return false;
	hours = digits(text, 2);
	if (hours < 0 || hours > 23 || !skip(text, ":"))
		return false;
	minutes = digits(text, 2);
	*ret_seconds = sign * (hours * 3600 + minutes * 60);
	return minutes >= 0 && minutes < 60;
}

static bool parse_date(const char **text, int64_t *ret_days)
{
	int year = digits(text, 4), month, day;

	if (year < 0 || !skip(text, "-"))
		return false;
	month = digits(text, 2);
	if (month < 1 || month > 12 || !skip(text, "-"))
		return false;
	day = digits(text, 2);
	if (day < 1 || day > month_days(year, month))
		return false;
	*ret_days = days_of(year, month, day);
	return true;
}

static bool parse_clock(const char **text, int *ret_seconds)
{
	int hour = digits(text, 2), minute, second;

	if (hour < 0 || hour > 23 || !skip(text, ":"))
		return false;
	minute = digits(text, 2);
	if (minute < 0 || minute > 59 || !skip(text, ":"))
		return false;
	second = digits(text, 2);
	if (second < 0 || second > 60) /* 60 is a leap second */
		return false;
	if (skip(text, ".")) {
		if (digits(text, 1) < 0)
			return false;
		while (isdigit((unsigned char)**text))
			++*text;
	}
	*ret_seconds = hour * 3600 + minute * 60 + second;
	return true;
}

int ms_time_parse(const char *text, int64_t *ret_seconds)
{
	int seconds, offset;
	int64_t days;

	if (!parse_date(&text, &days) || !skip(&text, "Tt ") || !parse_clock(&text, &seconds) ||
	    !parse_offset(&text, &offset) || *text)
		return -EINVAL;
	*ret_seconds = days * 86400 + seconds - offset;
	return 0;
}
