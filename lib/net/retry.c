/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When to try again, and after how long.  Only a request that is safe to repeat is repeated: GET
 * and HEAD, those whose caller says so, those that the device surely did not receive, and those
 * that it put off (429).
 */
#include <errno.h>
#include <stdio.h>
#include <sys/random.h>
#include <time.h>
#include "net/retry.h"

#define DEFAULT_TRIES 4
#define MAX_UNITS 30
#define MAX_REPEATED_SECONDS 60

unsigned ms_transfer_seconds(const struct ms_http_request *request)
{
	static const unsigned seconds[] = {
		[MS_HTTP_FAST] = 15,	[MS_HTTP_NORMAL] = 60, [MS_HTTP_SLOW] = 180,
		[MS_HTTP_UPLOAD] = 360, [MS_HTTP_STREAM] = 0,
	};

	if (request->seconds)
		return request->seconds;
	if (request->class == MS_HTTP_UPLOAD)
		return seconds[MS_HTTP_UPLOAD] + (unsigned)(request->body_len / 200000);
	return seconds[request->class];
}

static bool is_safe(const char *method)
{
	return !strcmp(method, "GET") || !strcmp(method, "HEAD");
}

static unsigned tries_of(const struct ms_http_request *request)
{
	return request->tries ? request->tries : DEFAULT_TRIES;
}

bool ms_retry_wanted(const struct ms_http_request *request, int rc, long status,
		     const struct ms_outcome *outcome, unsigned try, enum ms_code code)
{
	bool repeatable = request->repeatable || is_safe(request->method);

	if (outcome->final || try >= tries_of(request))
		return false;
	if (rc == 0 && status == 429)
		return true;
	if (rc == 0)
		return repeatable && (status == 502 || status == 503 || status == 504);
	/* A device that was silent for a whole deadline gets one more chance, not three; after a
	 * long one none. */
	if (code == MS_TIMEOUT && (try >= 2 || ms_transfer_seconds(request) > MAX_REPEATED_SECONDS))
		return false;
	return outcome->transport && (repeatable || outcome->unsent);
}

int64_t ms_retry_backoff_ms(unsigned try, unsigned unit_ms, double random)
{
	unsigned units = try > 5 ? MAX_UNITS : 1u << (try ? try - 1 : 0);

	return (int64_t)(random * (double)((int64_t)units * unit_ms));
}

static int month_of(const char *name)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	const char *at = strlen(name) == 3 ? strstr(names, name) : NULL;

	return at && (at - names) % 3 == 0 ? (int)(at - names) / 3 : -1;
}

/* The three forms of RFC 9110, 5.6.7; strptime would take the locale's names. */
bool ms_http_date_parse(const char *text, int64_t *ret_seconds)
{
	struct tm tm = { 0 };
	char month[4] = "";
	int year, n = 0;

	if (sscanf(text, "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d GMT%n", &tm.tm_mday, month,
		   &year, &tm.tm_hour, &tm.tm_min, &tm.tm_sec, &n) != 6 ||
	    !n) {
		n = 0;
		if (sscanf(text, "%*9[A-Za-z], %2d-%3[A-Za-z]-%2d %2d:%2d:%2d GMT%n", &tm.tm_mday,
			   month, &year, &tm.tm_hour, &tm.tm_min, &tm.tm_sec, &n) == 6 &&
		    n)
			year += year < 70 ? 2000 : 1900;
		else if (sscanf(text, "%*3[A-Za-z] %3[A-Za-z] %2d %2d:%2d:%2d %4d%n", month,
				&tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec, &year, &n) != 6 ||
			 !n)
			return false;
	}
	tm.tm_mon = month_of(month);
	tm.tm_year = year - 1900;
	if (tm.tm_mon < 0 || tm.tm_mday < 1 || tm.tm_mday > 31 || tm.tm_hour > 23 ||
	    tm.tm_min > 59 || tm.tm_sec > 60)
		return false;
	*ret_seconds = timegm(&tm);
	return true;
}

int64_t ms_retry_after(const char *header, const char *date, int64_t now)
{
	int64_t then, base = now;
	char *end;

	if (!header || !*header)
		return -1;
	if (strspn(header, "0123456789") == strlen(header)) {
		errno = 0;
		then = strtoll(header, &end, 10);
		return errno ? -1 : then;
	}
	if (!ms_http_date_parse(header, &then))
		return -1;
	/* The device's clock may be in 1970: its date makes sense against its own Date only. */
	if (date)
		ms_http_date_parse(date, &base);
	return then > base ? then - base : 0;
}

double ms_random(void)
{
	uint32_t bits = 0;

	if (getrandom(&bits, sizeof(bits), GRND_NONBLOCK) != sizeof(bits))
		bits = (uint32_t)ms_clock_ms() * 2654435761u;
	return (double)bits / 4294967296.0;
}
