/* SPDX-License-Identifier: GPL-2.0-or-later */
/* commit check of class-of-service: what refers to nothing, and what cannot be together. */
#include "sim/junos/junos.h"

struct check {
	const json_t *lines;
	const struct junos_line *line;
	struct junos_complaint *complaint;
};

static int wrong(const struct check *check, const char *element, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
static int wrong(const struct check *check, const char *element, const char *fmt, ...)
{
	struct junos_complaint *c = check->complaint;
	va_list args;

	*c = (struct junos_complaint){ .path = "[edit class-of-service]" };
	va_start(args, fmt);
	vsnprintf(c->message, sizeof(c->message), fmt, args);
	va_end(args);
	snprintf(c->element, sizeof(c->element), "%s", element);
	return -EINVAL;
}

static bool is(const struct check *check, size_t i, const char *word)
{
	return i < check->line->n && !strcmp(check->line->word[i], word);
}

static bool there(const struct check *check, const char *path, const char *name)
{
	char text[400];

	snprintf(text, sizeof(text), "class-of-service %s %s", path, name);
	return junos_has(check->lines, text);
}

static bool is_preset(const char *name)
{
	static const char *const presets[] = { "best-effort", "fcoe", "no-loss", "network-control",
					       "mcast" };

	for (size_t i = 0; i < MS_ARRAY_SIZE(presets); i++)
		if (!strcmp(name, presets[i]))
			return true;
	return false;
}

static bool is_bits(const char *text, size_t n)
{
	return strlen(text) == n && strspn(text, "01") == n;
}

static int check_reference(const struct check *check, const char *what, const char *path,
			   const char *name)
{
	if (there(check, path, name) ||
	    (!strcmp(path, "forwarding-classes class") && is_preset(name)))
		return 0;
	return wrong(check, name, "%s %s is not defined", what, name);
}

/* classifiers dscp NAME forwarding-class F loss-priority low code-points BITS */
static int check_classifier(const struct check *check)
{
	const struct junos_line *line = check->line;
	const char *bits = line->word[line->n - 1];
	bool dscp = is(check, 2, "dscp");

	if (line->n != 10)
		return 0;
	if (!is_bits(bits, dscp ? 6 : 3))
		return wrong(check, bits, "invalid code point %s", bits);
	return check_reference(check, "forwarding-class", "forwarding-classes class",
			       line->word[5]);
}

/* Some line begins with the one and ends with the other? */
static bool any_line(const struct check *check, const char *head, const char *tail)
{
	const char *text;
	json_t *value;
	size_t n = strlen(tail);

	json_object_foreach((json_t *)check->lines, text, value)
		if (ms_starts(text, head) && strlen(text) > n &&
		    !strcmp(text + strlen(text) - n, tail))
			return true;
	return false;
}

/* The forwarding class that some classifier gives a DSCP to; false when none does. */
static bool class_of(const struct check *check, const char *bits, char *class, size_t size)
{
	const char *text;
	json_t *value;

	json_object_foreach((json_t *)check->lines, text, value) {
		struct junos_line line;

		if (!ms_starts(text, "class-of-service classifiers dscp ") ||
		    !junos_line_cut(&line, text, strlen(text)) || line.n != 10 ||
		    strcmp(line.word[9], bits))
			continue;
		snprintf(class, size, "%s", line.word[5]);
		return true;
	}
	return false;
}

/* PFC by DSCP needs a class that says which priority it pauses. */
static int check_dscp_pfc(const struct check *check, const char *bits)
{
	char class[128], path[200];

	if (!is_bits(bits, 6))
		return wrong(check, bits, "invalid code point %s", bits);
	if (!class_of(check, bits, class, sizeof(class)))
		return wrong(check, bits, "code-point %s is in no forwarding class", bits);
	snprintf(path, sizeof(path), "forwarding-classes class %s", class);
	if (!there(check, path, "no-loss") || !there(check, path, "pfc-priority"))
		return wrong(check, class,
			     "forwarding-class %s of code-point %s needs no-loss and pfc-priority",
			     class, bits);
	return 0;
}

/* congestion-notification-profile NAME input dscp code-point BITS pfc */
static int check_notification(const struct check *check)
{
	const struct junos_line *line = check->line;
	char head[200];
	int r = 0;

	if (is(check, 4, "dscp") && is(check, 7, "pfc")) {
		snprintf(head, sizeof(head),
			 "class-of-service congestion-notification-profile %s input ieee-802.1 ",
			 line->word[2]);
		if (any_line(check, head, " pfc"))
			return wrong(check, line->word[2],
				     "ieee-802.1 and dscp cannot be configured together in "
				     "congestion-notification-profile %s",
				     line->word[2]);
		r = check_dscp_pfc(check, line->word[6]);
	}
	if (line->n >= 7 && is(check, 4, "ieee-802.1") && !is_bits(line->word[6], 3))
		r = wrong(check, line->word[6], "invalid code point %s", line->word[6]);
	return r;
}

/* Levels rise, and each has its probability. */
static int check_levels(const struct check *check)
{
	const char *name = check->line->word[2], *text;
	long last[2] = { -1, -1 }, n[2] = { 0, 0 };
	json_t *value;
	char head[160];

	snprintf(head, sizeof(head), "class-of-service drop-profiles %s interpolate ", name);
	json_object_foreach((json_t *)check->lines, text, value) {
		bool drop = ms_starts(text, head) && ms_starts(text + strlen(head), "drop");
		long level;

		if (!ms_starts(text, head))
			continue;
		level = strtol(strrchr(text, ' '), NULL, 10);
		if (level < 0 || level > 100 || level < last[drop])
			return wrong(check, name, "drop-profiles %s: %s must rise, up to 100", name,
				     drop ? "drop-probability" : "fill-level");
		last[drop] = level;
		n[drop]++;
	}
	if (n[0] != n[1])
		return wrong(check, name,
			     "drop-profiles %s: %ld fill-level and %ld drop-probability", name,
			     n[0], n[1]);
	return 0;
}

/* scheduler-maps MAP forwarding-class F scheduler S: and all of them together. */
static int check_map(const struct check *check)
{
	const struct junos_line *line = check->line;
	const char *text;
	char head[160], path[200], rate[256];
	json_t *value;
	long sum = 0;
	int r = check_reference(check, "forwarding-class", "forwarding-classes class",
				line->word[4]);

	r = r ? r : check_reference(check, "scheduler", "schedulers", line->word[6]);
	snprintf(head, sizeof(head), "class-of-service scheduler-maps %s ", line->word[2]);
	json_object_foreach((json_t *)check->lines, text, value) {
		if (!ms_starts(text, head))
			continue;
		snprintf(path, sizeof(path), "class-of-service schedulers %s transmit-rate percent",
			 strrchr(text, ' ') + 1);
		if (junos_value(check->lines, path, rate))
			sum += strtol(rate, NULL, 10);
	}
	if (!r && sum > 100)
		r = wrong(check, line->word[2],
			  "scheduler-map %s: transmit-rate of its schedulers is %ld percent",
			  line->word[2], sum);
	return r;
}

static int check_scheduler(const struct check *check)
{
	const struct junos_line *line = check->line;

	if (is(check, 3, "priority") && !is(check, 4, "low") && !is(check, 4, "strict-high"))
		return wrong(check, line->word[4], "scheduler priority %s is not supported",
			     line->word[4]);
	if (line->n == 9 && is(check, 3, "drop-profile-map"))
		return check_reference(check, "drop-profile", "drop-profiles", line->word[8]);
	return 0;
}

static int check_interface(const struct check *check)
{
	const struct junos_line *line = check->line;
	char path[64];

	if (line->n == 5 && is(check, 3, "congestion-notification-profile"))
		return check_reference(check, "congestion-notification-profile",
				       "congestion-notification-profile", line->word[4]);
	if (line->n == 5 && is(check, 3, "scheduler-map"))
		return check_reference(check, "scheduler-map", "scheduler-maps", line->word[4]);
	if (line->n == 8 && is(check, 5, "classifiers") && !is(check, 7, "default")) {
		snprintf(path, sizeof(path), "classifiers %.20s", line->word[6]);
		return check_reference(check, "classifier", path, line->word[7]);
	}
	return 0;
}

int junos_check_cos(const json_t *lines, const struct junos_line *line,
		    struct junos_complaint *complaint)
{
	static const struct {
		const char *word;
		int (*check)(const struct check *check);
	} parts[] = {
		{ "classifiers", check_classifier },
		{ "congestion-notification-profile", check_notification },
		{ "drop-profiles", check_levels },
		{ "scheduler-maps", check_map },
		{ "schedulers", check_scheduler },
		{ "interfaces", check_interface },
	};
	struct check check = { lines, line, complaint };

	if (line->n < 3 || !is(&check, 0, "class-of-service"))
		return 0;
	for (size_t i = 0; i < MS_ARRAY_SIZE(parts); i++)
		if (is(&check, 1, parts[i].word))
			return parts[i].check(&check);
	return 0;
}
