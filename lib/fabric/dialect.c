/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What rendering depends on besides the model: which driver, which version, how ports are called.
 */
#include <ctype.h>
#include <errno.h>
#include "fabric/driver.h"
#include "site/site.h"

/* The next number of a version, 0 at its end; what is between numbers separates them. */
static unsigned long next_number(const char **text)
{
	char *end;
	unsigned long number;

	while (**text && !isdigit((unsigned char)**text))
		(*text)++;
	if (!**text)
		return 0;
	number = strtoul(*text, &end, 10);
	*text = end;
	return number;
}

int fabric_version_compare(const char *version, const char *other)
{
	if (!version || !other)
		return !version - !other;
	while (*version || *other) {
		unsigned long a = next_number(&version), b = next_number(&other);

		if (a != b)
			return a < b ? -1 : 1;
	}
	return 0;
}

static int find_driver(const json_t *sw, const struct fabric_driver **ret_driver,
		       struct ms_err *err)
{
	const char *platform = ms_str(sw, "/spec/platform", NULL);
	const struct fabric_driver *driver = fabric_driver_find(platform);
	const struct fabric_driver *const *d;
	MS_AUTO_BUF struct ms_buf words = { 0 };
	int r;

	*ret_driver = driver;
	if (driver)
		return 0;
	for (d = fabric_drivers; *d; d++)
		ms_buf_printf(&words, "%s%s", words.len ? ", " : "", (*d)->platform);
	r = ms_fail(err, -EOPNOTSUPP, MS_UNSUPPORTED, "no driver for platform %s of %s",
		    platform ? platform : "(none)", ms_name(sw));
	ms_err_at(err, ms_name(sw), "/spec/platform");
	ms_hint(err, "platforms that can be driven: %s", words.data ? words.data : "none");
	return r;
}

static void name_ports(struct fabric_dialect *dialect, const json_t *names)
{
	const struct fabric_driver *driver = dialect->driver;

	dialect->prefix = ms_str(names, "/prefix", driver->prefix);
	dialect->part = ms_str(names, "/part", driver->part);
	dialect->first = (int)ms_int(names, "/first", driver->first);
	dialect->step = (int)ms_int(names, "/step", driver->step);
	dialect->first_part = (int)ms_int(names, "/firstPart", driver->first_part);
	if (dialect->step < 1)
		dialect->step = 1;
}

int fabric_dialect_init(struct fabric_dialect *dialect, const json_t *sw, const json_t *facts,
			struct ms_err *err)
{
	const json_t *seen = facts ? facts : ms_at(sw, "/status/switch");
	int r;

	*dialect = (struct fabric_dialect){ .sw = sw };
	r = find_driver(sw, &dialect->driver, err);
	if (r)
		return r;
	dialect->version = ms_str(seen, "/version", ms_str(sw, "/spec/version", NULL));
	dialect->names = ms_at(seen, "/names");
	dialect->asic = ms_asic_find(ms_str(sw, "/spec/asic", NULL),
				     ms_str(seen, "/model", ms_str(sw, "/spec/model", NULL)));
	name_ports(dialect, ms_at(sw, "/spec/portNames"));
	if (dialect->driver->choose)
		dialect->driver->choose(dialect);
	return 0;
}
