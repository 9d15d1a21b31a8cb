/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a NIC sends of a traffic class at most: kb/s everywhere, as struct ieee_maxrate of Linux has
 * it. */
#include "roce/aspect.h"

/* mlx5 keeps 100 Mb/s up to 25.5 Gb/s, whole Gb/s above, and rounds down; mlx4 rounds up to 100
 * Mb/s. */
#define FINE 100000
#define COARSE 1000000

static int64_t class_rate(const struct ms_roce_class *class, const json_t *own)
{
	const json_t *rate = json_object_get(own, class->name);

	return rate ? json_integer_value(rate) : class->max_rate;
}

/* A NIC speaks of classes that its fabric has. */
static bool is_known(const struct ms_roce *roce, const json_t *own, char *why, size_t size)
{
	const char *name;
	json_t *rate;

	json_object_foreach((json_t *)own, name, rate) {
		bool found = false;

		for (size_t i = 0; i < roce->n; i++)
			found = found || !strcmp(roce->classes[i].name, name);
		if (found)
			continue;
		snprintf(why, size, "the fabric has no class %.64s", name);
		return false;
	}
	return true;
}

/* Classes without a limit of their own take that of a class which shares their traffic class. */
int roce_rates_of(const struct ms_roce *roce, const json_t *nic, int64_t ret_rates[static 8],
		  char *why, size_t size)
{
	const json_t *own = ms_at(nic, "/spec/roce/maxRate");
	int64_t rates[8];
	bool said = false;

	if (!is_known(roce, own, why, size))
		return -1;
	memset(rates, -1, sizeof(rates));
	for (size_t i = 0; i < roce->n; i++) {
		int64_t rate = class_rate(&roce->classes[i], own),
			*at = &rates[roce->classes[i].traffic_class];

		if (rate < 0)
			continue;
		if (*at >= 0 && *at != rate) {
			snprintf(
				why, size,
				"class %.64s is to have %lld kb/s, another of its traffic class "
				 "%lld",
				roce->classes[i].name, (long long)rate, (long long)*at);
			return -1;
		}
		*at = rate;
		said = true;
	}
	for (size_t i = 0; i < 8; i++)
		ret_rates[i] = rates[i] < 0 ? 0 : rates[i];
	return said;
}

json_t *roce_want_max_rate(struct roce_draft *draft)
{
	int64_t rates[8];
	char why[200];
	json_t *list;
	int said;

	/* A neighbour that is obeyed says what is in which traffic class. */
	if (draft->roce->off || !strcmp(draft->roce->dcbx, "willing"))
		return NULL;
	said = roce_rates_of(draft->roce, draft->nic, rates, why, sizeof(why));
	if (said > 0 && !json_object_get(draft->seen, "maxRate")) {
		snprintf(why, sizeof(why), "%s",
			 ms_str(ms_at(draft->seen, "/unsupported"), "/maxRate",
				"they were not read"));
		said = -1;
	}
	if (said < 0)
		roce_refuse(draft, "maxRate",
			    "maxRate of the classes of the fabric, or in spec.roce of the Nic",
			    "no maximum rates: %s", why);
	if (said <= 0)
		return NULL;
	list = json_array();
	for (size_t i = 0; i < 8; i++)
		json_array_append_new(list, json_integer(rates[i]));
	return list;
}

static bool is_rounded(int64_t now, int64_t want, int64_t unit)
{
	int64_t down = want / unit * unit;

	return now == (down ? down : unit) || now == (want + unit - 1) / unit * unit;
}

bool roce_rate_holds(int64_t now, int64_t want)
{
	if (now == want || !now || !want)
		return now == want;
	return is_rounded(now, want, FINE) || (want > 255 * FINE && is_rounded(now, want, COARSE));
}

bool roce_holds_max_rate(const json_t *now, const json_t *want)
{
	const json_t *is = json_object_get(now, "maxRate"), *to = json_object_get(want, "maxRate");

	if (json_array_size(is) != 8 || json_array_size(to) != 8)
		return json_equal(is, to);
	for (size_t i = 0; i < 8; i++)
		if (!roce_rate_holds(json_integer_value(json_array_get(is, i)),
				     json_integer_value(json_array_get(to, i))))
			return false;
	return true;
}
