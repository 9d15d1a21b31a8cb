/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * certificate.install, and the signing request before it (DSP0268, CertificateService).
 *
 * `get` puts the facts of spec.certificate.file beside those of the certificate that the BMC shows,
 * so plan compares fingerprints without reading a file.  After the install the web service
 * restarts; what counts is the certificate that the peer shows then.  A pin in the site file still
 * names the old key: for the rest of the run the key of the installed file is trusted as well, and
 * the message says what to write into the site file.
 */
#include "bmc/aspect.h"
#include "bmc/read.h"

#define MAX_PEM (64 * 1024)

static const char *const speaks[] = { "/certificate/file", NULL };

int bmc_certificate_file(const char *path, json_t **ret_facts, char **ret_pem, struct ms_err *err)
{
	MS_AUTO_BUF struct ms_buf pem = { .max = MAX_PEM };
	int r = ms_read_file(path, MAX_PEM, &pem, err);

	if (!r)
		r = ms_certificate_facts(pem.data ? pem.data : "", pem.len, path, ret_facts, err);
	if (!r && ret_pem) {
		*ret_pem = ms_buf_steal(&pem);
		if (!*ret_pem) {
			json_decref(ms_take(*ret_facts));
			return ms_nomem(err);
		}
	}
	return r;
}

static json_t *view(const json_t *facts, const json_t *want)
{
	json_t *now = bmc_view_members(facts, "/certificate", want),
	       *file = json_object_get(want, "file");

	if (now && file && json_object_set(now, "file", file))
		json_decref(ms_take(now));
	return now;
}

static int want_certificate(struct bmc_draft *draft, const struct bmc_aspect *aspect,
			    struct ms_err *err)
{
	const char *file = ms_str(draft->spec, "/certificate/file", NULL);
	const json_t *now = bmc_draft_section(draft, "certificate", "/spec/certificate"), *wanted;

	if (!now)
		return 0;
	wanted = json_object_get(now, "wanted");
	if (!ms_str(wanted, "/fingerprint", NULL)) {
		ms_hint(bmc_draft_refuse(draft, MS_INPUT, "/spec/certificate/file", "%s: %s", file,
					 ms_str(wanted, "/error", "it was not read by get")),
			"msctl-bmc get --only certificate");
		return 0;
	}
	draft->note = strcmp(ms_str(draft->facts, "/trust", ""), "pin") ? NULL :
		"write the new pin into spec.bmc.tls.pin afterwards";
	return bmc_draft_add(draft, aspect, NULL,
			     json_pack("{s:s,s:s,s:s}", "file", file, "fingerprint",
				       ms_str(wanted, "/fingerprint", ""), "pin",
				       ms_str(wanted, "/pin", "")),
			     err);
}

/* A BMC that signed its certificate itself may do so again at any time: its key is what stays the
 * same. */
static bool holds(const json_t *now, const json_t *want, bool before)
{
	const char *what = before ? "pin" : "fingerprint";

	return ms_step_holds(json_object_get(now, what), json_object_get(want, what));
}

static int say(struct ms_buf *buf, const json_t *before, const json_t *after, bool finding)
{
	if (finding)
		return ms_buf_printf(
			buf, "the certificate is sha256 %.16s..., that of %s is %.16s...",
			ms_str(before, "/fingerprint", "none"), ms_str(after, "/file", "?"),
			ms_str(after, "/fingerprint", "?"));
	return ms_buf_printf(buf,
			     "certificate of %s installed, sha256 %.16s... -> %.16s..., pin %s",
			     ms_str(after, "/file", "?"), ms_str(before, "/fingerprint", "none"),
			     ms_str(after, "/fingerprint", "?"), ms_str(after, "/pin", "?"));
}

/* What the peer shows, over a handshake that trusts nobody: it works while the pin is the old one.
 */
static int read_certificate(struct bmc_device *device, const json_t *want, json_t **ret_now,
			    struct ms_err *err)
{
	json_auto_t *facts = json_object();
	struct bmc_reading rd = { .bmc = device->bmc, .facts = facts };
	int r = facts ? bmc_section_certificate(&rd, err) : ms_nomem(err);

	if (r)
		return r;
	*ret_now = view(facts, want);
	return *ret_now ? 0 : ms_nomem(err);
}

/* Where the Manager does not say it, the CertificateService lists every certificate there is. */
static int located_certificate(struct bmc *bmc, char **ret_collection, char **ret_uri,
			       struct ms_err *err)
{
	json_auto_t *service = NULL, *locations = NULL;
	size_t i;
	json_t *one;
	int r = bmc_follow(bmc, ms_redfish_root(bmc->redfish), "/CertificateService", &service,
			   err);

