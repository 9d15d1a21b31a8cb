/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers that devices count, and whose they are. */
#include <errno.h>
#include <stdarg.h>
#include "fabric/driver.h"

/* Commas between thousands, blanks around. */
bool fabric_count_text(const char *text, json_int_t *ret_count)
{
	json_int_t count = 0;
	size_t digits = 0;

	for (text += strspn(text, " \t"); *text; text++) {
		int digit = *text - '0';

		if (*text == ',' && digits)
			continue;
		if (digit < 0 || digit > 9)
			break;
		digits++;
		count = count > (INT64_MAX - digit) / 10 ? INT64_MAX : count * 10 + digit;
	}
	if (!digits || text[strspn(text, " \t\r\n")])
		return false;
	*ret_count = count;
	return true;
}

bool fabric_count(const json_t *value, json_int_t *ret_count)
{
	double real = json_number_value(value);

	if (json_is_string(value))
		return fabric_count_text(json_string_value(value), ret_count);
	if (!json_is_number(value) || !(real >= 0))
		return false;
	*ret_count = json_is_integer(value) ? json_integer_value(value)
		     : real < (double)INT64_MAX ? (json_int_t)real
						: INT64_MAX;
	return true;
}

/* The object at a key, made where there is none. */
static json_t *within(json_t *object, const char *key)
{
	json_t *inner = json_object_get(object, key);

	if (!inner && !json_object_set_new(object, key, json_object()))
		inner = json_object_get(object, key);
	return inner;
}

int fabric_counter_add(json_t *status, const char *port, json_int_t count, const char *name, ...)
{
	json_t *counters = within(within(status, "counters"), port);
	json_int_t before;
	char key[64];
	va_list args;

	va_start(args, name);
	vsnprintf(key, sizeof(key), name, args);
	va_end(args);
	before = json_integer_value(json_object_get(counters, key));
	count = count > INT64_MAX - before ? INT64_MAX : before + count;
	return json_object_set_new(counters, key, json_integer(count)) ? -ENOMEM : 0;
}

int fabric_class_priority(const json_t *status, const char *member, unsigned number)
{
	const json_t *classes = ms_at(status, "/config/qos/classes");

	if (!json_object_size(classes))
		return number < 8 ? (int)number : -1;
	for (int priority = 0; priority < 8; priority++) {
		char key[2] = { (char)('0' + priority), 0 };
		const json_t *class = json_object_get(classes, key),
			     *own = json_object_get(class, member);

		if (class && (own ? json_integer_value(own) : priority) == (json_int_t)number)
			return priority;
	}
	return -1;
}

int fabric_marked_priority(const json_t *status, const char *port)
{
	const char *profile, *priority;
	json_t *ecn, *row;

	/* A port ("1/2") is no pointer. */
	row = json_object_get(ms_at(status, "/config/ports"), port);
	profile = ms_str(row, "/qos", "");
	ecn = json_object_get(json_object_get(ms_at(status, "/config/qos/profiles"), profile),
			      "ecn");
	if (json_object_size(ecn) != 1)
		return -1;
	json_object_foreach(ecn, priority, row)
		if (*priority >= '0' && *priority <= '7' && !priority[1])
			return *priority - '0';
	return -1;
}
