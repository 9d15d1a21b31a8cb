/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Virtual media (DSP0268, VirtualMedia): no two vendors take the same request, so it is a ladder.
 * A slot that takes the kind of image; InsertMedia with the image alone; then what the error text
 * asks for, one thing at a time; PATCH where there is no action; the next slot when one refuses;
 * and the slot read back before it counts.
 */
#include "bmc/aspect.h"
#include "bmc/read.h"

enum { SEEN_SECONDS = 60, TRIES = 6 };

/* ---- slots ---- */

static const char *media_type(const char *url)
{
	size_t len = strcspn(url, "?#");

	return len > 4 && (!strncasecmp(url + len - 4, ".img", 4) ||
			   !strncasecmp(url + len - 4, ".raw", 4))
		       ? "USBStick"
		       : "CD";
}

static bool has_type(const json_t *slot, const char *type)
{
	const json_t *types = json_object_get(slot, "mediaTypes");
	size_t i;
	json_t *one;

	json_array_foreach(types, i, one) {
		const char *word = json_string_value(one);

		if (ms_streq(word, type) || (!strcmp(type, "CD") && ms_streq(word, "DVD")))
			return true;
	}
	return !json_array_size(types);
}

/* Lenovo's RDOC and Remote slots are fed by its own tools. */
static bool usable(const json_t *slot, const char *type)
{
	const char *id = ms_str(slot, "/id", "");

	return has_type(slot, type) && !ms_starts(id, "RDOC") && !ms_starts(id, "Remote");
}

/* Supermicro says Inserted with nothing connected, Dell keeps Inserted for a while after it is
 * gone. */
static bool occupied(const json_t *slot)
{
	return ms_bool(slot, "/inserted", false) &&
	       !ms_streq(ms_str(slot, "/connectedVia", NULL), "NotConnected");
}

/* Some show the image without its credentials, or only the last part of its path. */
static bool shows_image(const json_t *slot, const char *url)
{
	const char *image = ms_str(slot, "/image", ""), *name = strrchr(url, '/'),
		   *shown = strrchr(image, '/');

	if (!strcmp(image, url))
		return true;
	name = name ? name + 1 : url;
	shown = shown ? shown + 1 : image;
	return *name && !strcmp(name, shown);
}

static int look(struct bmc *bmc, json_t **ret_facts, struct ms_err *err)
{
	int r = bmc_look(bmc, NULL, "media", ret_facts, err);

	if (!r && !json_array_size(json_object_get(*ret_facts, "media"))) {
		json_decref(ms_take(*ret_facts));
		return ms_fail(err, -EOPNOTSUPP, MS_UNSUPPORTED, "this BMC has no virtual media");
	}
	return r;
}

static const json_t *slot_by_uri(const json_t *facts, const char *uri)
{
	size_t i;
	json_t *slot;

	json_array_foreach(json_object_get(facts, "media"), i, slot)
		if (ms_streq(ms_str(slot, "/uri", NULL), uri))
			return slot;
	return NULL;
}

/* Until the slot is as wanted: url NULL = empty. */
static int wait_slot(struct bmc *bmc, const char *uri, const char *url, struct ms_err *err)
{
	int64_t deadline = ms_clock_ms() + SEEN_SECONDS * 1000ll;
	int r;

	for (;;) {
		json_auto_t *facts = NULL;
		const json_t *slot;

		r = look(bmc, &facts, err);
		if (r)
			return r;
		slot = slot_by_uri(facts, uri);
		if (url ? occupied(slot) && shows_image(slot, url) : !occupied(slot))
			return 0;
		r = bmc_pause(bmc, deadline,
			      url ? "the image to be seen in its slot" : "the slot to be empty",
			      err);
		if (r)
			return r;
	}
}

/* ---- eject ---- */

static int eject(struct bmc *bmc, const char *uri, struct ms_err *err)
{
	json_auto_t *slot = NULL;
	int r = ms_redfish_get_fresh(bmc->redfish, uri, &slot, err);

	if (r)
		return r;
	if (ms_at(slot, "/Actions/#VirtualMedia.EjectMedia"))
		r = bmc_action(bmc, slot, "#VirtualMedia.EjectMedia", json_object(), SEEN_SECONDS,
			       err);
	else
		r = bmc_patch(bmc, uri, json_pack("{s:n,s:b}", "Image", "Inserted", 0),
			      SEEN_SECONDS, err);
	return r ? r : wait_slot(bmc, uri, NULL, err);
}