	if (r > 0)
		r = bmc_follow(bmc, service, "/CertificateLocations", &locations, err);
	if (r < 0)
		return r;
	json_array_foreach(ms_at(locations, "/Links/Certificates"), i, one) {
		const char *uri = ms_str(one, "/@odata.id", "");

		if (!strstr(uri, "/NetworkProtocol/HTTPS/"))
			continue;
		*ret_uri = strdup(uri);
		*ret_collection = strndup(uri, (size_t)(strrchr(uri, '/') - uri));
		return *ret_collection && *ret_uri ? 0 : ms_nomem(err);
	}
	return ms_fail(err, -EOPNOTSUPP, MS_UNSUPPORTED,
		       "this BMC shows no certificate of its web server");
}

/* The certificate of the web server and its collection (ManagerNetworkProtocol, HTTPS,
 * Certificates). */
static int https_certificate(struct bmc *bmc, char **ret_collection, char **ret_uri,
			     struct ms_err *err)
{
	json_auto_t *protocol = NULL, *all = NULL;
	int r = bmc_follow(bmc, bmc_manager(bmc), "/NetworkProtocol", &protocol, err);

	if (r > 0)
		r = bmc_members(bmc, protocol, "/HTTPS/Certificates", &all, err);
	if (r < 0)
		return r;
	if (!r)
		return located_certificate(bmc, ret_collection, ret_uri, err);
	*ret_collection = strdup(ms_str(protocol, "/HTTPS/Certificates/@odata.id", ""));
	*ret_uri = strdup(ms_str(json_array_get(all, 0), "/@odata.id", ""));
	return *ret_collection && *ret_uri ? 0 : ms_nomem(err);
}

static int hpe_service(struct bmc *bmc, json_t **ret_service, struct ms_err *err)
{
	json_auto_t *security = NULL;
	int r = bmc_follow(bmc, bmc_manager(bmc), "/Oem/Hpe/Links/SecurityService", &security, err);

	return r > 0 ? bmc_follow(bmc, security, "/Links/HttpsCert", ret_service, err) : r;
}

static int replace(struct bmc *bmc, const char *pem, struct ms_err *err)
{
	MS_AUTO_FREE char *collection = NULL, *uri = NULL;
	json_auto_t *service = NULL;
	int r = bmc_follow(bmc, ms_redfish_root(bmc->redfish), "/CertificateService", &service,
			   err);

	if (r < 0)
		return r;
	if (!r)
		return ms_fail(err, -EOPNOTSUPP, MS_UNSUPPORTED,
			       "this BMC has no CertificateService");
	r = https_certificate(bmc, &collection, &uri, err);
	if (r)
		return r;
	return bmc_action(bmc, service, "#CertificateService.ReplaceCertificate",
			  json_pack("{s:s,s:s,s:{s:s}}", "CertificateString", pem,
				    "CertificateType", "PEM", "CertificateUri", "@odata.id", uri),
			  120, err);
}

/* The web service goes away under the answer: what the peer shows decides, not the reply. */
static int act_certificate(struct bmc_device *device, const json_t *want, const json_t *now,
			   struct ms_err *err)
{
	const char *path = ms_str(want, "/file", "");
	MS_AUTO_FREE char *pem = NULL;
	json_auto_t *facts = NULL, *hpe = NULL;
	int r = bmc_certificate_file(path, &facts, &pem, err);

	(void)now;
	if (r)
		return r;
	if (!ms_streq(ms_str(facts, "/fingerprint", NULL), ms_str(want, "/fingerprint", NULL)))
		return ms_fail(err, -ESTALE, MS_PRECONDITION,
			       "%s is another certificate than the one that was planned", path);
	r = hpe_service(device->bmc, &hpe, err);
	if (r > 0)
		r = bmc_action(device->bmc, hpe, "#HpeHttpsCert.ImportCertificate",
			       json_pack("{s:s}", "Certificate", pem), 120, err);
	else if (!r)
		r = replace(device->bmc, pem, err);
	if (r && bmc_transient(err) && err->code != MS_FAILED && err->code != MS_INVALID) {
		ms_err_clear(err);
		r = 0;
	}
	if (!r)
		ms_redfish_warn(device->bmc->redfish, "certificate installed: its pin is %s",
				ms_str(facts, "/pin", "?"));
	return r;
}

const struct bmc_aspect bmc_aspect_certificate = {
	.action = "certificate.install",
	.label = "certificate",
	.risk = "none",
	.speaks = speaks,
	.section = "certificate",
	.want = want_certificate,
	.view = view,
	.holds = holds,
	.read = read_certificate,
	.act = act_certificate,
	.say = say,
};

/* ---- signing request ---- */

