/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How to reach the consoles of a machine.  msctl prints the command; it is not a console client. */
#include "bmc/read.h"

/* host of https://host:port, brackets taken off. */
static void host_of(const char *base, char *buf, size_t size)
{
	const char *host = strstr(base, "://");
	size_t n;

	host = host ? host + 3 : base;
	if (*host == '[') {
		host++;
		n = strcspn(host, "]");
	} else {
		n = strcspn(host, ":/");
	}
	snprintf(buf, size, "%.*s", (int)n, host);
}

static bool lists(const json_t *resource, const char *pointer, const char *word)
{
	const json_t *one;
	size_t i;

	json_array_foreach(ms_at(resource, "%s", pointer), i, one)
		if (ms_streq(json_string_value(one), word))
			return true;
	return false;
}

/* A command that people paste must not be written by a device: only what cannot leave its quotes is
 * passed on. */
static const char *harmless(const char *text)
{
	static const char fine[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 /;._-";

	return text && !text[strspn(text, fine)] ? text : NULL;
}

static void add(json_t *list, const char *type, json_t *command)
{
	json_t *one = json_pack("{s:s, s:o?}", "type", type, "command", command);

	if (one)
		json_array_append_new(list, one);
}

/* What one types after the login, by vendor, where ComputerSystem.SerialConsole does not say. */
static const char *entry_command(const char *vendor)
{
	static const struct { const char *vendor, *text; } words[] = {
		{ "dell", "console com2" },
		{ "hpe", "vsp" },
		{ "lenovo", "console" },
		{ "supermicro", "cd system1/sol1; start" },
	};

	for (size_t i = 0; vendor && i < MS_ARRAY_SIZE(words); i++)
		if (!strcmp(vendor, words[i].vendor))
			return words[i].text;
	return NULL;
}

/* DSP0268 ComputerSystem.SerialConsole is exact; Manager.SerialConsole and CommandShell only say
 * that there is one. */
static void serial(struct bmc *bmc, const char *host, const char *vendor, json_t *list)
{
	const json_t *ssh = ms_at(bmc->system, "/SerialConsole/SSH"), *manager = bmc_manager(bmc);
	int port = (int)ms_int(ssh, "/Port", 22);
	const char *entry = harmless(ms_str(ssh, "/ConsoleEntryCommand", entry_command(vendor)));
	bool exact = ms_bool(ssh, "/ServiceEnabled", false);

	if (!exact && !lists(manager, "/SerialConsole/ConnectTypesSupported", "SSH") &&
	    !lists(manager, "/CommandShell/ConnectTypesSupported", "SSH"))
		return;
	/* bmcweb's host console listens beside the shell. */
	if (!exact && vendor && (!strcmp(vendor, "openbmc") || !strcmp(vendor, "nvidia")))
		port = 2200;
	add(list, "ssh",
	    json_sprintf("ssh -t -p %d %s@%s%s%s%s", port, bmc->user, host,
			 entry && port != 2200 ? " '" : "", entry && port != 2200 ? entry : "",
			 entry && port != 2200 ? "'" : ""));
}

json_t *bmc_console(struct bmc *bmc)
{
	const struct ms_rf_quirks *quirks = ms_redfish_quirks(bmc->redfish);
	const json_t *manager = bmc_manager(bmc);
	json_t *list = json_array();
	char host[256];

	host_of(bmc->base, host, sizeof(host));
	serial(bmc, host, quirks ? quirks->vendor : NULL, list);
	if (lists(manager, "/SerialConsole/ConnectTypesSupported", "IPMI") ||
	    ms_bool(bmc->system, "/SerialConsole/IPMI/ServiceEnabled", false))
		add(list, "ipmi",
		    json_sprintf("ipmitool -I lanplus -H %s -U %s -a sol activate", host,
				 bmc->user));
	if (ms_bool(manager, "/GraphicalConsole/ServiceEnabled", false) ||
	    ms_bool(bmc->system, "/GraphicalConsole/ServiceEnabled", false))
		add(list, "kvm", json_sprintf("xdg-open %s", bmc->base));
	return list;
}