static int eject_all(struct bmc *bmc, const char *url, struct ms_err *err)
{
	json_auto_t *facts = NULL;
	size_t i;
	json_t *slot;
	int r = look(bmc, &facts, err);

	json_array_foreach(json_object_get(facts, "media"), i, slot)
		if (!r && occupied(slot) && (!url || shows_image(slot, url)))
			r = eject(bmc, ms_str(slot, "/uri", ""), err);
	return r;
}

/* ---- insert ---- */

static const char *protocol_of(const char *url)
{
	static const char *const names[][2] = { { "https:", "HTTPS" }, { "http:", "HTTP" },
						{ "nfs:", "NFS" },     { "cifs:", "CIFS" },
						{ "smb:", "CIFS" },    { "ftp:", "FTP" },
						{ "tftp:", "TFTP" } };
	size_t i;

	for (i = 0; i < MS_ARRAY_SIZE(names); i++)
		if (!strncasecmp(url, names[i][0], strlen(names[i][0])))
			return names[i][1];
	return "HTTP";
}

/* Rungs: what an error text names is added, each once. */
static const struct { const char *said, *name;
} rungs[] = {
	{ "TransferProtocolType", "TransferProtocolType" },
	{ "TransferMethod", "TransferMethod" },
	{ "WriteProtected", "WriteProtected" },
	{ "Inserted", "Inserted" },
	{ "UserName", "UserName" },
	{ "Password", "Password" },
	{ "MediaType", "MediaType" },
};

static json_t *rung_value(const char *name, const char *url)
{
	if (!strcmp(name, "TransferProtocolType"))
		return json_string(protocol_of(url));
	if (!strcmp(name, "TransferMethod"))
		return json_string("Stream");
	if (!strcmp(name, "MediaType"))
		return json_string(media_type(url));
	/* DGX asks for credentials and takes these where there are none. */
	if (!strcmp(name, "UserName") || !strcmp(name, "Password"))
		return json_string("none");
	return json_true();
}

static bool add_rungs(json_t *body, const char *message, const char *url)
{
	bool added = false;
	size_t i;

	for (i = 0; i < MS_ARRAY_SIZE(rungs); i++)
		if (strstr(message, rungs[i].said) && !json_object_get(body, rungs[i].name))
			added |= !json_object_set_new(body, rungs[i].name,
						      rung_value(rungs[i].name, url));
	return added;
}

static bool hopeless(const struct ms_err *err)
{
	return err->code == MS_AUTH || err->code == MS_LICENSE || err->code == MS_TLS ||
	       err->code == MS_UNREACHABLE || err->code == MS_CANCELLED ||
	       err->code == MS_UNSUPPORTED;
}

/* "POST /redfish/...: 500 Internal Server Error". */
static bool server_error(const struct ms_err *err)
{
	long status = 0;

	return sscanf(err->message, "%*s %*s %ld", &status) == 1 && status >= 500 && status <= 599;
}

/* What to do after a refusal: 0 = try again, with what was added to the body; else give up. */
static int next_rung(struct bmc *bmc, json_t *body, const char *url, unsigned *broken,
		     struct ms_err *err)
{
	if (hopeless(err))
		return err->error;
	if (add_rungs(body, err->message, url))
		return 0;
	/* Three tries in all, 3 s apart. */
	if (server_error(err) && ++*broken < 3)
		return ms_task_sleep(bmc_loop(bmc), 3 * ms_http_poll_ms(bmc->env->http)) ==
				       -ECANCELED
			       ? -ECANCELED
			       : 0;
	if (json_object_get(body, "Inserted") || *broken)
		return err->error;
	return json_object_set_new(body, "Inserted", json_true()) ||
			       json_object_set_new(body, "WriteProtected", json_true())
		       ? ms_nomem(err)
		       : 0;
}

