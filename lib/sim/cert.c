/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The certificate of the web server: signing requests with a key of the next generation, and
 * installing what was signed; the new one is shown after the web server has restarted.
 */
#include "sim/engine.h"

static json_t *state(struct sim_bmc *bmc)
{
	if (!bmc->dev.cert)
		bmc->dev.cert = json_pack("{s:i}", "generation", 0);
	sim_touch(&bmc->dev);
	return bmc->dev.cert;
}

void sim_cert_show(struct sim_bmc *bmc, json_t *body)
{
	json_auto_t *facts = sim_key_facts(&bmc->dev);
	char *pem = sim_key_pem(&bmc->dev);

	json_object_update(body, facts);
	json_object_set_new(body, "CertificateType", json_string("PEM"));
	json_object_set_new(body, "CertificateString", json_string(pem ? pem : ""));
	json_object_set_new(body, "KeyUsage", json_pack("[s]", "ServerAuthentication"));
	free(pem);
}

/* "CN = node01, O = Example", as iLO writes names. */
static char *name_line(const json_t *name)
{
	static const struct { const char *property, *word; } parts[] = {
		{ "CommonName", "CN" }, { "Organization", "O" }, { "OrganizationalUnit", "OU" },
		{ "City", "L" }, { "State", "ST" }, { "Country", "C" },
	};
	struct ms_buf buf = { 0 };

	for (size_t i = 0; i < MS_ARRAY_SIZE(parts); i++) {
		const char *text = json_string_value(json_object_get(name, parts[i].property));

		if (text)
			ms_buf_printf(&buf, "%s%s = %s", buf.len ? ", " : "", parts[i].word, text);
	}
	return ms_buf_steal(&buf);
}

void sim_https_cert_show(struct sim_bmc *bmc, json_t *body)
{
	json_auto_t *facts = sim_key_facts(&bmc->dev);
	MS_AUTO_FREE char *issuer = name_line(json_object_get(facts, "Issuer"));
	MS_AUTO_FREE char *subject = name_line(json_object_get(facts, "Subject"));

	json_object_set_new(body, "X509CertificateInformation",
			    json_pack("{s:s, s:s, s:O, s:O}", "Issuer", issuer ? issuer : "",
				      "Subject", subject ? subject : "", "ValidNotBefore",
				      json_object_get(facts, "ValidNotBefore"), "ValidNotAfter",
				      json_object_get(facts, "ValidNotAfter")));
}

/* iLO has names of its own for some. */
static json_t *standard_names(const json_t *given)
{
	static const struct { const char *ilo, *standard; } names[] = {
		{ "OrgName", "Organization" }, { "OrgUnit", "OrganizationalUnit" },
	};
	json_t *wanted = json_copy((json_t *)given);

	for (size_t i = 0; i < MS_ARRAY_SIZE(names); i++)
		if (json_object_get(given, names[i].ilo))
			json_object_set(wanted, names[i].standard,
					json_object_get(given, names[i].ilo));
	return wanted;
}

static bool complete(struct sim_req *req, const json_t *wanted)
{
	static const char *const needed[] = { "CommonName", NULL };

	for (const char *const *name = needed; *name; name++) {
		if (json_is_string(json_object_get(wanted, *name)))
			continue;
		sim_say(req, "action_missing", NULL, "GenerateCSR", *name, NULL);
		return false;
	}
	return true;
}

/* The request at once in the answer, or some time later in the resource (iLO). */
static void hand_out(struct sim_req *req, const char *pem)
{
	const json_t *how = req->bmc->shape->model->behaviour;
	const json_t *later = ms_at(how, "/certificate/csr_seconds");
	const char *where = sim_role_path(req->bmc, "https_cert");

	if (!later) {
		req->reply.status = 200;
		req->reply.body = json_pack("{s:s, s:{s:s}}", "CSRString", pem,
					    "CertificateCollection", "@odata.id",
					    sim_role_path(req->bmc, "certificates"));
		return;
	}
	sim_write(req->bmc, where, json_pack("{s:n}", "CertificateSigningRequest"));
	sim_event_add(&req->bmc->dev, json_number_value(later), "csr",
		      json_pack("{s:s, s:s}", "path", where, "pem", pem));
	sim_done(req, 200);
}

void sim_csr_ready(struct sim_device *dev, const json_t *arg)
{
	struct sim_bmc *bmc = sim_bmc_of(dev);
	sim_write(bmc, ms_str(arg, "/path", ""),
		  json_pack("{s:s}", "CertificateSigningRequest", ms_str(arg, "/pem", "")));
}

void sim_csr(struct sim_req *req)
{
	json_auto_t *wanted = standard_names(req->json);
	json_t *cert = state(req->bmc);
	unsigned next = (unsigned)ms_int(cert, "/generation", 0) + 1;
	MS_AUTO_FREE char *pem = NULL;

	if (!complete(req, wanted))
		return;
	if (sim_key_csr(&req->bmc->dev, next, wanted, &pem)) {
		sim_say(req, "format", NULL, "subject", "GenerateCSR", NULL);
		return;
	}
	json_object_set_new(cert, "requested", json_integer(next));
	hand_out(req, pem);
}

void sim_cert_install(struct sim_device *dev, const json_t *arg)
{
	struct sim_bmc *bmc = sim_bmc_of(dev);
	json_t *cert = state(bmc);

	json_object_set(cert, "generation", json_object_get(arg, "generation"));
	json_object_set(cert, "pem", json_object_get(arg, "pem"));
	json_object_del(cert, "requested");
	sim_tls_forget(&bmc->dev);
	sim_log(bmc, "configuration", "OK", "The certificate of the web server was replaced.");
}

/* The signed certificate: in CertificateString, or, with HPE, in Certificate. */
void sim_cert_replace(struct sim_req *req)
{
	json_t *cert = state(req->bmc);
	const char *pem = ms_str(req->json, "/CertificateString",
				 ms_str(req->json, "/Certificate", NULL));
	unsigned generation = (unsigned)ms_int(cert, "/requested", ms_int(cert, "/generation", 0));
	double seconds = (double)ms_int(req->bmc->shape->model->behaviour, "/certificate/seconds",
					5);

	if (!pem) {
		sim_say(req, "action_missing", NULL, "CertificateService.ReplaceCertificate",
			"CertificateString", NULL);
		return;
	}
	if (!sim_key_fits(&req->bmc->dev, generation, pem)) {
		sim_say(req, "certificate", NULL, NULL);
		return;
	}
	sim_event_add(&req->bmc->dev, seconds, "certificate",
		      json_pack("{s:i, s:s}", "generation", (int)generation, "pem", pem));
	sim_done(req,
		 (unsigned)ms_int(req->bmc->shape->model->behaviour, "/certificate/status", 200));
}
