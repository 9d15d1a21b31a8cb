/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The certificate of the web server: signing requests with a key of the next generation, and installing what was signed;
 * the new one is shown after the web server has restarted.
 */
#include "sim/engine.h"

static json_t *state(struct sim_bmc *bmc)
{
	if (!bmc->cert)
		bmc->cert = json_pack("{s:i}", "generation", 0);
	sim_bmc_touch(bmc);
	return bmc->cert;
}

void sim_cert_show(struct sim_bmc *bmc, json_t *body)
{
	json_auto_t *facts = sim_key_facts(bmc);
	char *pem = sim_key_pem(bmc);

	json_object_update(body, facts);
	json_object_set_new(body, "CertificateType", json_string("PEM"));
	json_object_set_new(body, "CertificateString", json_string(pem ? pem : ""));
	json_object_set_new(body, "KeyUsage", json_pack("[s]", "ServerAuthentication"));
	free(pem);
}

/* Parameters as CertificateService.GenerateCSR names them. */
void sim_csr(struct sim_req *req)
{
	static const char *const needed[] = { "CommonName", "Organization", "Country", NULL };
	json_t *cert = state(req->bmc);
	unsigned next = (unsigned)ms_int(cert, "/generation", 0) + 1;
	char *pem = NULL;

	for (const char *const *name = needed; *name; name++) {
		if (json_is_string(json_object_get(req->json, *name)))
			continue;
		sim_say(req, "action_missing", NULL, "CertificateService.GenerateCSR", *name, NULL);
		return;
	}
	if (sim_key_csr(req->bmc, next, req->json, &pem)) {
		sim_say(req, "format", NULL, "subject", "GenerateCSR", NULL);
		return;
	}
	json_object_set_new(cert, "requested", json_integer(next));
	req->reply.status = 200;
	req->reply.body = json_pack("{s:s, s:{s:s}}", "CSRString", pem, "CertificateCollection", "@odata.id",
				    sim_role_path(req->bmc, "certificates"));
	free(pem);
}

void sim_cert_install(struct sim_bmc *bmc, const json_t *arg)
{
	json_t *cert = state(bmc);

	json_object_set(cert, "generation", json_object_get(arg, "generation"));
	json_object_set(cert, "pem", json_object_get(arg, "pem"));
	json_object_del(cert, "requested");
	sim_log(bmc, "configuration", "OK", "The certificate of the web server was replaced.");
}

/* The signed certificate: in CertificateString, or, with HPE, in Certificate. */
void sim_cert_replace(struct sim_req *req)
{
	json_t *cert = state(req->bmc);
	const char *pem = ms_str(req->json, "/CertificateString", ms_str(req->json, "/Certificate", NULL));
	unsigned generation = (unsigned)ms_int(cert, "/requested", ms_int(cert, "/generation", 0));
	double seconds = (double)ms_int(req->bmc->shape->model->behaviour, "/certificate/seconds", 5);

	if (!pem) {
		sim_say(req, "action_missing", NULL, "CertificateService.ReplaceCertificate", "CertificateString", NULL);
		return;
	}
	if (!sim_key_fits(req->bmc, generation, pem)) {
		sim_say(req, "certificate", NULL, NULL);
		return;
	}
	sim_event_add(req->bmc, seconds, "certificate", json_pack("{s:i, s:s}", "generation", (int)generation, "pem", pem));
	sim_done(req, (unsigned)ms_int(req->bmc->shape->model->behaviour, "/certificate/status", 200));
}