static int put_text(json_t *body, const char *name, const json_t *spec, const char *pointer)
{
	const char *text = ms_str(spec, pointer, NULL);

	return text ? json_object_set_new(body, name, json_string(text)) : 0;
}

static json_t *csr_body(const json_t *server, const char *collection)
{
	const json_t *spec = ms_at(server, "/spec/certificate"),
		     *names = json_object_get(spec, "alternativeNames");
	const char *cn = ms_str(spec, "/commonName",
				ms_str(server, "/spec/bmc/address", ms_name(server)));
	json_t *body = json_pack("{s:s}", "CommonName", cn);
	int bad = 0;

	bad |= put_text(body, "Organization", spec, "/organization");
	bad |= put_text(body, "OrganizationalUnit", spec, "/organizationalUnit");
	bad |= put_text(body, "City", spec, "/city");
	bad |= put_text(body, "State", spec, "/state");
	bad |= put_text(body, "Country", spec, "/country");
	if (json_array_size(names) && collection)
		bad |= json_object_set(body, "AlternativeNames", (json_t *)names);
	if (collection)
		bad |= json_object_set_new(body, "CertificateCollection",
					   json_pack("{s:s}", "@odata.id", collection));
	if (bad)
		json_decref(ms_take(body));
	return body;
}

static int post_csr(struct bmc *bmc, const json_t *service, const char *action, json_t *body,
		    json_t **ret_reply, struct ms_err *err)
{
	struct ms_redfish_reply reply = { 0 };
	int r = body ? ms_redfish_action(bmc->redfish, service, action, body, &reply, err)
		     : ms_nomem(err);

	if (!r && reply.task)
		r = ms_redfish_wait(bmc->redfish, &reply, 300, NULL, err);
	*ret_reply = r ? NULL : json_incref(reply.body);
	ms_redfish_reply_release(&reply);
	json_decref(body);
	return r;
}

/* iLO takes a while and then shows the request in HttpsCert. */
static int csr_hpe(struct bmc *bmc, const json_t *server, const json_t *service, char **ret_pem,
		   struct ms_err *err)
{
	int64_t deadline = ms_clock_ms() + 600000;
	json_auto_t *reply = NULL;
	json_t *body = csr_body(server, NULL);
	int r;

	if (body && json_object_get(body, "OrganizationalUnit")) {
		json_object_set(body, "OrgUnit", json_object_get(body, "OrganizationalUnit"));
		json_object_del(body, "OrganizationalUnit");
	}
	if (body && json_object_get(body, "Organization")) {
		json_object_set(body, "OrgName", json_object_get(body, "Organization"));
		json_object_del(body, "Organization");
	}
	r = post_csr(bmc, service, "#HpeHttpsCert.GenerateCSR", body, &reply, err);
	while (!r) {
		json_auto_t *now = NULL;
		const char *pem;

		r = ms_redfish_get_fresh(bmc->redfish, ms_str(service, "/@odata.id", ""), &now,
					 err);
		pem = ms_str(now, "/CertificateSigningRequest", NULL);
		if (!r && pem && strstr(pem, "BEGIN CERTIFICATE REQUEST")) {
			*ret_pem = strdup(pem);
			return *ret_pem ? 0 : ms_nomem(err);
		}
		r = r ? r : bmc_pause(bmc, deadline, "the BMC to make a signing request", err);
	}
	return r;
}

int bmc_csr(struct bmc *bmc, const json_t *server, char **ret_pem, struct ms_err *err)
{
	MS_AUTO_FREE char *collection = NULL, *uri = NULL;
	json_auto_t *service = NULL, *hpe = NULL, *reply = NULL;
	int r = hpe_service(bmc, &hpe, err);

	if (r > 0)
		return csr_hpe(bmc, server, hpe, ret_pem, err);
	if (!r)
		r = bmc_follow(bmc, ms_redfish_root(bmc->redfish), "/CertificateService", &service,
			       err);
	if (r < 0)
		return r;
	if (!r)
		return ms_fail(err, -EOPNOTSUPP, MS_UNSUPPORTED,
			       "this BMC has no CertificateService");
	r = https_certificate(bmc, &collection, &uri, err);
	if (!r)
		r = post_csr(bmc, service, "#CertificateService.GenerateCSR",
			     csr_body(server, collection), &reply, err);
	if (r)
		return r;
	if (!strstr(ms_str(reply, "/CSRString", ""), "BEGIN CERTIFICATE REQUEST"))
		return ms_fail(err, -EBADMSG, MS_INVALID,
			       "the BMC took GenerateCSR but returned no CSRString");
	*ret_pem = strdup(ms_str(reply, "/CSRString", ""));
	return *ret_pem ? 0 : ms_nomem(err);
}
