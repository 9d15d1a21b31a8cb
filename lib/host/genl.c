/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Generic netlink: families have names, and numbers that each boot deals out anew. */
#include "host/host-private.h"

#include <errno.h>
#include <linux/genetlink.h>

static int take_id(const struct nlmsghdr *reply, void *ctx, struct ms_err *err)
{
	const struct nlattr *attrs[CTRL_ATTR_FAMILY_ID + 1];
	uint16_t *id = ctx;

	(void)err;
	ms_nl_parse(reply, GENL_HDRLEN, attrs, CTRL_ATTR_FAMILY_ID);
	*id = ms_nl_u16(attrs[CTRL_ATTR_FAMILY_ID], *id);
	return 0;
}

static int ask_id(struct ms_host *host, const char *family, uint16_t *ret_id, struct ms_err *err)
{
	struct genlmsghdr header = { .cmd = CTRL_CMD_GETFAMILY, .version = 1 };
	MS_AUTO_NL struct ms_nl_request request;
	struct ms_err inner = MS_ERR_INIT;
	int r;

	ms_nl_request_init(&request, NETLINK_GENERIC, GENL_ID_CTRL, 0, &header, sizeof(header),
			   "netlink family %s", family);
	ms_nl_put_text(&request, CTRL_ATTR_FAMILY_NAME, family);
	r = ms_nl_talk(host, &request, take_id, ret_id, &inner);
	if (r == -ENOENT || (!r && !*ret_id))
		return ms_fail(err, -EOPNOTSUPP, MS_UNSUPPORTED,
			       "this kernel has no netlink family %s", family);
	if (r < 0)
		*err = inner;
	return r;
}

static int find_id(struct ms_host *host, const char *family, uint16_t *ret_id, struct ms_err *err)
{
	uint16_t id = 0;
	int r;

	for (size_t i = 0; i < host->n_families; i++) {
		if (strcmp(host->families[i].name, family))
			continue;
		*ret_id = host->families[i].id;
		return 0;
	}
	r = ask_id(host, family, &id, err);
	if (r < 0)
		return r;
	if (host->n_families < MS_GENL_FAMILIES &&
	    strlen(family) < sizeof(host->families[0].name)) {
		snprintf(host->families[host->n_families].name, sizeof(host->families[0].name),
			 "%s", family);
		host->families[host->n_families++].id = id;
	}
	*ret_id = id;
	return 0;
}

int ms_genl_request_init(struct ms_host *host, struct ms_nl_request *request, const char *family,
			 uint8_t command, uint16_t flags, struct ms_err *err, const char *what, ...)
{
	struct genlmsghdr header = { .cmd = command, .version = 1 };
	char words[sizeof(request->what)];
	uint16_t id = 0;
	va_list args;
	int r;

	*request = (struct ms_nl_request){ 0 };
	va_start(args, what);
	vsnprintf(words, sizeof(words), what, args);
	va_end(args);
	r = find_id(host, family, &id, err);
	if (r < 0)
		return r;
	ms_nl_request_init(request, NETLINK_GENERIC, id, flags, &header, sizeof(header), "%s",
			   words);
	return 0;
}