static int insert_action(struct bmc *bmc, const json_t *slot, const char *url, struct ms_err *err)
{
	json_auto_t *body = json_pack("{s:s}", "Image", url);
	unsigned tries, broken = 0;
	int r = body ? 0 : ms_nomem(err);

	for (tries = 0; body && tries < TRIES; tries++) {
		ms_err_clear(err);
		r = bmc_action(bmc, slot, "#VirtualMedia.InsertMedia", json_deep_copy(body),
			       SEEN_SECONDS, err);
		if (!r || next_rung(bmc, body, url, &broken, err))
			return r;
	}
	return r;
}

static int insert_slot(struct bmc *bmc, const char *uri, const char *url, struct ms_err *err)
{
	json_auto_t *slot = NULL;
	int r = ms_redfish_get_fresh(bmc->redfish, uri, &slot, err);

	if (r)
		return r;
	if (ms_at(slot, "/Actions/#VirtualMedia.InsertMedia"))
		r = insert_action(bmc, slot, url, err);
	else
		r = bmc_patch(bmc, uri,
			      json_pack("{s:s,s:b,s:b}", "Image", url, "Inserted", 1,
					"WriteProtected", 1),
			      SEEN_SECONDS, err);
	return r ? r : wait_slot(bmc, uri, url, err);
}

/* Free slots first; only when there is none is an image of somebody else's ejected. */
static int insert_any(struct bmc *bmc, const json_t *facts, const char *url, struct ms_err *err)
{
	const char *type = media_type(url), *taken = NULL;
	struct ms_err last = MS_ERR_INIT;
	size_t i;
	json_t *slot;
	int r;

	json_array_foreach(json_object_get(facts, "media"), i, slot) {
		const char *uri = ms_str(slot, "/uri", "");

		if (!usable(slot, type))
			continue;
		if (occupied(slot)) {
			taken = taken ? taken : uri;
			continue;
		}
		ms_err_clear(&last);
		r = insert_slot(bmc, uri, url, &last);
		if (!r)
			return 0;
		if (hopeless(&last) && last.code != MS_UNSUPPORTED)
			break;
	}
	if (last.code == MS_OK && taken) {
		r = eject(bmc, taken, err);
		return r ? r : insert_slot(bmc, taken, url, err);
	}
	if (last.code == MS_OK)
		return ms_fail(err, -EOPNOTSUPP, MS_UNSUPPORTED,
			       "no virtual media slot of this BMC takes a %s image", type);
	*err = last;
	return last.error;
}

static int insert(struct bmc *bmc, const char *url, struct ms_err *err)
{
	json_auto_t *facts = NULL;
	size_t i;
	json_t *slot;
	int r = look(bmc, &facts, err);

	if (r)
		return r;
	if (strpbrk(url, "&?"))
		ms_redfish_warn(bmc->redfish, "several BMCs refuse image URLs with & or ?");
	json_array_foreach(json_object_get(facts, "media"), i, slot)
		if (occupied(slot) && shows_image(slot, url))
			return 0;
	return insert_any(bmc, facts, url, err);
}

/* Where media go with the session that mounted them, the whole job is done with Basic
 * authentication. */
static int with_basic(struct bmc *bmc, struct ms_redfish **ret_session, struct ms_err *err)
{
	struct ms_redfish_opts opts = { .peer = bmc->peer, .user = bmc->user, .auth = "basic" };
	struct ms_redfish *basic;
	int r;

	if (!ms_redfish_quirks(bmc->redfish)->session_media)
		return 0;
	r = ms_secret_get(bmc->env->secrets, bmc->secret, &opts.password, err);
	if (!r)
		r = ms_redfish_open(bmc->env->http, &opts, &basic, err);
	if (r)
		return r;
	*ret_session = bmc->redfish;
	bmc->redfish = basic;
	return 0;
}

int bmc_media(struct bmc *bmc, const char *action, const char *url, json_t **ret_facts,
	      struct ms_err *err)
{
	struct ms_redfish *session = NULL;
	int r;

	if (!strcmp(action, "insert") && !url)
		return ms_usage(err, "media insert needs the URL of an image");
	r = with_basic(bmc, &session, err);
	if (!r)
		r = strcmp(action, "insert") ? eject_all(bmc, url, err) : insert(bmc, url, err);
	if (!r && ret_facts)
		r = look(bmc, ret_facts, err);
	if (session) {
		ms_redfish_close(bmc->redfish);
		bmc->redfish = session;
	}
	return r;
}
